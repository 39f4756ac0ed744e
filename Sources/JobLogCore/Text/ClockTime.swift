#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// Times of day for people, in this machine's time zone or UTC.
public enum ClockTime {
    private struct Parts {
        var date: CivilDate
        var second: Int64
        var millisecond: Int64
    }

    /// `14:02:09`, with `milliseconds` `14:02:09.123`.
    public static func time(_ unix: Int64, utc: Bool = false, milliseconds: Bool = false) -> String {
        text(parts(unix, utc: utc), milliseconds: milliseconds)
    }

    /// `2024-12-17`.
    public static func date(_ unix: Int64, utc: Bool = false) -> String {
        text(parts(unix, utc: utc).date)
    }

    /// `12-17 14:02:09`.
    public static func dayAndTime(_ unix: Int64, utc: Bool = false) -> String {
        let parts = parts(unix, utc: utc)
        let day = String(unsafeUninitializedCapacity: 6) { bytes in
            Digits.put(parts.date.month, 2, at: 0, of: bytes)
            Digits.put(parts.date.day, 2, at: 3, of: bytes)
            (bytes[2], bytes[5]) = (UInt8(ascii: "-"), UInt8(ascii: " "))
            return 6
        }
        return day + text(parts, milliseconds: false)
    }

    /// Whether two times are on the same day.
    public static func isSameDay(_ unix: Int64, _ other: Int64, utc: Bool = false) -> Bool {
        parts(unix, utc: utc).date == parts(other, utc: utc).date
    }

    /// The time, with the date before it unless that is the date of `now`: `14:02:09`, `2024-12-16 14:02:09`.
    public static func stamp(_ unix: Int64, now: Int64, utc: Bool = false, milliseconds: Bool = false) -> String {
        let parts = parts(unix, utc: utc)
        let time = text(parts, milliseconds: milliseconds)
        return parts.date == self.parts(now, utc: utc).date ? time : text(parts.date) + " " + time
    }

    /// The Unix time in ms of a second of the day on which another time, Unix ms, is.
    public static func moment(second: Int, onDayOf unix: Int64, utc: Bool = false) -> Int64 {
        let unix = UnixTime.clamp(unix)
        let (days, rest) = CivilDate.split(unix)
        let universal = days * 86_400_000 + Int64(second) * 1000
        if utc { return universal }
        var seconds = time_t((unix - rest % 1000) / 1000)
        var local = tm()
        guard localtime_r(&seconds, &local) != nil else { return universal }
        (local.tm_hour, local.tm_min, local.tm_sec) = (
            Int32(second / 3600), Int32(second / 60 % 60), Int32(second % 60)
        )
        // The zone says whether it is summer.
        local.tm_isdst = -1
        return Int64(mktime(&local)) * 1000
    }

    private static func text(_ parts: Parts, milliseconds: Bool) -> String {
        // A screen has one a row: no piece of it is a string of its own.
        String(unsafeUninitializedCapacity: 12) { bytes in
            let clock = [parts.second / 3600, parts.second / 60 % 60, parts.second % 60]
            for (place, value) in clock.enumerated() {
                Digits.put(value, 2, at: 3 * place, of: bytes)
                bytes[3 * place + 2] = UInt8(ascii: place < 2 ? ":" : ".")
            }
            Digits.put(parts.millisecond, 3, at: 9, of: bytes)
            return milliseconds ? 12 : 8
        }
    }

    private static func text(_ date: CivilDate) -> String {
        "\(Digits.padded(date.year, 4))-\(Digits.padded(date.month, 2))-\(Digits.padded(date.day, 2))"
    }

    private static func parts(_ unix: Int64, utc: Bool) -> Parts {
        let unix = UnixTime.clamp(unix)
        let (days, rest) = CivilDate.split(unix)
        let universal = Parts(date: CivilDate.date(days: days), second: rest / 1000, millisecond: rest % 1000)
        if utc { return universal }
        var seconds = time_t((unix - rest % 1000) / 1000)
        var local = tm()
        guard localtime_r(&seconds, &local) != nil else { return universal }
        let date = CivilDate(
            year: Int64(local.tm_year) + 1900, month: Int64(local.tm_mon) + 1, day: Int64(local.tm_mday))
        let second = (Int64(local.tm_hour) * 60 + Int64(local.tm_min)) * 60 + Int64(local.tm_sec)
        return Parts(date: date, second: second, millisecond: rest % 1000)
    }
}
