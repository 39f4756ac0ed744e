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
    let entry: LogGist?
    let rows: [Row]
    /// Whether unfolding shows more than these rows do.
    var hidesMore = false
}

/// Makes rows of entries: wraps or cuts them, and folds what is long.
struct LogLayout: Sendable, Hashable {
    /// The most rows of a folded entry.
    static let foldedRows = 8
    /// The most rows and bytes of an unfolded one: what is laid out within a frame. The rest is for `joblog logs`.
    private static let unfoldedRows = 5_000
    private static let unfoldedBytes = 500_000
    /// The most bytes of metadata that are shown as a tree, and of other metadata as text.
    private static let treeBytes = 100_000

    /// The columns for messages.
    var width: Int
    /// Whether long lines are wrapped.
    var wraps: Bool

    /// The rows of a remark.
    func rows(of mark: LogDocument.Mark) -> LogRows {
        LogRows(entry: nil, rows: [LogRows.Row(text: mark.text, style: Style(.yellow))])
    }

    /// The rows of a folded entry.
    func folded(_ entry: LogGist, isFromFuture: Bool) -> LogRows {
        var rows = wrapped(entry.message, style: Theme.message(entry.level), limit: Self.foldedRows + 1)
        let isFolded = rows.count > Self.foldedRows || entry.isCut
        if isFolded {
            rows = Array(rows.prefix(Self.foldedRows - 1))
            rows.append(
                LogRows.Row(text: "… \(ByteCount.text(entry.messageSize)) in all: Enter unfolds", style: Theme.faint))
        }
        let metadata = entry.metadata.map { " " + TerminalText.line($0) } ?? ""
        rows[rows.count - 1].trailer = Self.note(isFromFuture) + metadata
        return LogRows(entry: entry, rows: rows, hidesMore: isFolded || entry.metadata != nil)
    }

    /// The rows of an unfolded entry: its message, id and metadata.
    func unfolded(_ entry: LogGist, _ record: LogRecord, isFromFuture: Bool) -> LogRows {
        let headline = record.headline
        var rows = bounded(headline.message, of: headline.message.utf8.count, style: Theme.message(entry.level))
        rows[0].trailer = Self.note(isFromFuture)
        if let id = record.identifier { rows += wrapped("id: \(id)", style: Theme.faint, limit: 1) }
        if let metadata = headline.metadata { rows += self.rows(ofMetadata: metadata) }
        return LogRows(entry: entry, rows: rows, hidesMore: true)
    }

    private func rows(ofMetadata json: ArraySlice<UInt8>) -> [LogRows.Row] {
        guard json.count <= Self.treeBytes, let value = try? JSONValue(parsing: json) else {
            let text = String(decoding: json.prefix(Self.treeBytes), as: UTF8.self)
            return bounded(text, of: json.count, style: Theme.link)
        }
        return JSONTree.lines(value).flatMap { wrapped($0, style: Theme.link, limit: Self.foldedRows) }
    }

    /// As many rows of a text as can be laid out within a frame, and where that is not all of it, how much there is.
    private func bounded(_ text: String, of size: Int, style: Style) -> [LogRows.Row] {
        let isCut = text.utf8.count > Self.unfoldedBytes
        let head = isCut ? String(decoding: text.utf8.prefix(Self.unfoldedBytes), as: UTF8.self) : text
        var rows = wrapped(head, style: style, limit: Self.unfoldedRows + 1)
        guard isCut || rows.count > Self.unfoldedRows || head.utf8.count < size else { return rows }
        rows = Array(rows.prefix(Self.unfoldedRows))
        let rest = "… \(ByteCount.text(size)) in all: `joblog logs` prints the rest"
        return rows + [LogRows.Row(text: rest, style: Theme.faint)]
    }

    private static func note(_ isFromFuture: Bool) -> String { isFromFuture ? " (from the future)" : "" }

    /// The rows of a text, at least one.
    private func wrapped(_ text: String, style: Style, limit: Int) -> [LogRows.Row] {
        var rows: [LogRows.Row] = []
        for line in TerminalText.lines(text) {
            if wraps {
                for row in TextWrap.rows(of: line, width: width, limit: limit - rows.count) {
                    rows.append(LogRows.Row(text: String(row), style: style))
                }
            } else {
                rows.append(LogRows.Row(text: line, style: style))
            }
            if rows.count >= limit { break }
        }
        return rows
    }
}
