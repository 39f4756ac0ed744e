import JobLogCore
import TerminalUI

/// The log of a job, or the merged logs of several: the lines, which of them are shown, and the place in them.
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

    /// How far the log of one job was read.
    struct Source: Sendable {
        /// Why it cannot be read; nil when it can.
        var problem: String?
        /// Whether it was read.
        var isOpen = false
        /// Whether nothing precedes what is held.
        var isWhole = false
        var isLoadingOlder = false
        /// The checkpoints that stand between the lines, by their times.
        var checkpoints: [Int64: LogDocument.Mark] = [:]
    }

    /// The jobs whose lines these are: each is a source of the document, by its number.
    let jobs: [JobID]
    var sources: [Source]
    var document: LogDocument

    var choice = LogChoice()
    var search: LogSearch?
    /// The line to go to as soon as it was read.
    var target: LogTarget?
    var prompt: LogPrompt?
    /// The choice among the filters, while it is made.
    var filtersDialog: FiltersDialog?

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

    var wraps: Bool
    var offset = 0
    var times: LogTimes
    /// The lines that the user marked, by id.
    var marked: Set<Int32> = []
    var timeline = LogTimeline()
    /// Whether the timeline is wanted; nil where the room decides.
    var wantsTimeline: Bool?
    /// What is being drawn on the timeline.
    var stretch: TimelineStretch?
    /// The ids of the lines of the anchor when it was last set, which no change moves.
    var anchorIDs: (cursor: Int32, top: Int32)?

    /// How the writers of the lines are told apart.
    var laneSheet = LogLaneSheet()
    /// The choice of jobs and workers, while it is made.
    var lanesDialog: LanesDialog?
    /// The two logs that are compared; nil where lines stand as they came.
    var comparison: LogComparison?
    /// Which of them are other logs by now than those that were compared.
    var outdated: Set<Int> = []
    /// Whether the feed is still to be asked for the logs.
    var isNew = true

    var unfolded: Set<Int> = []
    var wholes = WholeEntries()
    var cache: [Int: LogRows] = [:]
    var gists = LogGists()
    var layout = LogLayout(width: 80, wraps: true)
    var height = 1
    var visible: [VisibleRow] = []

    init(_ jobs: [JobID], _ looks: LogLooks) {
        self.jobs = jobs
        sources = Array(repeating: Source(), count: jobs.count)
        document = LogDocument(sources: jobs.count)
        (times, wraps, wantsTimeline) = (looks.times, looks.wraps, looks.wantsTimeline)
        choice.least = looks.least
    }

    /// How it is looked at.
    var looks: LogLooks { LogLooks(times: times, wraps: wraps, wantsTimeline: wantsTimeline) }

    /// The first of its jobs, and mostly the only one.
    var id: JobID { jobs[0] }

    /// Whether lines of several jobs are shown.
    var isMerged: Bool { jobs.count > 1 }

    /// Whether each log was read, or cannot be.
    var isOpen: Bool { sources.allSatisfy { $0.isOpen || $0.problem != nil } }

    /// Why a log cannot be read; nil when all can.
    var problem: String? {
        guard let number = sources.firstIndex(where: { $0.problem != nil }), let problem = sources[number].problem
        else { return nil }
        return isMerged ? "\(jobs[number].display): \(problem)" : problem
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
            let (shown, remark) = wholes.shown(line.id, record)
            let circumstances = LogLayout.Circumstances(
                isFromFuture: line.isFromFuture, repeats: isUnfolded ? 0 : choice.repeats(of: Int32(line.id)),
                lateness: document.lateness(of: Int32(line.id)), counterpart: counterpart(of: line.id, gist),
                rest: remark)
            return unfolded.contains(line.id)
                ? layout.unfolded(gist, shown, circumstances, &highlighter)
                : layout.folded(gist, circumstances, &highlighter)
        }
    }
}
