/// Times as distances from now.
public enum RelativeTime {
    /// How old something is: `12s`, `3m`, `1h 12m`, `2d`; `in 3m` for what is ahead by a second or more. `milliseconds`
    /// is now less the time that is meant.
    public static func age(_ milliseconds: Int64) -> String {
        if milliseconds <= -1000 { return "in " + age(-max(milliseconds, -Int64.max)) }
        let span = max(0, milliseconds)
        switch span {
        case ..<60_000: return "\(span / 1000)s"
        case ..<3_600_000: return "\(span / 60_000)m"
        case ..<86_400_000:
            let minutes = span / 60_000 % 60
            return minutes == 0 ? "\(span / 3_600_000)h" : "\(span / 3_600_000)h \(minutes)m"
        default: return "\(span / 86_400_000)d"
        }
    }

    /// The Unix time in ms that people mean by `5m` or `2h` (so long before `now`), RFC 3339 text or Unix ms.
    ///
    /// - Throws: ``TimeFormatError``, which names the formats.
    public static func parse(_ text: String, now: Int64) throws(TimeFormatError) -> Int64 {
        if let time = Int64(text) { return UnixTime.clamp(time) }
        if let span = Durations.parse(text) { return now - span }
        guard let time = ISO8601.milliseconds(text) else { throw TimeFormatError(text: text) }
        return time
    }
}

/// A time that is in none of the formats.
public struct TimeFormatError: Error, Hashable, CustomStringConvertible {
    /// What was given.
    public let text: String

    /// A sentence for people, with the formats.
    public var description: String {
        "'\(TerminalText.line(text))' is no time: give an age (90s, 5m, 2h, 1d), "
            + "RFC 3339 (2024-12-17T14:02:09Z) or Unix ms (1734470400000)"
    }
}
