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
