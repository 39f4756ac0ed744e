/// Dates and times of ISO 8601 as workers write them: RFC 3339 and what JavaScript's `toISOString` prints.
public enum ISO8601 {
    /// The Unix time in ms of `2024-12-17T14:02:09.123Z`; nil for anything else.
    ///
    /// Lenient where writers differ: a space or `t` for the `T`, any number of fraction digits (cut off at ms), seconds
    /// left out, an offset as `+01:00`, `+0100` or `+01`. A date alone is midnight, and a time without an offset is UTC.
    public static func milliseconds(_ text: some StringProtocol) -> Int64? {
        var scan = Scan(bytes: Array(text.utf8))
        guard let date = scan.date() else { return nil }
        let midnight = CivilDate.days(year: date.year, month: date.month, day: date.day) * 86_400_000
        if scan.isAtEnd { return midnight }
        guard scan.take("T") || scan.take("t") || scan.take(" "), let time = scan.time(),
            let offset = scan.offset(), scan.isAtEnd
        else { return nil }
        return midnight + time - offset
    }

    /// `2024-12-17T14:02:09.123Z`, as JavaScript's `toISOString` prints it.
    public static func text(_ milliseconds: Int64) -> String {
        let (days, rest) = CivilDate.split(milliseconds)
        let date = CivilDate.date(days: days)
        let sign = date.year < 0 ? "-" : "+"
        let year =
            0...9999 ~= date.year ? Digits.padded(date.year, 4) : sign + Digits.padded(Int64(date.year.magnitude), 6)
        return year + "-" + Digits.padded(date.month, 2) + "-" + Digits.padded(date.day, 2) + "T"
            + Digits.padded(rest / 3_600_000, 2) + ":" + Digits.padded(rest / 60_000 % 60, 2) + ":"
            + Digits.padded(rest / 1000 % 60, 2) + "." + Digits.padded(rest % 1000, 3) + "Z"
    }

    private struct Scan {
        let bytes: [UInt8]
        var at = 0

        init(bytes: [UInt8]) { self.bytes = bytes }

        var isAtEnd: Bool { at == bytes.count }

        mutating func take(_ character: Unicode.Scalar) -> Bool {
            guard at < bytes.count, bytes[at] == UInt8(ascii: character) else { return false }
            at += 1
            return true
        }

        mutating func digits(_ count: Int) -> Int64? {
            guard at + count <= bytes.count else { return nil }
            var value: Int64 = 0
            for byte in bytes[at..<(at + count)] {
                guard case UInt8(ascii: "0")...UInt8(ascii: "9") = byte else { return nil }
                value = value * 10 + Int64(byte - UInt8(ascii: "0"))
            }
            at += count
            return value
        }

        mutating func digits(_ count: Int, in range: ClosedRange<Int64>) -> Int64? {
            guard let value = digits(count), range.contains(value) else { return nil }
            return value
        }

        mutating func date() -> CivilDate? {
            guard let year = digits(4), take("-"), let month = digits(2, in: 1...12), take("-"),
                let day = digits(2, in: 1...31), day <= CivilDate.length(ofMonth: month, year: year)
            else { return nil }
            return CivilDate(year: year, month: month, day: day)
        }

        /// Milliseconds since midnight; a leap second counts as the one after it.
        mutating func time() -> Int64? {
            guard let hour = digits(2, in: 0...24), take(":"), let minute = digits(2, in: 0...59) else { return nil }
            var milliseconds = (hour * 60 + minute) * 60_000
            if take(":") {
                guard let second = digits(2, in: 0...60) else { return nil }
                milliseconds += second * 1000
                if take(".") || take(",") {
                    guard let fraction = fraction() else { return nil }
                    milliseconds += fraction
                }
            }
            return hour == 24 && milliseconds > 86_400_000 ? nil : milliseconds
        }

        private mutating func fraction() -> Int64? {
            var value: Int64 = 0
            var count = 0
            while let digit = digits(1) {
                if count < 3 { value = value * 10 + digit }
                count += 1
            }
            guard count > 0 else { return nil }
            for _ in min(count, 3)..<3 { value *= 10 }
            return value
        }

        /// The distance from UTC in ms, east is positive; 0 when there is nothing more to read.
        mutating func offset() -> Int64? {
            if isAtEnd || take("Z") || take("z") { return 0 }
            let sign: Int64
            if take("+") { sign = 1 } else if take("-") { sign = -1 } else { return nil }
            guard let hours = digits(2, in: 0...23) else { return nil }
            if isAtEnd { return sign * hours * 3_600_000 }
            _ = take(":")
            guard let minutes = digits(2, in: 0...59) else { return nil }
            return sign * (hours * 60 + minutes) * 60_000
        }
    }
}
