import JobLogCore
import TerminalUI

/// The list of jobs: all that are known, those that are shown, the selected one and those that are marked.
///
/// A key costs what is on screen. What comes in is put in its place when the next frame is settled: a few jobs by halving,
/// many by sorting once.
struct JobsModel: Sendable {
    /// How long a job that ended under our eyes stays among the active ones, in ms.
    private static let lingering: Int64 = 15 * 60_000
    /// How often all are looked through for jobs that time alone has moved, in ms.
    private static let review: Int64 = 30_000
    /// The columns that are spared for an id.
    private static let widestID = 30
    /// Of how many jobs facts are kept.
    private static let factCount = 1_024

    var roster = JobRoster()
    private var streams = JobStreams()
    /// Of jobs that were on screen lately.
    private var facts: [JobID: JobFacts] = [:]
    /// Jobs that were read since their facts were taken.
    private var unread: Set<JobID> = []
    /// Jobs whose place may have changed.
    private var moved: Set<JobRoster.Number> = []
    /// Whether all must be chosen and sorted anew.
    private var isStale = true
    private var arrangedAt: Int64 = 0

    private var listing = JobListing()
    /// The time of the last frame, to which what is kept of jobs is aged.
    private var settledAt: Int64 = 0
    private(set) var selected: JobID?
    /// The selection's place when the last frame was settled.
    private var selectedIndex: Int?
    /// Whether the selection was moved; until then the first row has it, however the list fills.
    private var isChosen = false
    private(set) var viewport = Viewport()
    /// How many rows are on screen.
    private(set) var height = 1
    private(set) var showsAll = false
    private(set) var order = JobOrder.state
    private(set) var isReversed = false
    private(set) var putsErrorsFirst = false
    private(set) var filter = JobFilter("")
    /// Marks are taken away with their jobs: a number that is used again has none.
    private var marks = JobMarks()
    /// The columns that the user wants to see.
    var columns = JobColumn.usual
    /// The columns that the ids take. It only grows, so that the columns stand still.
    private(set) var idWidth = 14
    /// How much of the server was looked through for jobs, 0–1; nil when all of it was.
    var discovery: Double? = 0
    /// When all of it was looked through for the first time, in Unix ms; nil until then.
    var listedAt: Int64?

    /// How many jobs are in each state, those that are lost or in none apart.
    private(set) var totals = JobTotals()

    subscript(id: JobID) -> JobReading? { roster.reading(of: id, now: settledAt) }

    /// What was seen of a job over time; nothing unless it was on screen.
    func facts(of id: JobID) -> JobFacts? { facts[id] }

    /// The selected job.
    var selection: JobReading? { selected.flatMap { self[$0] } }

    /// The last lines of the selected job's log, decoded when it was selected or read, not for every frame.
    private(set) var selectionTail: [LogGist] = []
    /// Whose lines they are; nil when they are to be taken anew.
    private var tailOwner: JobID?

    /// The streaming text of a job, its newest characters.
    func stream(of id: JobID) -> String? { streams[id] }

    /// How many jobs are shown.
    var count: Int { listing.count }

    /// The jobs on screen.
    var visible: [JobID] { ids(viewport.range(count: count, height: height)) }

    /// Whether what is on screen changes from second to second: a job that goes on, or was heard of within a minute.
    func countsSeconds(at now: Int64) -> Bool {
        visible.lazy.compactMap { self[$0]?.snapshot }.contains { job in
            job.isListedAsActive || now - (job.lastHeard ?? 0) < 60_000
        }
    }

    /// All jobs that are shown, in order.
    var shown: [JobID] { ids(0..<count) }

    private func ids(_ range: Range<Int>) -> [JobID] { listing.numbers(range).map { roster.id($0) } }

    private func index(of id: JobID) -> Int? { roster.number(of: id).flatMap { listing.index(of: $0, roster) } }

    /// The selection's place among the jobs that are shown, where not all of them are on screen.
    var place: String? {
        guard count > height, let selectedIndex else { return nil }
        return "\(Count.text(selectedIndex + 1))/\(Count.text(count))"
    }

    /// The jobs on screen and a page around them.
    var nearby: Set<JobID> {
        let range = viewport.range(count: count, height: height)
        return Set(ids(range.lowerBound - height..<range.upperBound + height))
    }

    // MARK: - What the feed says

