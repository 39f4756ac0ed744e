import JobLogCore
import TerminalUI

/// The list of jobs: all that are known, those that are shown, and the one that is selected.
struct JobsModel: Sendable {
    /// What the list is sorted by.
    enum Order: String, Sendable, CaseIterable {
        case start, activity, progress, id
    }

    /// How long a job that ended under our eyes stays among the active ones, in ms.
    private static let lingering: Int64 = 15 * 60_000
    /// The newest characters of streaming text that are kept of a job.
    static let streamLength = 5_000
    /// Of how many jobs streaming text is kept.
    private static let streamCount = 64

    private var rows: [JobID: JobReading] = [:]
    /// When each job was first seen as active.
    private var seenActive: Set<JobID> = []
    private var firstSeen: [JobID: Int64] = [:]
    private var streams: [JobID: String] = [:]
    private var streamed: [JobID] = []
    private var isStale = true

    /// The jobs that are shown, in order.
    private(set) var shown: [JobID] = []
    private(set) var selected: JobID?
    /// The selection's place in `shown` when the last frame was settled.
    private var selectedIndex: Int?
    /// Whether the selection was moved; until then the first row has it, however the list fills.
    private var isChosen = false
    private(set) var viewport = Viewport()
    /// How many rows are on screen.
    private(set) var height = 1
    private(set) var showsAll = false
    private(set) var order = Order.start
    /// How much of the server was looked through for jobs, 0–1; nil when all of it was.
    var listing: Double? = 0

    /// How many jobs there are, and of these how many are active and failed.
    private(set) var totals = (active: 0, failed: 0, all: 0)

    subscript(id: JobID) -> JobReading? { rows[id] }

    /// The selected job.
    var selection: JobReading? { selected.flatMap { rows[$0] } }

    /// The last lines of the selected job's log, decoded when it was selected or read, not for every frame.
    private(set) var selectionTail: [LogGist] = []
    /// Whose lines they are; nil when they are to be taken anew.
    private var tailOwner: JobID?

    /// The streaming text of a job, its newest characters.
    func stream(of id: JobID) -> String? { streams[id] }

    /// The jobs on screen.
    var visible: ArraySlice<JobID> { shown[viewport.range(count: shown.count, height: height)] }

    /// The selection's place among the jobs that are shown, where not all of them are on screen.
    var place: String? {
        guard shown.count > height, let selectedIndex else { return nil }
        return "\(Count.text(selectedIndex + 1))/\(Count.text(shown.count))"
    }

    /// The jobs on screen and a page around them.
    var nearby: Set<JobID> {
        let range = viewport.range(count: shown.count, height: height)
        return Set(shown[max(0, range.lowerBound - height)..<min(shown.count, range.upperBound + height)])
    }

    // MARK: - What the feed says

    /// Takes jobs in; tells which of them have just ended.
    mutating func take(_ readings: [JobReading], now: Int64) -> [JobReading] {
        var ended: [JobReading] = []
        for reading in readings {
            let id = reading.snapshot.id
            if firstSeen[id] == nil { firstSeen[id] = now }
            if reading.snapshot.isListedAsActive { seenActive.insert(id) }
            if let old = rows[id]?.snapshot.state, !old.isTerminal, reading.snapshot.state?.isTerminal == true {
                ended.append(reading)
            }
            if isMoved(rows[id]?.snapshot, reading.snapshot) { isStale = true }
            if id == selected { tailOwner = nil }
            rows[id] = reading
        }
        return ended
    }

    /// Whether a job's change moves it in the list or changes the totals: of thousands of jobs, most news are no such.
    private func isMoved(_ old: JobSnapshot?, _ new: JobSnapshot) -> Bool {
        guard let old else { return true }
        return old.state != new.state || old.isListedAsActive != new.isListedAsActive || key(old) != key(new)
    }

    mutating func remove(_ ids: [JobID]) {
        isStale = true
        for id in ids {
            rows[id] = nil
            seenActive.remove(id)
            firstSeen[id] = nil
            streams[id] = nil
        }
    }

