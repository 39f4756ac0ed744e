import JobLogCore
import TerminalUI

/// How the screens look: a style for each role. Files of themes name roles by the names that are here.
public struct Theme: Sendable, Hashable {
    /// What has a look of its own.
    enum Role: String, CaseIterable, Sendable {
        case faint, title, dimmed, header, production, pointer, link, marked, chip
        case caution, problem, good, bad, changed, found, wrong
        case jsonName, jsonText, jsonNumber, jsonLiteral
        case error, warn, info, debug, errorText, debugText
        case barError, barWarn, barInfo, barDebug, barDone
        case created, running, paused, completed, failed, cancelled, stalled
        case checkpoint, gap, onlyHere, onlyThere
        case lane1, lane2, lane3, lane4, lane5, lane6

        static let numbers = Dictionary(uniqueKeysWithValues: allCases.enumerated().map { ($1, UInt8($0)) })
    }

    /// The name that people know it by.
    public let name: String
    /// The colours of text without a style, and of the screen behind it.
    let text: Style
    let styles: [Role: Style]

    init(name: String, text: Style, styles: [Role: Style]) {
        self.name = name
        self.text = text
        self.styles = styles
    }

    /// The styles of all roles, as a terminal is to show them.
    public var sheet: StyleSheet {
        StyleSheet(text: text, styles: Role.allCases.map { styles[$0] ?? .plain })
    }

    /// The style that stands for a role in frames, whatever the theme.
    static func style(_ role: Role) -> Style { Style(named: Role.numbers[role] ?? 0) }
}
