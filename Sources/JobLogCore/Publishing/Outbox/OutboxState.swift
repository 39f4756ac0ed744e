import RedisClient

/// Decides what an outbox sends, keeps and gives up: every change of it is a call, and what follows comes back as effects.
///
/// Nothing here waits. The one thing that it touches besides memory is the journal, whose writes are short.
struct OutboxState {
    /// The most parcels and bytes of one pipeline.
    private static let batchCount = 512
    private static let batchCost = 1 << 20

    /// What is to be done when the lock has been given back.
    struct Effects {
        var kept: [(promise: Promise<ParcelOutcome>, outcome: ParcelOutcome)] = []
        var printed: [OutboundEntry] = []
        var notices: [String] = []
        /// A task is to be started that drains the outbox.
        var starts = false
    }

    /// What the draining task does next.
    enum Step {
        case send([Parcel], from: Source, looksForSuspects: Bool)
        case wait(until: ContinuousClock.Instant)
        case rest
    }

    /// Where a batch was taken from.
    enum Source {
        case queue
        /// The oldest journal; its entries stay in it until they are confirmed.
        case journal
    }

    private struct Absence {
        let error: RedisError
        let until: ContinuousClock.Instant
    }

    private let keeping: LogKeeping
    private let worker: WorkerIdentity
    private var queue = ParcelQueue()
    /// The journals of processes that have died, oldest first, then our own.
    private var journals: [LogJournal]
    private let own: LogJournal?
    /// How many entries at the front of the oldest journal were sent and not answered.
    private var journalSuspects = 0
    private var journalIsRefused = false
    private var number = 0
    private var isDraining = false
    private var lastBatch = 0
    private var absence: Absence?
    private var backoff = RedisBackoff()
    /// How many entries of a job gave way to newer ones, and how many Redis will never take.
    private var dropped: [JobID: Int] = [:]
    private var refused: [JobID: Int] = [:]
    private var scriptsAreRefused = false
    private var flushes: [Promise<Bool>] = []
    /// How far this machine's clock is ahead of the server's, in ms; nil where it is not known or not worth telling.
    var clockSkew: Int64?

    init(keeping: LogKeeping, worker: WorkerIdentity, journal: LogJournal?, orphans: [LogJournal]) {
        self.keeping = keeping
        self.worker = worker
        own = journal
        journals = orphans + (journal.map { [$0] } ?? [])
    }

    /// Whether everything was sent and answered.
    private var isEmpty: Bool { queue.isEmpty && journals.allSatisfy(\.isEmpty) }

    /// Whether Redis has refused what it was sent last.
    var isAway: Bool { absence != nil }

    /// What a journal has left is sent.
    mutating func begin(_ effects: inout Effects) {
        start(&effects)
    }

    // MARK: - In

    /// Takes a parcel; gives it back, numbered, where the caller is to send it now.
    ///
    /// A caller that can send on its own thread, if it is alone, says so by `direct`.
    mutating func admit(
        _ parcel: Parcel, direct: Bool, now: ContinuousClock.Instant, _ effects: inout Effects
    ) -> Parcel? {
        var parcel = parcel
        number += 1
        parcel.number = number
        if let id = parcel.entry.map({ worker.nextEntryID(for: $0.job) }) { parcel.entry?.seal(id) }
        if let absence, isDraining || now < absence.until {
            // What was tried and refused a moment ago is not tried again for each entry.
            postpone([parcel], absence.error, &effects)
            start(&effects)
            return nil
        }
        if direct, !isDraining, lastBatch <= 1, isEmpty {
            isDraining = true
            return parcel
        }
        queue.append(parcel)
        shrink(&effects)
        start(&effects)
        return nil
    }

    private mutating func start(_ effects: inout Effects) {
        guard !isDraining, !isEmpty else { return }
        isDraining = true
        effects.starts = true
    }

    // MARK: - Out

