import JobLogCore

/// A time or a range of times as people type it.
enum LogTimeQuery: Hashable, Sendable {
    /// A moment to go to.
    case moment(Int64)
    /// All from one moment to another, both inclusive.
    case range(since: Int64?, until: Int64?)

    /// It is none; a sentence that names the formats.
    struct Problem: Error, Hashable {
        let text: String
        var description: String {
            "'\(TerminalText.line(text))' is no time: 14:02, 14:02:07, -5m, 2024-12-17T14:02:09Z, Unix ms, or a range a..b"
        }
    }

    /// Reads it. A time of day is one of the day of `reference`; `-5m` is so long before `now` (both Unix ms).
    static func parse(_ text: String, now: Int64, reference: Int64, utc: Bool) throws(Problem) -> LogTimeQuery {
        let words = Substring(text).trimmed
        guard let dots = words.firstRange(of: "..") else {
            guard let span = span(words, now, reference, utc) else { throw Problem(text: text) }
            return .moment(span.lowerBound)
        }
        let first = words[..<dots.lowerBound].trimmed
        let last = words[dots.upperBound...].trimmed
        let since = span(first, now, reference, utc)
        let until = span(last, now, reference, utc)
        guard since != nil || first.isEmpty, until != nil || last.isEmpty, since != nil || until != nil else {
            throw Problem(text: text)
        }
        return .range(since: since?.lowerBound, until: until?.upperBound)
    }

    /// The ms that a text means: `14:02` is a whole minute.
    private static func span(_ text: Substring, _ now: Int64, _ reference: Int64, _ utc: Bool) -> ClosedRange<Int64>? {
        if text.first == "-", let age = Durations.parse(text.dropFirst()) { return now - age...now - age }
        if let time = Int64(text), time >= 0 {
            let time = min(time, 8_640_000_000_000_000)
            return time...time
        }
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        if 2...3 ~= parts.count, let day = timeOfDay(parts, reference, utc) { return day }
        return ISO8601.milliseconds(text).map { $0...$0 }
    }

    private static func timeOfDay(_ parts: [Substring], _ reference: Int64, _ utc: Bool) -> ClosedRange<Int64>? {
        let numbers = parts.compactMap { part in
            (1...2).contains(part.utf8.count) && part.utf8.allSatisfy { 0x30...0x39 ~= $0 } ? Int(part) : nil
        }
        guard numbers.count == parts.count, numbers[0] < 24, numbers.dropFirst().allSatisfy({ $0 < 60 }) else {
            return nil
        }
        let second = numbers[0] * 3600 + numbers[1] * 60 + (numbers.count > 2 ? numbers[2] : 0)
        let start = ClockTime.moment(second: second, onDayOf: reference, utc: utc)
        return start...start + (numbers.count > 2 ? 999 : 59_999)
    }
}

extension Substring {
    fileprivate var trimmed: Substring {
        var text = self
        while text.first?.isWhitespace == true { text.removeFirst() }
        while text.last?.isWhitespace == true { text.removeLast() }
        return text
    }
}
