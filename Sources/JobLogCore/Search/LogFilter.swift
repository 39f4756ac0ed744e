/// Which entries of a log are wanted.
public struct LogFilter: Sendable {
    /// Which levels are wanted. An entry of unknown type counts as info.
    public enum Levels: Sendable, Hashable {
        /// This level and all more serious ones.
        case least(LogLevel)
        /// These levels and no others.
        case exactly(Set<LogLevel>)
    }

    /// The wanted levels.
    public var levels: Levels
    /// The earliest time, Unix ms, inclusive.
    public var since: Int64?
    /// The latest time, Unix ms, inclusive.
    public var until: Int64?
    /// What must occur in the message or in the metadata's JSON.
    public var pattern: LogPattern?
    /// Whether entries are wanted in which the pattern does not occur.
    public var inverted: Bool

    /// Wants everything, unless told otherwise.
    public init(
        levels: Levels = .least(.debug), since: Int64? = nil, until: Int64? = nil, pattern: LogPattern? = nil,
        inverted: Bool = false
    ) {
        self.levels = levels
        self.since = since
        self.until = until
        self.pattern = pattern
        self.inverted = inverted
    }

    /// Whether an entry is wanted; `time` is the one by which it is ordered, in Unix ms.
    public func admits(_ entry: LogEntry, time: Int64) -> Bool {
        let level = entry.level ?? .info
        switch levels {
        case .least(let least) where level < least: return false
        case .exactly(let wanted) where !wanted.contains(level): return false
        default: break
        }
        if let since, time < since { return false }
        if let until, time > until { return false }
        guard let pattern else { return true }
        let found = pattern.occurs(in: entry.message) || entry.metadata.map { pattern.occurs(in: $0.text()) } ?? false
        return found != inverted
    }
}

extension LogFilter.Levels {
    /// A text that names no levels.
    public struct Invalid: Error, Sendable, CustomStringConvertible {
        /// What is wrong, as the end of a sentence that begins with the option's name.
        public let description: String
    }

    /// The levels that an argument means: `warn` the least, `warn,error` exactly these.
    public init(argument: String) throws(Invalid) {
        var named: [LogLevel] = []
        for word in argument.split(separator: ",", omittingEmptySubsequences: false) {
            guard let level = LogLevel(wire: String(word)) else {
                throw Invalid(
                    description: "takes debug, info, warn or error, or several separated by commas, not "
                        + "'\(TerminalText.line(String(word)))'")
            }
            named.append(level)
        }
        self = named.count == 1 ? .least(named[0]) : .exactly(Set(named))
    }
}