    /// Takes jobs in; tells which of them have turned under our eyes.
    mutating func take(_ readings: [JobReading], now: Int64) -> [JobTurn] {
        var turns: [JobTurn] = []
        settledAt = max(settledAt, now)
        for reading in readings {
            let id = reading.snapshot.id
            let change = roster.take(reading, now: now)
            if change.before == nil {
                idWidth = max(idWidth, min(Self.widestID, TextWidth.columns(of: id.display)))
            }
            if let turn = turn(of: reading.snapshot, change) { turns.append(turn) }
            totals.change(from: change.before?.tally, to: change.after.tally)
            if id == selected { tailOwner = nil }
            moved.insert(change.number)
            unread.insert(id)
        }
        return turns
    }

    mutating func remove(_ ids: [JobID]) {
        for id in ids {
            totals.change(from: roster.number(of: id).flatMap { roster.entry($0)?.tally }, to: nil)
            if let number = roster.remove(id) {
                moved.insert(number)
                marks.remove(number)
            }
            streams.remove(id)
            facts[id] = nil
            unread.remove(id)
        }
    }

    /// Takes a piece of streaming text in.
    mutating func hear(_ event: JobEvent, of id: JobID) { streams.hear(event, of: id) }

    // MARK: - What the user says

    /// How it is looked at.
    var looks: JobsLooks {
        get {
            JobsLooks(
                columns: columns, order: order, isReversed: isReversed, putsErrorsFirst: putsErrorsFirst,
                showsAll: showsAll)
        }
        set {
            (columns, order, isReversed) = (newValue.columns, newValue.order, newValue.isReversed)
            (putsErrorsFirst, showsAll) = (newValue.putsErrorsFirst, newValue.showsAll)
            isStale = true
        }
    }

    mutating func toggleScope() {
        showsAll.toggle()
        isStale = true
    }

    /// The listed jobs whose ids begin so, at most so many.
    func ids(beginning text: String, most: Int) -> [JobID] {
        let head = Array(text.utf8)
        var found: [JobID] = []
        for number in listing.numbers(0..<count) where found.count < most {
            let id = roster.id(number)
            if id.bytes.starts(with: head) { found.append(id) }
        }
        return found
    }

    /// The listed job of an id, or of a beginning of it that no other job has.
    func find(_ argument: String) -> JobID? {
        if let id = JobID(argument: argument), index(of: id) != nil { return id }
        let found = ids(beginning: argument, most: 2)
        return found.count == 1 ? found[0] : nil
    }

    /// Sorts by something.
    mutating func sort(by order: JobOrder) {
        self.order = order
        isStale = true
    }

    mutating func nextOrder() {
        let all = JobOrder.allCases
        sort(by: all[((all.firstIndex(of: order) ?? 0) + 1) % all.count])
    }

    /// Sorts by something; what it is sorted by already is reversed.
    mutating func sortOrReverse(by order: JobOrder) {
        isReversed = order == self.order && !isReversed
        sort(by: order)
    }

    mutating func reverse() {
        isReversed.toggle()
        isStale = true
    }

    mutating func toggleErrorsFirst() {
        putsErrorsFirst.toggle()
        isStale = true
    }

    /// Shows only the jobs that a text admits.
    mutating func filter(by text: String) {
        let filter = JobFilter(text)
        guard filter != self.filter else { return }
        self.filter = filter
        // Where the selected job does not pass, the first one that does is selected.
        selectedIndex = 0
        isStale = true
    }

    /// Marks the selected job, or takes its mark away.
    mutating func toggleMark() {
        guard let number = selected.flatMap({ roster.number(of: $0) }) else { return }
        if !marks.remove(number) { marks.insert(number) }
    }

    /// Marks all jobs that are shown; where all are, none.
    mutating func markAll() {
        let before = marks.count
        // A job that was removed just now is in the listing until the next frame.
        for number in listing.numbers(0..<count) where roster.isKnown(number) { marks.insert(number) }
        if marks.count == before { marks = JobMarks() }
    }

    mutating func clearMarks() { marks = JobMarks() }

    /// How many jobs are marked.
    var markedCount: Int { marks.count }

    func isMarked(_ id: JobID) -> Bool { roster.number(of: id).map(marks.contains) ?? false }

    /// The marked jobs in the list's order, those that are not shown last; the selected one where none is marked.
    var targets: [JobID] {
        guard !marks.isEmpty else { return selected.map { [$0] } ?? [] }
        let shown = listing.numbers(0..<count).filter(marks.contains)
        guard shown.count < marks.count else { return shown.map { roster.id($0) } }
        let hidden = marks.numbers.filter { !listing.contains($0) }
        return shown.map { roster.id($0) } + hidden.map { roster.id($0) }.sorted()
    }

