/// How grave a log entry is: debug < info < warn < error.
public enum LogLevel: Int, Sendable, Hashable, Comparable, CaseIterable, CustomStringConvertible {
    /// For those who look for a fault.
    case debug
    /// What goes on.
    case info
    /// Odd, but it goes on.
    case warn
    /// It failed.
    case error

    /// The level a writer means by an entry's `type`, in any letter case; nil for an unknown word.
    public init?(wire text: String) {
        switch text.lowercased() {
        case "debug", "trace", "verbose": self = .debug
        case "info": self = .info
        case "warn", "warning": self = .warn
        case "error", "err", "fatal", "critical": self = .error
        default: return nil
        }
    }

    /// The word in an entry's `type`.
    public var wire: String {
        switch self {
        case .debug: "debug"
        case .info: "info"
        case .warn: "warn"
        case .error: "error"
        }
    }

    /// The word on screen, readable without colour.
    public var badge: String {
        switch self {
        case .debug: "DEBUG"
        case .info: "INFO"
        case .warn: "WARN"
        case .error: "ERROR"
        }
    }

    /// The word on the wire.
    public var description: String { wire }

    /// Whether `lhs` is less grave.
    public static func < (lhs: LogLevel, rhs: LogLevel) -> Bool { lhs.rawValue < rhs.rawValue }
}
