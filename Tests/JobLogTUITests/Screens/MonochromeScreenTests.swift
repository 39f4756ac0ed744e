import JobLogCore
import TerminalUI
import Testing

@testable import JobLogTUI

/// Without colours every scene tells the same: by words, signs, weight, line and reversal.
@Suite struct MonochromeScreenTests {
    private static func styles(_ theme: String) throws -> [Theme.Role: Style] {
        try #require(try Theme.builtIn(theme)).styles
    }

    @Test(arguments: Scene.all) func nothingIsToldByColourAlone(_ scene: Scene) throws {
        let styles = try Self.styles("monochrome")
        for size in Scene.sizes {
            var driver = try scene.driver(.plain, size)
            let screen = driver.screen()
            let rows = screen.rows()
            #expect(selectionHasASign(driver.model, rows), "\(size.width)×\(size.height)")
            // Of what a box covers in part the scene without it tells.
            let isCovered = [.question, .preview, .alerts, .columns, .lanes, .filters].contains(driver.model.context)
            for y in 0..<screen.height where !isCovered {
                for stretch in Stretch.of(screen, y) {
                    guard let role = stretch.role else { continue }
                    let attributes = (styles[role]?.attributes ?? []).union(stretch.style.attributes)
                    let isTold =
                        stretch.text.allSatisfy { $0 == " " } || isTold(role, stretch.text, field(rows, y), attributes)
                    #expect(isTold, "\(size.width)×\(size.height) row \(y): \(stretch.look) of \(stretch.text)")
                }
            }
        }
    }

    /// What is selected has a sign beside it, and the button that is chosen has brackets.
    private func selectionHasASign(_ model: AppModel, _ rows: [String]) -> Bool {
        // A sentence that does not fit into the footer lies over the last rows.
        if model.toast != nil, [.jobs, .log, .results].contains(model.context) { return true }
        let sign: String
        switch model.context {
        case .jobs where model.jobs.count > 0: sign = "▸"
        case .log where (model.log?.count ?? 0) > 0: sign = "▸"
        case .results where (model.search.results?.count ?? 0) > 0: sign = "▸"
        case .alerts, .columns, .lanes, .filters: sign = "│ ▸ "
        case .question, .preview: sign = "[ "
        default: return true
        }
        return rows.contains { $0.contains(sign) }
    }

    /// A row, and where it goes on with what stands above it, that too.
    private func field(_ rows: [String], _ y: Int) -> String {
        var first = y
        while first > 0, rows[first].hasPrefix("             ") { first -= 1 }
        return rows[first...y].joined(separator: " ")
    }

    /// Whether what a role means is told by its text, its row or its attributes.
    private func isTold(_ role: Theme.Role, _ text: String, _ row: String, _ attributes: Style.Attributes) -> Bool {
        let states = JobState.allCases.map(\.rawValue) + ["stalled", "lost"]
        // The state in full, a field that is named after it, or the sign of a problem in the row of a job.
        let isCut = states.contains { text.hasSuffix("…") && $0.hasPrefix(text.dropLast()) }
        let tellsState =
            isCut || states.contains { row.contains($0) } || ["error", "hung"].contains { row.contains($0) }
        return switch role {
        // They are there for the eye: what they say stands in the text.
        case .title, .link, .jsonText, .jsonNumber, .jsonLiteral, .jsonName: true
        case .faint, .dimmed, .debugText: attributes.contains(.dim)
        case .header: attributes.contains(.reverse)
        case .production: attributes.contains(.reverse) && row.contains("PRODUCTION")
        case .pointer, .marked, .chip, .caution, .problem, .errorText, .gap: attributes.contains(.bold)
        case .changed, .found, .wrong: attributes.contains(.reverse)
        case .good: text.contains("✓")
        case .bad: attributes.contains(.bold)
        case .error: text.contains("E")
        case .warn: text.contains("W")
        case .info: text.contains("INFO")
        case .debug: !["ERROR", "WARN", "INFO"].contains(text.trimmingSuffix { $0 == " " })
        case .created, .running, .paused, .completed, .failed, .cancelled, .stalled: tellsState
        case .barError, .barWarn, .barInfo, .barDebug, .barDone: tellsState || isOnTimeline(row)
        // A remark has neither time nor badge.
        case .checkpoint: !LogLevel.allCases.contains { row.hasSuffix($0.badge) }
        case .onlyHere: row.contains("+")
        case .onlyThere: row.contains("-")
        // Each writer has a letter.
        case .lane1, .lane2, .lane3, .lane4, .lane5, .lane6: row.contains { $0.isLetter }
        }
    }

    /// Whether a row is the timeline, whose bars have neither words nor signs.
    private func isOnTimeline(_ row: String) -> Bool { row.contains { "▁▂▃▄▅▆▇█".contains($0) } && row.contains(":") }

    /// There weight and line tell the worst level of a stretch of time.
    @Test(arguments: Theme.names) func levelsAreToldApartOnTheTimeline(_ theme: String) throws {
        let styles = try Self.styles(theme)
        let bars = [Theme.Role.barError, .barWarn, .barInfo, .barDebug].compactMap { styles[$0] }
        #expect(Set(bars).count == 4)
    }

    /// Every look of the themes is on some screen, and so in some golden file.
    @Test func everyLookHasItsScene() {
        var roles: Set<Theme.Role> = []
        for screen in Scene.plain.map(\.screen) {
            for y in 0..<screen.height { roles.formUnion(Stretch.of(screen, y).compactMap(\.role)) }
        }
        // Of writers there are as many as there are.
        let expected = Set(Theme.Role.allCases).subtracting([.lane4, .lane5, .lane6])
        #expect(expected.subtracting(roles).isEmpty, "\(expected.subtracting(roles))")
    }
}

extension String {
    fileprivate func trimmingSuffix(_ isLeftOut: (Character) -> Bool) -> String {
        var text = self
        while let last = text.last, isLeftOut(last) { text.removeLast() }
        return text
    }
}
