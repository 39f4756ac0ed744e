import JobLogCore
import TerminalUI

/// The log of one job: its lines, which of them are shown, and the place in them.
///
/// A line's place is its number in the document, an index its number among the lines that are shown. What the user does
/// works on indices; `anchor` keeps the places, so that they survive whatever changes what is shown.
struct LogPane: Sendable {
    /// A row on screen.
    struct VisibleRow: Sendable {
        /// The line's index.
        var line: Int
        /// The row within the line.
        var row: Int
    }

    let id: JobID
    var document = LogDocument()
    /// Why the log cannot be read; nil when it can.
    var problem: String?
    /// Whether the log was read.
    var isOpen = false
    /// Whether nothing precedes what is held.
    var isWhole = false
    var isLoadingOlder = false

    var choice = LogChoice()
    var search: LogSearch?
    var prompt: LogPrompt?
    var histories: [LogPrompt.Kind: InputHistory] = [:]

    /// The index of the line the cursor is on.
    var cursor = 0
    /// The first row on screen.
    var top = VisibleRow(line: 0, row: 0)
    /// The places of cursor and first row.
    var anchor = (cursor: 0, top: 0)
    /// Whether the cursor's line is to be in the middle of the screen.
    var isRecentred = false
    /// How many lines below the cursor's are to be in sight too, because they were unfolded just now.
    var revealed = 0
    var isFollowing = true
    /// How many entries came while the end was not followed.
    var newCount = 0

    var wraps = true
    var offset = 0
    var times = LogTimes()
    /// The lines that the user marked, by id.
    var marked: Set<Int32> = []
    var timeline = LogTimeline()
    /// Whether the timeline is wanted; nil where the room decides.
    var wantsTimeline: Bool?
    /// The checkpoints that stand between the lines, by their times.
    private var checkpoints: [Int64: LogDocument.Mark] = [:]

    var unfolded: Set<Int> = []
    var cache: [Int: LogRows] = [:]
    var gists = LogGists()
    var layout = LogLayout(width: 80, wraps: true)
    var height = 1
    var visible: [VisibleRow] = []

    init(_ id: JobID, isUTC: Bool) {
        self.id = id
        times.isUTC = isUTC
    }

    /// How many lines are shown.
    var count: Int { choice.shown.ones }

    /// A shown line.
    subscript(line: Int) -> LogDocument.Line { document[place(of: line)] }

    /// The place of a shown line.
    func place(of line: Int) -> Int { choice.shown.select(line) }

    /// The rows of a shown line.
    func rows(of line: Int) -> LogRows {
        if let rows = cache[self[line].id] { return rows }
        var highlighter = search?.highlighter
        return layOut(self[line], &highlighter)
    }

    func layOut(_ line: LogDocument.Line, _ highlighter: inout LogMatcher?) -> LogRows {
        switch line.content {
        case .mark(let mark): return layout.rows(of: mark)
        case .entry(let record):
            let gist = gists.find(line.id, record)
            let isUnfolded = choice.unfoldedRepeats.contains(Int32(line.id))
            let circumstances = LogLayout.Circumstances(
                isFromFuture: line.isFromFuture, repeats: isUnfolded ? 0 : choice.repeats(of: Int32(line.id)))
            return unfolded.contains(line.id)
                ? layout.unfolded(gist, record, circumstances, &highlighter)
                : layout.folded(gist, circumstances, &highlighter)
        }
    }

    // MARK: - What the feed says

