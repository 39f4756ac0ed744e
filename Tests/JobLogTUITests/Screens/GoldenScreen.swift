import Foundation
import TerminalUI

@testable import JobLogTUI

/// The text of a scene's golden file: the screen in each size, with each kind of text, and how its parts look.
enum GoldenScreen {
    static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Golden")
    /// Whether the files are to be written anew.
    static let isWriting = ProcessInfo.processInfo.environment["JOBLOG_WRITE_SCREENS"] == "1"

    static func file(of scene: Scene) -> URL { folder.appending(path: scene.name + ".txt") }

    static func text(of scene: Scene) throws -> String {
        var sections: [String] = []
        for text in [SceneText.plain, .hostile] {
            for size in Scene.sizes {
                var driver = try scene.driver(text, size)
                let screen = driver.screen()
                sections.append("══ \(text.rawValue) \(size.width)×\(size.height)\n" + rows(of: screen))
                if text == .plain, size.width == 80 { sections.append("══ looks 80×24\n" + looks(of: screen)) }
            }
        }
        return sections.joined(separator: "\n") + "\n"
    }

    /// The rows; many empty ones in one line.
    private static func rows(of screen: CellBuffer) -> String {
        var lines: [String] = []
        var empty = 0
        for row in screen.rows() + ["end"] {
            guard !row.isEmpty else {
                empty += 1
                continue
            }
            lines += empty > 3 ? ["⋮ \(empty) empty rows"] : Array(repeating: "", count: empty)
            empty = 0
            lines.append(row)
        }
        return lines.dropLast().joined(separator: "\n")
    }

    /// A line for each row with looks: the columns and the role of each stretch that is not plain.
    private static func looks(of screen: CellBuffer) -> String {
        (0..<screen.height).compactMap { y in
            let stretches = Stretch.of(screen, y).filter { $0.style != .plain }
            guard !stretches.isEmpty else { return nil }
            return "\(y): "
                + stretches.map { "\($0.columns.lowerBound)–\($0.columns.upperBound - 1) \($0.look)" }
                .joined(separator: ", ")
        }.joined(separator: "\n")
    }

    /// The first rows in which two texts differ; nil where they are the same.
    static func difference(_ found: String, _ expected: String) -> String? {
        guard found != expected else { return nil }
        let (found, expected) = (found.components(separatedBy: "\n"), expected.components(separatedBy: "\n"))
        var section = ""
        var differences: [String] = []
        for index in 0..<max(found.count, expected.count) where differences.count < 6 {
            let (is_, was) = (
                index < found.count ? found[index] : "(end)", index < expected.count ? expected[index] : "(end)"
            )
            if was.hasPrefix("══") { section = was }
            if is_ != was { differences.append("\(section), line \(index + 1)\n  was \(was)\n  is  \(is_)") }
        }
        return differences.joined(separator: "\n")
    }
}

/// A part of a row that looks the same.
struct Stretch: Sendable, Hashable {
    let columns: Range<Int>
    let text: String
    let style: Style

    private static let roles = Dictionary(
        uniqueKeysWithValues: Theme.Role.allCases.map { (Theme.style($0).foreground, $0) })

    /// What the theme calls it; nil for text without a role.
    var role: Theme.Role? { Self.roles[style.foreground] }

    /// The role and what is added to it.
    var look: String {
        let names: [(Style.Attributes, String)] = [
            (.bold, "bold"), (.dim, "dim"), (.underline, "underline"), (.reverse, "reverse"), (.italic, "italic"),
        ]
        let attributes = names.filter { style.attributes.contains($0.0) }.map(\.1)
        return ([role?.rawValue].compactMap(\.self) + attributes).joined(separator: "+")
    }

    static func of(_ screen: CellBuffer, _ y: Int) -> [Stretch] {
        var stretches: [Stretch] = []
        var start = 0
        for x in 1...screen.width where x == screen.width || screen[x, y].style != screen[start, y].style {
            var text = String.UnicodeScalarView()
            for column in start..<x {
                for value in [screen[column, y].base, screen[column, y].marks.0, screen[column, y].marks.1] {
                    if value != 0, let scalar = Unicode.Scalar(value) { text.append(scalar) }
                }
            }
            stretches.append(Stretch(columns: start..<x, text: String(text), style: screen[start, y].style))
            start = x
        }
        return stretches
    }
}
