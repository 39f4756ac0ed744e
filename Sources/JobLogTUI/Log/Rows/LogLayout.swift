import JobLogCore
import TerminalUI

/// The rows that one entry of a log takes on screen, without its time and badge.
struct LogRows: Sendable {
    /// One row.
    struct Row: Sendable {
        var text: String
        var style: Style
        /// Parts that look different.
        var paints: [PaintedText.Paint] = []
        /// What follows the text on the same row, as far as there is room.
        var trailer = ""
        var trailerPaints: [PaintedText.Paint] = []
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
    private static let unfoldedRows = 4_800
    private static let unfoldedBytes = 500_000
    /// The most rows and bytes of its end, where not all of it is laid out.
    private static let (endRows, endBytes) = (200, 50_000)
    /// The most bytes of metadata that are shown as a tree, and of other metadata as text.
    private static let treeBytes = 100_000

    /// The columns for messages.
    var width: Int
    /// Whether long lines are wrapped.
    var wraps: Bool

    /// What an entry is besides what it says.
    struct Circumstances: Sendable {
        var isFromFuture = false
        /// How many lines say the same and are not shown.
        var repeats = 0
        /// How late it came in, in ms; nil when it did not.
        var lateness: Int64?
        /// What a log that is compared says in its place; nil where that is the same.
        var counterpart: String?
        /// What is to be said of the rest of an entry of which only the beginning is there; nil where all of it is.
        var rest: String?
    }

    /// The rows of a remark.
    func rows(of mark: LogDocument.Mark) -> LogRows {
        let rows = wraps ? TextWrap.rows(of: mark.text, width: width).map(String.init) : [mark.text]
        return LogRows(entry: nil, rows: rows.map { LogRows.Row(text: $0, style: Theme.mark(mark)) })
    }

    /// The rows of a folded entry.
    func folded(
        _ entry: LogGist, _ circumstances: Circumstances, _ highlighter: inout LogMatcher?
    ) -> LogRows {
        let style = Theme.message(entry.level)
        let lines = TerminalText.lines(entry.message)
        var isFolded = entry.isCut || entry.largeSize != nil
        var rows: [LogRows.Row] = []
        let limit = Self.foldedRows + 1
        var runs = lines.count > 3 ? StackFrames.runs(in: lines)[...] : []
        var index = 0
        while index < lines.count, rows.count < limit {
            if let run = runs.first, run.lowerBound == index {
                isFolded = true
                rows.append(remark("  … \(run.count) more lines of the stack"))
                index = run.upperBound
                runs.removeFirst()
                continue
            }
            wrap(PaintedText(lines[index]), style: style, limit: limit, &highlighter, to: &rows)
            index += 1
        }
        if rows.count > Self.foldedRows || entry.isCut {
            isFolded = true
            rows = Array(rows.prefix(Self.foldedRows - 1))
            rows.append(remark("… \(ByteCount.text(entry.messageSize)) in all, folded"))
        }
        let metadata = entry.metadata.map { " " + TerminalText.line($0) } ?? ""
        // Where it is not the message that is large, it is the metadata.
        let size = entry.isCut ? nil : entry.largeSize.map { " … \(ByteCount.text($0)) in all" }
        let trailer = Self.note(circumstances) + (size ?? "") + metadata
        rows[rows.count - 1].trailer = trailer
        rows[rows.count - 1].trailerPaints = Self.highlights(trailer, &highlighter)
        return LogRows(
            entry: entry, rows: rows, hidesMore: isFolded || entry.hasMetadata || circumstances.counterpart != nil)
    }

    /// The rows of an unfolded entry: its message, id and metadata.
    func unfolded(
        _ entry: LogGist, _ record: LogRecord, _ circumstances: Circumstances, _ highlighter: inout LogMatcher?
    ) -> LogRows {
        let headline = record.headline
        var rows: [LogRows.Row] = []
        let style = Theme.message(entry.level)
        add(headline.message, of: headline.message.utf8.count, style: style, &highlighter, to: &rows)
        rows[0].trailer = Self.note(circumstances)
        if let rest = circumstances.rest { rows.append(remark(rest)) }
        for line in circumstances.counterpart.map({ TerminalText.lines($0) }) ?? [] {
            let text = PaintedText("- " + line)
            wrap(text, style: Theme.onlyThere, limit: rows.count + Self.foldedRows, &highlighter, to: &rows)
        }
        if let sentence = Self.correction(headline) {
            wrap(PaintedText(sentence), style: Theme.faint, limit: rows.count + 4, &highlighter, to: &rows)
        }
        if let id = record.identifier { wrap("id: " + TerminalText.line(id), Theme.faint, &highlighter, to: &rows) }
        if let metadata = headline.metadata { add(metadata: metadata, &highlighter, to: &rows) }
        return LogRows(entry: entry, rows: rows, hidesMore: true)
    }

