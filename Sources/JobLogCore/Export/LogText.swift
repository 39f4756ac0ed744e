/// Log entries as text for people: time, level, message, metadata; further lines of a message stand under its first.
package struct LogText: Sendable {
    private let isUTC: Bool
    private let paint: Paint

    /// Text with times in UTC or local, with colours or without.
    package init(isUTC: Bool, colors: Bool) {
        self.isUTC = isUTC
        paint = Paint(isOn: colors)
    }

    private static let stampWidth = 23

    /// Date and time to the ms, always as wide.
    package static func stamp(_ time: Int64, isUTC: Bool) -> String {
        ClockTime.date(time, utc: isUTC) + " " + ClockTime.time(time, utc: isUTC, milliseconds: true)
    }

    /// The lines of one entry.
    ///
    /// - Parameters:
    ///   - entry: the entry.
    ///   - time: when it happened, Unix ms; nil for what the entry itself says.
    ///   - lane: what stands in front of every line, when entries of several jobs are mixed.
    /// - Returns: at least one line.
    package func lines(of entry: LogEntry, time: Int64?, lane: String? = nil) -> [String] {
        let stamp = (time ?? entry.timestamp).map { Self.stamp($0, isUTC: isUTC) } ?? ""
        let badge = entry.badge
        let margin = stamp.isEmpty ? String(repeating: " ", count: Self.stampWidth) : stamp
        let column = badge + String(repeating: " ", count: max(0, 5 - badge.count))
        var message = TerminalText.lines(entry.message)
        if let metadata = LogSignature.removed(from: entry.metadata) {
            message[message.count - 1] += " " + paint(TerminalText.line(metadata.text()), .faint)
        }
        let front = lane.map { paint("[\($0)] ", .faint) } ?? ""
        let indent = String(repeating: " ", count: margin.count + 1 + column.count + 1)
        return message.enumerated().map { index, text in
            index == 0
                ? "\(front)\(paint(margin, .faint)) \(paint(column, Paint.role(of: entry.level))) \(text)"
                : front + indent + text
        }
    }
}