    /// Selects the job so many rows further down.
    mutating func move(by rows: Int) {
        guard !listing.isEmpty else { return }
        isChosen = true
        let index = selected.flatMap { self.index(of: $0) } ?? selectedIndex ?? 0
        selected = roster.id(listing[min(max(0, index + rows), count - 1)])
    }

    /// Moves the rows on screen; the selection stays on its job as long as that is in sight.
    mutating func roll(by rows: Int) {
        guard !listing.isEmpty else { return }
        viewport.scroll(by: rows, count: count, height: height)
        let range = viewport.range(count: count, height: height)
        let index = selected.flatMap { self.index(of: $0) } ?? selectedIndex ?? 0
        guard !range.contains(index), let last = range.last else { return }
        isChosen = true
        selected = roster.id(listing[min(max(range.lowerBound, index), last)])
    }

    mutating func selectFirst() {
        isChosen = true
        selected = ids(0..<1).first ?? selected
    }

    mutating func selectLast() {
        isChosen = true
        selected = ids(count - 1..<count).first ?? selected
    }

    /// Keeps the selection on its job from now on, for example because its log is being read.
    mutating func keepSelection() { isChosen = true }

    /// Selects a job, whether it is shown or not.
    mutating func select(_ id: JobID) {
        isChosen = true
        selected = id
    }

    /// Shows a job that scope or filter leave out.
    mutating func reveal(_ id: JobID) {
        guard let job = self[id]?.snapshot, roster.number(of: id).map(listing.contains) != true else { return }
        if !job.isListedAsActive { showsAll = true }
        filter = JobFilter("")
        isStale = true
    }

    /// Forgets which jobs ended under our eyes.
    mutating func refresh() {
        roster.setAll(.wasActive, to: false)
        isStale = true
    }

    // MARK: - Once a frame

    /// Puts what changed in its place, and keeps the selection in sight and on its job.
    mutating func settle(height: Int, now: Int64) {
        self.height = max(1, height)
        settledAt = now
        place(now: now)
        if !isChosen { selected = ids(0..<1).first ?? selected }
        if selected == nil { selected = ids(0..<1).first }
        if let index = selected.flatMap({ index(of: $0) }) {
            viewport.show(index, count: count, height: self.height)
            selectedIndex = index
        } else if listing.isEmpty {
            selected = nil
            selectedIndex = nil
        } else {
            // The selected job is gone: what takes its place has the selection.
            let index = min(selectedIndex ?? viewport.top, count - 1)
            selected = roster.id(listing[index])
            selectedIndex = index
            viewport.show(index, count: count, height: self.height)
        }
        takeFacts(now: now)
        if tailOwner != selected {
            tailOwner = selected
            selectionTail = selection?.tail.map { LogGist($0) } ?? []
        }
        let kept = roster.isCrowded ? nearby.union([selected].compactMap(\.self)) : []
        roster.settle(keeping: kept)
    }

    private mutating func takeFacts(now: Int64) {
        let visible = visible
        for id in visible where unread.remove(id) != nil {
            guard let reading = self[id], let number = roster.number(of: id) else { continue }
            facts[id, default: JobFacts()].take(reading, now: now)
            roster.set(.hasErrors, of: number, to: (facts[id]?.errors ?? 0) > 0)
        }
        // What was read of jobs that are far from here is read again before it is shown.
        if unread.count > Self.factCount { unread.formIntersection(nearby) }
        if facts.count > Self.factCount {
            let kept = nearby
            facts = facts.filter { kept.contains($0.key) }
        }
    }

    private mutating func place(now: Int64) {
        let (order, isReversed, putsErrorsFirst) = (order, isReversed, putsErrorsFirst)
        let showsAll = showsAll
        var pass = filter.isEmpty ? nil : JobFilterPass(filter, roster.names, at: now)
        let ids = roster.ids
        let key = { (entry: RosterEntry, number: JobRoster.Number) -> JobSortKey? in
            guard showsAll || entry.isListed(at: now, lingering: Self.lingering),
                pass?.admits(entry, number, ids) ?? true
            else { return nil }
            return entry.key(order, putsErrorsFirst: putsErrorsFirst, isReversed: isReversed, at: now)
        }
        if isStale || now - arrangedAt > Self.review {
            isStale = false
            arrangedAt = now
            listing.rebuild(roster, isReversed: isReversed, key)
        } else if !moved.isEmpty {
            listing.update(moved, roster, key)
        }
        moved.removeAll(keepingCapacity: moved.count < 4_096)
    }
}