    /// What to do next; after `.rest` nobody drains.
    mutating func next(now: ContinuousClock.Instant, _ effects: inout Effects) -> Step {
        if let absence, now < absence.until { return .wait(until: absence.until) }
        if let (parcels, source) = take() {
            lastBatch = parcels.count
            let suspects = scriptsAreRefused && OutboxBatch.hasSuspects(parcels)
            return .send(parcels, from: source, looksForSuspects: suspects)
        }
        isDraining = false
        endFlushes(true)
        return .rest
    }

    private mutating func take() -> (parcels: [Parcel], source: Source)? {
        discardEmptyJournals()
        if let journal = journals.first, !journal.isEmpty {
            let isOrphan = journal !== own
            let records = journal.next(count: Self.batchCount, bytes: Self.batchCost)
            let parcels = records.enumerated().map { index, record in
                Parcel(
                    entry: OutboundEntry(
                        record, isSuspect: isOrphan || record.isSuspect || index < journalSuspects))
            }
            return (parcels, .journal)
        }
        var parcels = queue.take(count: Self.batchCount, cost: Self.batchCost)
        let notices = notices(before: parcels)
        if !notices.isEmpty { parcels = notices.map { Parcel(entry: $0) } + parcels }
        return parcels.isEmpty ? nil : (parcels, .queue)
    }

    private mutating func discardEmptyJournals() {
        while let first = journals.first, first !== own, first.isEmpty {
            first.close(removing: true)
            journals.removeFirst()
            journalSuspects = 0
        }
    }

    /// What the logs say of entries that are not in them: of refused ones only where there is more to say, since that is
    /// likely to be refused as well.
    private mutating func notices(before parcels: [Parcel]) -> [OutboundEntry] {
        guard !dropped.isEmpty || !refused.isEmpty else { return [] }
        var notices: [OutboundEntry] = []
        for (job, count) in dropped.sorted(by: { $0.key < $1.key }) {
            notices.append(OutboundEntry(.dropped(count), of: job, by: worker))
        }
        dropped = [:]
        for job in Set(parcels.compactMap { $0.entry?.job }) {
            guard let count = refused.removeValue(forKey: job) else { continue }
            notices.append(OutboundEntry(.refused(count), of: job, by: worker))
        }
        return notices
    }

    /// Takes what became of a batch.
    mutating func finish(
        _ parcels: [Parcel], from source: Source, _ result: OutboxBatch.Result, now: ContinuousClock.Instant,
        _ effects: inout Effects
    ) {
        if result.scriptsAreRefused { scriptsAreRefused = true }
        for (parcel, outcome) in zip(parcels, result.outcomes) {
            if let promise = parcel.promise { effects.kept.append((promise, adjusted(outcome))) }
            guard let entry = parcel.entry, case .console = outcome.delivery else { continue }
            lose(entry, to: \.refused, &effects)
        }
        guard let reason = result.reason else {
            absence = nil
            backoff.reset()
            if source == .journal { confirm(parcels.count) }
            return
        }
        if reason.isTemporary { absence = Absence(error: reason, until: now + backoff.next()) }
        let isUnanswered = reason.code == .connectionLost || reason.code == .timedOut
        var again: [Parcel] = []
        switch source {
        case .journal: journalSuspects = max(journalSuspects, parcels.count)
        case .queue:
            again = result.postponed.map { index in
                var parcel = Parcel(number: parcels[index].number, entry: parcels[index].entry)
                if isUnanswered { parcel.entry?.isSuspect = true }
                return parcel
            }
        }
        guard absence != nil else { return queue.putBack(again) }
        // Those who wait behind them are told now, not when Redis is back.
        postpone(again + queue.take(count: .max, cost: .max), reason, &effects)
    }

    private mutating func confirm(_ count: Int) {
        journals.first?.confirm(count)
        journalSuspects = 0
        if own?.isEmpty ?? false { journalIsRefused = false }
    }

    /// The caller has sent its parcel itself, and is done.
    mutating func release(_ effects: inout Effects) {
        isDraining = false
        start(&effects)
        if !isDraining { endFlushes(true) }
    }

    // MARK: - Keeping