    /// Takes a change in; tells what is to be read besides, and what the user should hear.
    mutating func take(_ change: LogChange, now: Int64) -> (effects: [AppEffect], toast: String?) {
        problem = nil
        var toast: String?
        switch change {
        case .opened(let records, let length):
            toast = records.isEmpty ? "No logs available yet" : isOpen ? nil : "Loaded logs"
            open(records, isWhole: records.count >= length, now: now)
            return (settleChange(), toast)
        case .appended(let records, let recovered):
            if recovered { document.append(.recovered(records.count)) }
            append(records, now: now)
        case .gap(let missing, let then):
            document.append(.missing(missing))
            append(then, now: now)
        case .cleared(let then):
            document.append(.cleared)
            append(then, now: now)
        case .older(let records, let isWhole):
            self.isWhole = isWhole
            isLoadingOlder = false
            document.prepend(records, now: now)
        case .unreadable(let reason):
            problem = reason
        }
        return (settleChange(), toast)
    }

    /// Takes note of the job's checkpoint: where it landed a mark stands between the lines.
    mutating func take(_ checkpoint: Checkpoint?) -> [AppEffect] {
        guard let checkpoint, let time = checkpoint.timestamp, checkpoints[time] == nil else { return [] }
        let mark = LogDocument.Mark.checkpoint(
            sequence: checkpoint.sequence, step: checkpoint.step, progress: checkpoint.progress)
        checkpoints[time] = mark
        guard isOpen else { return [] }
        document.insert(mark, at: time)
        return settleChange()
    }

    /// The connection is back: what was asked for before it was lost is not answered any more.
    mutating func reconnected() -> [AppEffect] {
        isLoadingOlder = false
        return older()
    }

    /// Lines of another reading are on screen: no place among the old ones may be left.
    private mutating func open(_ records: [LogRecord], isWhole: Bool, now: Int64) {
        document = LogDocument()
        document.append(records, now: now)
        for (time, mark) in checkpoints.sorted(by: { $0.key < $1.key }) { document.insert(mark, at: time) }
        isOpen = true
        self.isWhole = isWhole
        isLoadingOlder = false
        newCount = 0
        cache = [:]
        gists = LogGists()
        timeline = LogTimeline()
        unfolded = []
        marked = []
        anchor = (isFollowing ? max(0, document.count - 1) : min(anchor.cursor, max(0, document.count - 1)), 0)
        anchor.top = anchor.cursor
        top.row = 0
        visible = []
        choice.restart(from: anchor.cursor)
        if let search { self.search = LogSearch(search.pattern, from: anchor.cursor) }
    }

    /// Works out what follows from a change of the document.
    private mutating func settleChange() -> [AppEffect] {
        let first = document.acknowledge()
        guard first < document.count || first < choice.shown.count else { return older() }
        // Lines that came in above move those that are on screen.
        if first <= anchor.cursor || first <= anchor.top { moveAnchor() }
        choice.invalidate(from: first)
        choice.lookAgain(from: first)
        search?.inquiry.lookAgain(from: first)
        timeline.take(document)
        return older() + exams()
    }

    /// The ids of the lines that the anchor was on when it was last set.
    private mutating func moveAnchor() {
        guard let ids = anchorIDs else { return }
        anchor.cursor = place(ofID: ids.cursor, near: anchor.cursor)
        anchor.top = place(ofID: ids.top, near: anchor.top)
    }

    /// The lines of the anchor by their ids, which no change moves.
    var anchorIDs: (cursor: Int32, top: Int32)?

    private func place(ofID id: Int32, near place: Int) -> Int {
        if place < document.count, document.order[place] == id { return place }
        return document.index(of: Int(id)) ?? min(place, max(0, document.count - 1))
    }

    private mutating func append(_ records: [LogRecord], now: Int64) {
        document.append(records, now: now)
        if !isFollowing { newCount += records.count }
    }

    /// Reads on until the beginning is there: what is shown, searched and counted is the whole log.
    private mutating func older() -> [AppEffect] {
        guard isOpen, !isWhole, !isLoadingOlder else { return [] }
        isLoadingOlder = true
        var first: [LogRecord] = []
        for id in document.order {
            if let record = document.record(id) { first.append(record) }
            if first.count == 16 { break }
        }
        return [.loadOlder(id, before: first, held: document.entryCount)]
    }
}
