import TerminalUI

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// Why a terminal cannot be used.
public struct TerminalError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What kind of failure it is.
    public struct Code: Hashable, Sendable {
        private let name: String

        /// Standard input or standard output is no terminal.
        public static let notATerminal = Code(name: "notATerminal")
        /// There is no description of the terminal that `TERM` names.
        public static let unknownTerminal = Code(name: "unknownTerminal")
        /// The terminal cannot do what a screen needs.
        public static let incapableTerminal = Code(name: "incapableTerminal")
        /// The system refused a call.
        public static let system = Code(name: "system")
    }

    /// What kind of failure it is.
    public let code: Code
    /// A sentence for people.
    public let message: String

    init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    /// The sentence for people.
    public var description: String { message }
}

extension TerminalError {
    /// There is no description of the terminal that TERM names.
    static func unknownTerminal() -> TerminalError {
        guard let term = terminal else {
            return TerminalError(.unknownTerminal, "TERM is not set; try: TERM=xterm-256color joblog")
        }
        return TerminalError(
            .unknownTerminal, "there is no terminal description for TERM=\(term); try: TERM=xterm-256color joblog")
    }

    /// The terminal that TERM names cannot show a screen.
    static func incapableTerminal() -> TerminalError {
        TerminalError(
            .incapableTerminal,
            "a terminal with TERM=\(terminal ?? "") cannot place the cursor; try: TERM=xterm-256color joblog")
    }

    /// The value of TERM, fit to be shown; nil where it is not set or empty.
    private static var terminal: String? {
        guard let value = getenv("TERM"), value.pointee != 0 else { return nil }
        var text = String.UnicodeScalarView()
        for scalar in String(cString: value).unicodeScalars {
            if let shown = TextWidth.shown(scalar, isUnicode: true) { text.append(shown) }
        }
        return String(text)
    }
}
