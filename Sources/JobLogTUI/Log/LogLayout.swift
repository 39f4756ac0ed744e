import JobLogCore
import TerminalUI

/// The rows that one entry of a log takes on screen, without its time and badge.
struct LogRows: Sendable {
    /// One row.
    struct Row: Sendable {
        var text: String
        var style: Style
        /// What follows the text on the same row, as far as there is room.
        var trailer = ""
    }

    /// The entry; nil for a mark.
    let entry: LogHeadline?
    let rows: [Row]
}

/// Makes rows of entries: wraps or cuts them, and folds what is long.
struct LogLayout: Sendable, Hashable {
    /// The most rows of a folded entry.
    static let foldedRows = 8
    /// The most rows of an unfolded one; the rest is for `joblog logs`.
    private static let unfoldedRows = 5_000
    /// The most bytes of a folded entry that are looked at.
    private static let foldedBytes = 16_384

    /// The columns for messages.
    var width: Int
    /// Whether long lines are wrapped.
    var wraps: Bool

    /// The rows of a line of the document.
    func rows(of line: LogDocument.Line, isUnfolded: Bool) -> LogRows {
        switch line.content {
        case .mark(let mark):
            return LogRows(entry: nil, rows: [LogRows.Row(text: mark.text, style: Style(.yellow))])
        case .entry(let record):
            let entry = record.headline
            let future = line.isFromFuture ? " (from the future)" : ""
            return LogRows(
                entry: entry,
                rows: isUnfolded ? unfolded(record.entry, future) : folded(entry, record.bytes.count, future))
        }
    }

    private func folded(_ entry: LogHeadline, _ size: Int, _ note: String) -> [LogRows.Row] {
        let isLong = entry.message.utf8.count > Self.foldedBytes
        let text = isLong ? String(decoding: entry.message.utf8.prefix(Self.foldedBytes), as: UTF8.self) : entry.message
        var rows = wrapped(text, style: Theme.message(entry.level), limit: Self.foldedRows + 1)
        if rows.count > Self.foldedRows || isLong {
            rows = Array(rows.prefix(Self.foldedRows - 1))
            let size = isLong ? ", \(ByteCount.text(size))" : ""
            rows.append(LogRows.Row(text: "… more\(size): Enter unfolds", style: Theme.faint))
        }
        let metadata = entry.metadata.map { " " + TerminalText.line($0.prefix(2_000)) } ?? ""
        rows[rows.count - 1].trailer = note + metadata
        return rows
    }

    private func unfolded(_ entry: LogEntry, _ note: String) -> [LogRows.Row] {
        var rows = wrapped(entry.message, style: Theme.message(entry.level), limit: Self.unfoldedRows)
        rows[rows.count - 1].trailer = note
        if let id = entry.id { rows += wrapped("id: \(id)", style: Theme.faint, limit: 1) }
        if let metadata = entry.metadata {
            for line in JSONTree.lines(metadata) {
                rows += wrapped(line, style: Theme.link, limit: Self.foldedRows)
            }
        }
        guard rows.count > Self.unfoldedRows else { return rows }
        return rows.prefix(Self.unfoldedRows) + [
            LogRows.Row(text: "… `joblog logs` prints the rest", style: Theme.faint)
        ]
    }

    /// The rows of a text, at least one.
    private func wrapped(_ text: String, style: Style, limit: Int) -> [LogRows.Row] {
        var rows: [LogRows.Row] = []
        for line in TerminalText.lines(text) {
            guard wraps else {
                rows.append(LogRows.Row(text: line, style: style))
                continue
            }
            for row in TextWrap.rows(of: line, width: width, limit: limit - rows.count) {
                rows.append(LogRows.Row(text: String(row), style: style))
            }
            if rows.count >= limit { break }
        }
        return rows
    }
}

/// JSON as indented lines.
enum JSONTree {
    /// A line a member or element.
    static func lines(_ value: JSONValue) -> [String] {
        var lines: [String] = []
        add(value, key: "", depth: 0, to: &lines)
        return lines
    }

    private static func add(_ value: JSONValue, key: String, depth: Int, to lines: inout [String]) {
        // Deeper than any screen is wide, JSON stays on one line.
        let indent = String(repeating: "  ", count: depth)
        if depth < 20, let object = value.object, !object.members.isEmpty {
            lines.append(indent + key + "{")
            for member in object.members { add(member.value, key: member.key + ": ", depth: depth + 1, to: &lines) }
            lines.append(indent + "}")
        } else if depth < 20, let array = value.array, !array.isEmpty {
            lines.append(indent + key + "[")
            for element in array { add(element, key: "", depth: depth + 1, to: &lines) }
            lines.append(indent + "]")
        } else {
            lines.append(indent + key + value.text())
        }
    }
}