    /// Keeps entries for later, behind those that are kept already, and tells their callers.
    private mutating func postpone(_ parcels: [Parcel], _ error: RedisError, _ effects: inout Effects) {
        var kept: [Parcel] = []
        for parcel in parcels {
            if let promise = parcel.promise {
                let delivery: LogDelivery = parcel.entry == nil ? .stored : .kept(error)
                effects.kept.append(
                    (promise, adjusted(ParcelOutcome(delivery: delivery, riders: .failure(error)))))
            }
            guard var entry = parcel.entry else { continue }
            print(&entry, &effects)
            if keeping.keepsAnything { kept.append(Parcel(number: parcel.number, entry: entry)) }
        }
        if queue.isEmpty, write(kept, &effects) { return }
        for parcel in kept { queue.append(parcel) }
        shrink(&effects)
    }

    /// Writes entries to the journal; false where there is none that takes them.
    private mutating func write(_ parcels: [Parcel], _ effects: inout Effects) -> Bool {
        guard let own, !journalIsRefused else { return false }
        let records = parcels.compactMap { parcel in parcel.entry.map { JournalRecord($0) } }
        guard !records.isEmpty else { return true }
        do throws(JournalError) {
            try own.append(records)
            return true
        } catch {
            journalIsRefused = true
            effects.notices.append("[JobLogManager] \(error) Entries are kept in memory until Redis is back.")
            return false
        }
    }

    /// Where there are too many, the oldest of the least serious give way.
    private mutating func shrink(_ effects: inout Effects) {
        while queue.count > keeping.queueLimit || queue.cost > keeping.bytes, queue.count > 1,
            let parcel = queue.evict()
        {
            if let promise = parcel.promise {
                effects.kept.append(
                    (promise, ParcelOutcome(delivery: .console(Self.full), riders: .failure(Self.full))))
            }
            if let entry = parcel.entry { lose(entry, to: \.dropped, &effects) }
        }
    }

    private mutating func lose(
        _ entry: OutboundEntry, to count: WritableKeyPath<OutboxState, [JobID: Int]>, _ effects: inout Effects
    ) {
        var entry = entry
        print(&entry, &effects)
        switch entry.lost {
        case .dropped(let number): dropped[entry.job, default: 0] += number
        case .refused(let number): refused[entry.job, default: 0] += number
        case nil: self[keyPath: count][entry.job, default: 0] += 1
        }
    }

    private func print(_ entry: inout OutboundEntry, _ effects: inout Effects) {
        guard !entry.isPrinted else { return }
        entry.isPrinted = true
        effects.printed.append(entry)
    }

    /// Where nothing is kept, nothing is said to be.
    private func adjusted(_ outcome: ParcelOutcome) -> ParcelOutcome {
        guard !keeping.keepsAnything, case .kept(let error) = outcome.delivery else { return outcome }
        return ParcelOutcome(delivery: .console(error), riders: outcome.riders)
    }

    private static let full = RedisError(
        code: RedisError.Code(rawValue: "tooManyWaiting"),
        message: "Redis takes entries more slowly than they come, and too many are waiting.")

    // MARK: - Flushing

    /// Makes `promise` true when everything was sent and answered; what is waiting is tried at once.
    mutating func flush(_ promise: Promise<Bool>, now: ContinuousClock.Instant, _ effects: inout Effects) {
        guard isDraining || !isEmpty else { return promise.keep(true) }
        flushes.append(promise)
        absence = absence.map { Absence(error: $0.error, until: now) }
        start(&effects)
    }

    private mutating func endFlushes(_ delivered: Bool) {
        for promise in flushes { promise.keep(delivered) }
        flushes = []
    }

    /// How many entries were not delivered; in a journal they outlive the process.
    mutating func close() -> (inMemory: Int, inJournal: Int) {
        let inJournal = journals.reduce(0) { $0 + $1.count }
        for journal in journals {
            try? journal.synchronize()
            journal.close(removing: false)
        }
        journals = []
        return (queue.count, inJournal)
    }
}
