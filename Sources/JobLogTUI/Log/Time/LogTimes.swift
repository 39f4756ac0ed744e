import JobLogCore
import TerminalUI

/// How the times of lines are shown.
struct LogTimes: Sendable, Hashable {
    /// What they are counted from.
    enum Mode: String, Sendable, CaseIterable {
        case absolute = "Time of day"
        case asWritten = "Time of day by the workers' clocks, not corrected"
        case relative = "Time before now"
        case sinceStart = "Time since the job began"
        case sinceLine = "Time since the line before"
        case off = "No times"

        /// What it is called in files.
        var name: String { "\(self)" }

        /// The one of that name.
        init?(name: String) {
            guard let mode = Self.allCases.first(where: { $0.name == name }) else { return nil }
            self = mode
        }
    }

    var mode = Mode.absolute
    var isUTC = false

    /// To the next way; times as they are written differ from others only where some were corrected.
    mutating func next(isCorrected: Bool) {
        let all = Mode.allCases.filter { isCorrected || $0 != .asWritten }
        mode = all[((all.firstIndex(of: mode) ?? 0) + 1) % all.count]
    }

    /// The columns for times; dates take more where lines are not all of today.
    func width(showsDates: Bool) -> Int {
        switch mode {
        case .off: 0
        case .relative: 7
        case .sinceStart, .sinceLine: 9
        case .absolute, .asWritten: showsDates ? 14 : 8
        }
    }

    /// A line's time, as wide as the column.
    func text(_ time: Int64, before: Int64?, start: Int64?, now: Int64, width: Int) -> String {
        switch mode {
        case .off: ""
        case .relative: TextWidth.padStart(time > now ? "ahead" : RelativeTime.age(now - time), to: width)
        case .sinceStart: TextWidth.padStart(start.map { Self.distance(time - $0) } ?? "", to: width)
        case .sinceLine: TextWidth.padStart(before.map { Self.distance(time - $0) } ?? "", to: width)
        case .absolute, .asWritten:
            width > 8 ? ClockTime.dayAndTime(time, utc: isUTC) : ClockTime.time(time, utc: isUTC)
        }
    }

    /// `+0.137s`, `+12.3s`, `+4m 10s`.
    static func distance(_ milliseconds: Int64) -> String {
        let sign = milliseconds < 0 ? "-" : "+"
        let span = Int64(clamping: milliseconds.magnitude)
        switch span {
        case ..<10_000: return sign + "\(span / 1000)." + digits(span % 1000, 3) + "s"
        case ..<60_000: return sign + "\(span / 1000).\(span % 1000 / 100)s"
        default: return sign + Durations.text(span)
        }
    }

    private static func digits(_ value: Int64, _ count: Int) -> String {
        let text = String(value)
        return String(repeating: "0", count: max(0, count - text.utf8.count)) + text
    }
}