    /// Takes a piece of streaming text in.
    mutating func hear(_ event: JobEvent, of id: JobID) {
        let text: String
        switch event.kind {
        case .chunk(let piece, _): text = (streams[id] ?? "") + piece
        case .restarted, .created: text = ""
        default:
            guard let partial = event.partial else { return }
            text = partial
        }
        streamed.removeAll { $0 == id }
        streamed.append(id)
        streams[id] = String(text.suffix(Self.streamLength))
        if streamed.count > Self.streamCount { streams[streamed.removeFirst()] = nil }
    }

    // MARK: - What the user says

    mutating func toggleScope() {
        showsAll.toggle()
        isStale = true
    }

    mutating func nextOrder() {
        let all = Order.allCases
        order = all[((all.firstIndex(of: order) ?? 0) + 1) % all.count]
        isStale = true
    }

    /// Selects the job so many rows further down.
    mutating func move(by rows: Int) {
        guard !shown.isEmpty else { return }
        isChosen = true
        let index = index(of: selected, expectedAt: selectedIndex) ?? 0
        selected = shown[min(max(0, index + rows), shown.count - 1)]
    }

    mutating func selectFirst() {
        isChosen = true
        selected = shown.first ?? selected
    }

    mutating func selectLast() {
        isChosen = true
        selected = shown.last ?? selected
    }

    /// Keeps the selection on its job from now on, for example because its log is being read.
    mutating func keepSelection() { isChosen = true }

    /// Forgets which jobs ended under our eyes.
    mutating func refresh() {
        seenActive = []
        isStale = true
    }

    // MARK: - Once a frame

    /// Chooses, counts and sorts where something changed, and keeps the selection in sight and on its job.
    mutating func settle(height: Int, now: Int64) {
        self.height = max(1, height)
        if isStale { arrange(now: now) }
        isStale = false
        if !isChosen { selected = shown.first }
        if let index = index(of: selected, expectedAt: selectedIndex) {
            viewport.show(index, count: shown.count, height: self.height)
        } else {
            // The selected job is gone: its place keeps the selection.
            let range = viewport.range(count: shown.count, height: self.height)
            selected = shown.isEmpty ? nil : shown[min(range.lowerBound, shown.count - 1)]
            viewport.show(range.lowerBound, count: shown.count, height: self.height)
        }
        selectedIndex = index(of: selected, expectedAt: selectedIndex)
        if tailOwner != selected {
            tailOwner = selected
            selectionTail = selection?.tail.map { LogGist($0) } ?? []
        }
    }

    /// Where a job stands; looked for first where it stood.
    private func index(of id: JobID?, expectedAt index: Int?) -> Int? {
        guard let id else { return nil }
        if let index, index < shown.count, shown[index] == id { return index }
        return shown.firstIndex(of: id)
    }

    private mutating func arrange(now: Int64) {
        let oldIndex = selected.flatMap { shown.firstIndex(of: $0) }
        totals = (0, 0, rows.count)
        var chosen: [(key: (Int, Double), id: JobID)] = []
        for (id, row) in rows {
            let job = row.snapshot
            if job.isListedAsActive { totals.active += 1 }
            if job.state == .failed { totals.failed += 1 }
            let lingers = seenActive.contains(id) && now - (job.lastHeard ?? 0) < Self.lingering
            if showsAll || job.isListedAsActive || lingers { chosen.append((key(job), id)) }
        }
        chosen.sort { ($0.key.0, $0.key.1, $0.id) < ($1.key.0, $1.key.1, $1.id) }
        shown = chosen.map(\.id)
        if let selected, rows[selected] == nil, let oldIndex, !shown.isEmpty {
            self.selected = shown[min(oldIndex, shown.count - 1)]
        }
    }

    /// Small keys come first.
    private func key(_ job: JobSnapshot) -> (Int, Double) {
        switch order {
        case .start: (group(job), -Double(job.startedAt ?? job.createdAt ?? firstSeen[job.id] ?? 0))
        case .activity: (0, -Double(job.lastHeard ?? 0))
        case .progress: (group(job), -(job.progress ?? -1))
        case .id: (0, 0)
        }
    }

    /// What goes on stands above what has ended.
    private func group(_ job: JobSnapshot) -> Int {
        if job.isLost { return 5 }
        return switch job.state {
        case .running: 0
        case .paused: 1
        case .created: 2
        case .failed: 3
        case .completed, .cancelled, nil: 4
        }
    }
}
