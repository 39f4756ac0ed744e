/// A notification of the desktop that the terminal makes, by a sequence that it knows.
///
/// What is in it may come from anywhere: controls, and what would be a part of the sequence, do not get out.
public struct TerminalNotification: Sendable, Hashable {
    /// The sequences that there are.
    public enum Kind: Sendable, Hashable {
        /// OSC 9: a text.
        case osc9
        /// OSC 777: a title and a text.
        case osc777
    }

    /// The most characters of title and text each; what is longer is cut.
    public static let limit = 250

    private let kind: Kind
    private let title: String
    private let text: String

    /// A notification.
    public init(_ kind: Kind, title: String, text: String) {
        (self.kind, self.title, self.text) = (kind, title, text)
    }

    /// The bytes that make it; nil for a terminal that would show them.
    ///
    /// - Parameters:
    ///   - terminal: the value of TERM.
    ///   - multiplexer: what is between the terminal and the program.
    ///   - isUnicode: whether the terminal takes UTF-8. To one that does not, a byte of it may be a control.
    /// - Returns: what is to be sent.
    public func sequence(terminal: String, multiplexer: Multiplexer?, isUnicode: Bool) -> [UInt8]? {
        guard terminal != "linux", terminal != "dumb" else { return nil }
        let (title, text) = (Self.clean(title, isUnicode: isUnicode), Self.clean(text, isUnicode: isUnicode))
        let body =
            switch kind {
            case .osc9: "9;\(title): \(text)"
            case .osc777: "777;notify;\(title);\(text)"
            }
        let bytes = Array("\u{1B}]\(body)\u{7}".utf8)
        return multiplexer?.passing(bytes) ?? bytes
    }

    /// A semicolon parts the fields of a sequence.
    private static func clean(_ text: String, isUnicode: Bool) -> String {
        var clean = String.UnicodeScalarView()
        for scalar in text.unicodeScalars where clean.count < limit {
            guard let shown = TextWidth.shown(scalar, isUnicode: isUnicode) else { continue }
            let isPlain = isUnicode ? !(0x80...0x9F ~= shown.value) : 0x20...0x7E ~= shown.value
            clean.append(shown == ";" ? "," : isPlain ? shown : "?")
        }
        return String(clean)
    }
}

/// A program between the terminal and others, which passes on a sequence that it does not know only when it is told to.
public enum Multiplexer: Sendable, Hashable {
    /// tmux, where its option `allow-passthrough` is on.
    case tmux
    /// GNU screen, which takes short sequences only.
    case screen

    /// What is there by the environment: tmux goes before screen, in which it may run.
    ///
    /// - Parameter variable: the value of a variable; nil where it is not set.
    public init?(_ variable: (String) -> String?) {
        if variable("TMUX") != nil {
            self = .tmux
        } else if variable("STY") != nil {
            self = .screen
        } else {
            return nil
        }
    }

    /// The bytes as it passes them on.
    func passing(_ bytes: [UInt8]) -> [UInt8] {
        switch self {
        case .tmux: return "\u{1B}Ptmux;".utf8 + bytes.flatMap { $0 == 0x1B ? [0x1B, 0x1B] : [$0] } + "\u{1B}\\".utf8
        case .screen:
            var wrapped: [UInt8] = []
            for start in stride(from: 0, to: bytes.count, by: 240) {
                wrapped += "\u{1B}P".utf8
                wrapped += bytes[start..<min(start + 240, bytes.count)]
                wrapped += "\u{1B}\\".utf8
            }
            return wrapped
        }
    }
}