    /// What was made of an entry's time, where its worker's clock is known to be wrong.
    private static func correction(_ headline: LogHeadline) -> String? {
        guard let time = headline.timestamp, let metadata = headline.metadata, metadata.count <= treeBytes else {
            return nil
        }
        let skew = LogSignature.clockSkew(in: metadata)
        guard skew != 0 else { return nil }
        return "time corrected by \(LogTimes.distance(-skew)): its worker's clock, which said \(time), is "
            + (skew > 0 ? "ahead" : "behind")
    }

    private func add(
        metadata json: ArraySlice<UInt8>, _ highlighter: inout LogMatcher?, to rows: inout [LogRows.Row]
    ) {
        guard json.count <= Self.treeBytes, let value = try? JSONValue(parsing: json) else {
            let text = String(decoding: json.prefix(Self.treeBytes), as: UTF8.self)
            return add(text, of: json.count, style: Theme.link, &highlighter, to: &rows)
        }
        for line in JSONTree.lines(value) {
            wrap(line, style: .plain, limit: rows.count + Self.foldedRows, &highlighter, to: &rows)
        }
    }

    private func wrap(
        _ line: String, _ style: Style, _ highlighter: inout LogMatcher?, to rows: inout [LogRows.Row]
    ) {
        wrap(PaintedText(line), style: style, limit: rows.count + 1, &highlighter, to: &rows)
    }

    /// As many rows of a text as can be laid out within a frame; where that is not all of it, how much there is, and its
    /// end.
    private func add(
        _ text: String, of size: Int, style: Style, _ highlighter: inout LogMatcher?, to rows: inout [LogRows.Row]
    ) {
        let length = text.utf8.count
        let isCut = length > Self.unfoldedBytes
        let head = isCut ? String(decoding: text.utf8.prefix(Self.unfoldedBytes), as: UTF8.self) : text
        let lines = TerminalText.lines(head)
        let most = rows.count + Self.unfoldedRows
        var taken = 0
        while taken < lines.count, rows.count <= most {
            wrap(PaintedText(lines[taken]), style: style, limit: most + 1, &highlighter, to: &rows)
            taken += 1
        }
        guard isCut || rows.count > most || head.utf8.count < size else { return }
        rows = Array(rows.prefix(most))
        let isShort = head.utf8.count < size && !isCut
        rows.append(
            remark("… \(ByteCount.text(size)) in all: `joblog logs` prints \(isShort ? "the rest" : "all of it")"))
        guard !isShort else { return }
        let end = min(Self.endBytes, length - Self.unfoldedBytes)
        let last =
            isCut ? TerminalText.lines(String(decoding: text.utf8.suffix(end), as: UTF8.self)) : Array(lines[taken...])
        var ending: [LogRows.Row] = []
        for line in last.suffix(Self.endRows) {
            wrap(PaintedText(line), style: style, limit: .max, &highlighter, to: &ending)
        }
        rows += ending.suffix(Self.endRows)
    }

    /// A row about what is left out.
    private func remark(_ text: String) -> LogRows.Row {
        LogRows.Row(text: wraps ? TextWidth.truncate(text, to: width) : text, style: Theme.faint)
    }

    private static func note(_ circumstances: Circumstances) -> String {
        (circumstances.repeats > 0 ? " × \(circumstances.repeats + 1)" : "")
            + (circumstances.isFromFuture ? " (from the future)" : "")
            + (circumstances.lateness.map { " (late by \(Durations.text($0)))" } ?? "")
    }

    /// Adds the rows of a line, until there are `limit` in all.
    private func wrap(
        _ line: PaintedText, style: Style, limit: Int, _ highlighter: inout LogMatcher?, to rows: inout [LogRows.Row]
    ) {
        guard rows.count < limit else { return }
        let paints = line.paints + Self.highlights(line.text, &highlighter)
        guard wraps else {
            rows.append(LogRows.Row(text: line.text, style: style, paints: paints))
            return
        }
        let parts = TextWrap.rows(of: line.text, width: width, limit: limit - rows.count)
        guard !paints.isEmpty else {
            for part in parts { rows.append(LogRows.Row(text: String(part), style: style)) }
            return
        }
        let utf8 = line.text.utf8
        for part in parts {
            let start = utf8.distance(from: utf8.startIndex, to: part.startIndex)
            let range = start..<start + part.utf8.count
            rows.append(LogRows.Row(text: String(part), style: style, paints: paints.clipped(to: range)))
        }
    }

    private static func highlights(_ text: String, _ highlighter: inout LogMatcher?) -> [PaintedText.Paint] {
        guard !text.isEmpty, let spans = highlighter?.spans(in: text) else { return [] }
        return spans.map { PaintedText.Paint(range: $0, style: Theme.found) }
    }
}
