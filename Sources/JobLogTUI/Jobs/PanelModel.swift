import JobLogCore

/// A page of the activity panel.
enum PanelTab: String, Sendable, CaseIterable {
    case overview = "Overview"
    case checkpoint = "Checkpoint"
    case output = "Output"
    case result = "Result"
    case reasoning = "Reasoning"
    case attempts = "Attempts"
}

/// Something of a job that no feed tells, and that is read when a page shows it.
public enum JobDetail: Sendable, Hashable {
    /// The newest entries of its log.
    case log
    /// Its reasoning.
    case reasoning
    /// The sequences of its archived checkpoints.
    case archive
    /// An archived checkpoint.
    case archived(sequence: Int)

    /// How many entries of a log are read: what the store keeps unless told otherwise.
    public static let logLength = 200
}

/// What was read of a job.
public enum JobDetailContent: Sendable {
    /// Entries of a log, or steps of reasoning as entries, oldest first.
    case records([LogRecord])
    /// Sequences of archived checkpoints, oldest first.
    case sequences([Int])
    /// A checkpoint; nil when there is none any more.
    case checkpoint(Checkpoint?)
}

/// Why something could not be read, as a sentence.
public struct ReadFailure: Error, Sendable, Hashable {
    /// The sentence.
    public let sentence: String

    /// A failure with its reason.
    public init(_ sentence: String) { self.sentence = sentence }
}

/// What the activity panel shows besides what the list knows: its page, and what was read of the job for it.
struct PanelModel: Sendable {
    /// How long what has changed in a checkpoint is shown as such, in ms.
    static let flash: Int64 = 2_500
    /// The least time between two readings of the same thing, in ms.
    private static let pause: Int64 = 1_000
    /// The most reasoning that is kept.
    private static let reasoningLength = 200

    private struct Reading: Sendable {
        var startedAt: Int64
        var revision: [Int64?]
        var isUnderWay = true
        var problem: String?
    }

    private(set) var tab = PanelTab.overview
    /// How many lines of the page are scrolled away.
    var top = 0
    /// Whose details these are; nil while nobody's.
    private(set) var job: JobID?
    private var readings: [JobDetail: Reading] = [:]

    private(set) var history = JobHistory()
    private(set) var reasoning: [ReasoningStep]?
    private(set) var archive: [Int]?
    private var archived: [Int: Checkpoint] = [:]
    /// The place in the archive that is shown; nil for the checkpoint of now.
    private(set) var archivePlace: Int?
    private var checkpoint: Checkpoint?
    /// Paths in the custom data that the last checkpoint changed.
    private(set) var changed: Set<String> = []
    private var changedAt: Int64 = 0

    // MARK: - What the user says

    mutating func move(by tabs: Int) {
        let all = PanelTab.allCases
        let index = all.firstIndex(of: tab) ?? 0
        show(all[((index + tabs) % all.count + all.count) % all.count])
    }

    mutating func show(_ tab: PanelTab) {
        self.tab = tab
        top = 0
    }

    /// Goes to an older archived checkpoint, or to a newer one; tells what stands against it.
    mutating func stepArchive(of id: JobID, older: Bool) -> String? {
        tab = .checkpoint
        top = 0
        guard id == job, let archive else {
            // The details of a job are read once the selection rests on it.
            wantsArchive = id
            return readings[.archive]?.problem ?? "Looking for archived checkpoints …"
        }
        let place = archivePlace ?? archive.count
        if older {
            guard place > 0 else { return archive.isEmpty ? "No checkpoint is archived" : "This is the oldest one" }
            archivePlace = place - 1
        } else {
            guard archivePlace != nil else { return "This is the checkpoint of now" }
            archivePlace = place + 1 < archive.count ? place + 1 : nil
        }
        return nil
    }

    /// Whose archive was asked for.
    private var wantsArchive: JobID?

    /// The archived checkpoint that is shown, with its sequence; nil while it is read, or where the one of now is shown.
    var shownArchived: (sequence: Int, checkpoint: Checkpoint?)? {
        guard let archive, let archivePlace, archive.indices.contains(archivePlace) else { return nil }
        return (archive[archivePlace], archived[archive[archivePlace]])
    }

    /// Why a detail is not there; nil while nothing stands against it.
    func problem(of detail: JobDetail) -> String? { readings[detail]?.problem }

    // MARK: - What was read

    mutating func take(_ detail: JobDetail, of id: JobID, _ result: Result<JobDetailContent, ReadFailure>) -> String? {
        guard id == job, readings[detail] != nil else { return nil }
        readings[detail]?.isUnderWay = false
        switch (detail, result) {
        case (_, .failure(let failure)):
            readings[detail]?.problem = failure.sentence
            // To be tried again.
            readings[detail]?.revision = []
            return nil
        case (.log, .success(.records(let records))): history = JobHistory(records)
        case (.reasoning, .success(.records(let records))):
            reasoning = records.suffix(Self.reasoningLength).compactMap { ReasoningStep.decode($0.bytes) }
        case (.archive, .success(.sequences(let sequences))):
            archive = sequences
            wantsArchive = nil
            if sequences.isEmpty { return "No checkpoint is archived" }
            // The newest one is the checkpoint of now: what was asked for is the one before.
            let isNow = sequences.last == checkpoint?.sequence
            archivePlace = isNow ? (sequences.count > 1 ? sequences.count - 2 : nil) : sequences.count - 1
            return archivePlace == nil ? "No older checkpoint is archived" : nil
        case (.archived(let sequence), .success(.checkpoint(let checkpoint))):
            archived[sequence] = checkpoint ?? Checkpoint()
        default: break
        }
        readings[detail]?.problem = nil
        return nil
    }

    // MARK: - Once a frame

    /// Follows the selection, once it rests, and tells what is to be read.
    mutating func settle(_ reading: JobReading?, isAtRest: Bool, isOnline: Bool, now: Int64) -> [JobDetail] {
        guard let reading else { return [] }
        if job != reading.snapshot.id {
            guard isAtRest else { return [] }
            let old = self
            self = PanelModel()
            tab = old.tab
            wantsArchive = old.wantsArchive
            job = reading.snapshot.id
            checkpoint = reading.checkpoint
        }
        notice(reading.checkpoint, now: now)
        guard isOnline else { return [] }
        var wanted: [JobDetail] = []
        switch tab {
        case .overview, .attempts: wanted = [.log]
        case .reasoning: wanted = [.reasoning]
        default: break
        }
        if wantsArchive == job { wanted.append(.archive) }
        if let shown = shownArchived, shown.checkpoint == nil { wanted.append(.archived(sequence: shown.sequence)) }
        let revision = [reading.snapshot.updatedAt, reading.snapshot.logCount.map(Int64.init)]
        return wanted.filter { isDue($0, revision, now: now) }
    }

    private mutating func isDue(_ detail: JobDetail, _ revision: [Int64?], now: Int64) -> Bool {
        if let last = readings[detail] {
            let isOnce = detail != .log && detail != .reasoning && last.problem == nil
            if last.isUnderWay || isOnce || last.revision == revision || now - last.startedAt < Self.pause {
                return false
            }
        }
        readings[detail] = Reading(startedAt: now, revision: revision)
        return true
    }

    private mutating func notice(_ new: Checkpoint?, now: Int64) {
        if !changed.isEmpty, now - changedAt >= Self.flash { changed = [] }
        guard new != checkpoint else { return }
        let old = checkpoint
        checkpoint = new
        // What is new as a whole is no change.
        guard let old, let new else { return }
        changed = DataTree.changes(from: old.customData, to: new.customData)
        changedAt = now
    }
}
