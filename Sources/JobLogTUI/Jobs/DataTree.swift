import JobLogCore
import TerminalUI

/// JSON as coloured, indented lines, each of which knows its place in the data.
enum DataTree {
    /// A line.
    struct Line: Sendable, Hashable {
        /// Keys and places from the top.
        var path: String
        var depth: Int
        var key: String?
        var value: String
        var style: Style
    }

    /// The most lines that are made, and the most characters of a text.
    private static let length = 1_000
    private static let textLength = 2_000
    private static let deepest = 20

    /// The lines of some data, as many as are bearable.
    static func lines(_ value: JSONValue) -> [Line] {
        var lines: [Line] = []
        add(value, path: "", key: nil, depth: 0, to: &lines)
        return lines
    }

    private static func add(_ value: JSONValue, path: String, key: String?, depth: Int, to lines: inout [Line]) {
        guard lines.count < length else { return }
        let object = depth < deepest ? value.object?.members ?? [] : []
        let array = depth < deepest ? value.array ?? [] : []
        if !object.isEmpty {
            if let key { lines.append(Line(path: path, depth: depth, key: key, value: "", style: .plain)) }
            for member in object {
                add(
                    member.value, path: "\(path)\n\(member.key)", key: member.key, depth: depth + (key == nil ? 0 : 1),
                    to: &lines)
            }
        } else if !array.isEmpty {
            if let key { lines.append(Line(path: path, depth: depth, key: key, value: "", style: .plain)) }
            for (index, element) in array.enumerated() {
                add(
                    element, path: "\(path)\n\(index)", key: "\(index)", depth: depth + (key == nil ? 0 : 1), to: &lines
                )
            }
        } else {
            lines.append(Line(path: path, depth: depth, key: key, value: text(of: value), style: Theme.json(value)))
        }
    }

    private static func text(of value: JSONValue) -> String {
        let text = value.string ?? value.text()
        return text.count > textLength ? String(text.prefix(textLength)) + "…" : text
    }

    /// The places whose value another version of the data has not, or has otherwise.
    static func changes(from old: JSONValue?, to new: JSONValue?) -> Set<String> {
        guard let new else { return [] }
        let before = Dictionary((old.map(lines) ?? []).map { ($0.path, $0.value) }) { first, _ in first }
        return Set(lines(new).filter { before[$0.path] != $0.value }.map(\.path))
    }
}
