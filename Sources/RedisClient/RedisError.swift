/// Everything that goes wrong between a caller and Redis: a code to match on and a sentence for people.
///
/// Neither sentence ever holds a password, and both are free of control characters, so that they may be printed as
/// they are.
public struct RedisError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What went wrong; more codes may be added, so a `switch` over them needs a `default`.
    public struct Code: RawRepresentable, Hashable, Sendable {
        /// The code's name.
        public let rawValue: String

        /// Makes a code from its name.
        public init(rawValue: String) {
            self.rawValue = rawValue
        }

        /// The URL cannot be understood, or may not be given in this way.
        public static let badURL = Code(rawValue: "badURL")
        /// No connection could be made.
        public static let connectionFailed = Code(rawValue: "connectionFailed")
        /// The connection ended while, or before, a reply was due; what was sent may or may not have been carried out.
        public static let connectionLost = Code(rawValue: "connectionLost")
        /// The server stayed silent longer than the configured timeout.
        public static let timedOut = Code(rawValue: "timedOut")
        /// The server is still loading its data.
        public static let loading = Code(rawValue: "loading")
        /// The server wants a password, and none was given.
        public static let authenticationRequired = Code(rawValue: "authenticationRequired")
        /// The server refused the user or the password.
        public static let wrongPassword = Code(rawValue: "wrongPassword")
        /// The user's ACL does not allow the command, the key or the channel.
        public static let noPermission = Code(rawValue: "noPermission")
        /// The server is a read-only replica.
        public static let readOnly = Code(rawValue: "readOnly")
        /// The server has reached its memory limit.
        public static let outOfMemory = Code(rawValue: "outOfMemory")
        /// The key lives on another node of the cluster.
        public static let moved = Code(rawValue: "moved")
        /// A cluster cannot serve the key now: a node that is needed is away.
        public static let clusterDown = Code(rawValue: "clusterDown")
        /// The key holds another type of value.
        public static let wrongType = Code(rawValue: "wrongType")
        /// A transaction was not carried out because a watched key had changed.
        public static let aborted = Code(rawValue: "aborted")
        /// Any other error reply.
        public static let server = Code(rawValue: "server")
        /// What came back is not the Redis protocol.
        public static let protocolViolation = Code(rawValue: "protocolViolation")
        /// The connection was closed by `close()`.
        public static let closed = Code(rawValue: "closed")
        /// The calling task was cancelled before anything was sent; the connection is as it was.
        public static let cancelled = Code(rawValue: "cancelled")
    }

    /// What went wrong.
    public let code: Code
    /// One sentence for people: what is wrong and what to do.
    public let message: String
    /// The name of the command that failed, where one was under way.
    public let command: String?
    /// The reply's own words, where the server answered with an error.
    public let serverMessage: String?

    /// Makes an error; control characters in its texts are replaced.
    public init(code: Code, message: String, command: String? = nil, serverMessage: String? = nil) {
        self.code = code
        self.message = Self.printable(message)
        self.command = command.map(Self.printable)
        self.serverMessage = serverMessage.map(Self.printable)
    }

    /// Whether the connection is unusable or the server unreachable, so that trying again later may help.
    public var isConnectionFailure: Bool {
        switch code {
        case .connectionFailed, .connectionLost, .timedOut, .closed: true
        default: false
        }
    }

    /// Whether the server cannot serve the command now but will in a while: it loads its data, runs a script, or waits for
    /// its primary.
    public var isNotReady: Bool {
        code == .loading
            || ["BUSY ", "MASTERDOWN ", "TRYAGAIN ", "CLUSTERDOWN "].contains {
                serverMessage?.hasPrefix($0) ?? false
            }
    }

    /// Whether the command itself was refused, whatever the key: it is not allowed, renamed, or unknown to a proxy.
    public var refusesCommand: Bool {
        switch code {
        case .noPermission: serverMessage?.contains("command") ?? false
        case .server: ["ERR", "EXECABORT"].contains { serverMessage?.hasPrefix($0) ?? false }
        default: false
        }
    }

    /// The sentence for people.
    public var description: String { message }

    /// Replaces what would move a terminal's cursor or turn the direction of writing.
    package static func printable(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: isControl) else { return text }
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\n", "\r", "\t": result.append(" ")
            case _ where isControl(scalar): result.append("\u{FFFD}")
            default: result.append(scalar)
            }
        }
        return String(result)
    }

    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0..<0x20, 0x7F..<0xA0, 0x200E...0x200F, 0x2028...0x202E, 0x2066...0x2069: true
        default: false
        }
    }
}
