import RedisClient

/// Decides what an outbox sends, keeps and gives up: every change of it is a call, and what follows comes back as effects.
///
/// Nothing here waits. The one thing that it touches besides memory is the journal, whose writes are short. What is
/// kept has an order: pinned parcels of the queue, the journals, the rest of the queue. What was taken from the queue
/// and is under way is older than all of it.
struct OutboxState {
    /// The most parcels and bytes of one pipeline.
    private static let batchCount = 512
    private static let batchCost = 1 << 20
    /// The least parcels of one pipeline where more are waiting.
    private static let halfBatch = 32

    /// How many of the oldest go to the journal when there are too many: few, so that no caller waits for long.
    private static let spillCount = 64

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
        case send([Parcel], from: Source)
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
    private var queue = ParcelQueue()
    /// What was taken from the queue and is not answered.
    private var underway: [Parcel] = []
    private var underwayCost = 0
    /// What is under way is in our own journal as well, at its front.
    private var underwayIsJournaled = false
    /// The journals of processes that have died, oldest first, then our own.
    private var journals: [LogJournal]
    private var own: LogJournal?
    /// How many entries at the front of the oldest journal were sent and not answered.
    private var journalSuspects = 0
    private var journalIsRefused = false
    private var number = 0
    private var isDraining = false
    private var lastBatch = 0
    private var absence: Absence?
    private var backoff: RedisBackoff
    private var losses: LossLedger
    private let worker: WorkerIdentity
    private(set) var scriptsAreRefused = false
    private var flushes: [Promise<Bool>] = []
    /// Whether the server answered at once when it was asked last.
    var isPrompt = false
    /// Whether few have spoken since the last batch was sent: more are about to.
    var isLow: Bool { lastBatch > 1 && queue.count < lastBatch / 2 }
    /// How far this machine's clock is ahead of the server's, in ms; nil where it is not known or not worth telling.
    var clockSkew: Int64?

    init(
        keeping: LogKeeping, worker: WorkerIdentity, journal: LogJournal?, orphans: [LogJournal],
        backoff: RedisBackoff = RedisBackoff()
    ) {
        self.keeping = keeping
        self.worker = worker
        self.backoff = backoff
        own = journal
        journals = orphans + (journal.map { [$0] } ?? [])
        losses = LossLedger(worker: worker)
    }

    /// Whether everything was sent and answered, and nothing is left to be said.
    private var isEmpty: Bool { queue.isEmpty && !losses.mustBeTold && journals.allSatisfy(\.isEmpty) }

    /// Whether Redis has refused what it was sent last.
    var isAway: Bool { absence != nil }

    /// How many parcels are in memory, those that are under way among them, and what they cost.
    var inMemory: (count: Int, cost: Int) { (queue.count + underway.count, queue.cost + underwayCost) }

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
        guard let parcel = registered(parcel, &effects) else { return nil }
        if let absence, isDraining || now < absence.until {
            // What was tried and refused a moment ago is not tried again for each entry.
            let kept = told([parcel], absence.error, &effects)
            if queue.count > queue.pinnedCount || !write(kept, &effects) {
                for parcel in kept { queue.append(parcel) }
                shrink(&effects)
            }
            start(&effects)
            return nil
        }
        if direct, lastBatch <= 1, isFree(now: now) {
            isDraining = true
            setOut([parcel])
            return parcel
        }
        queue.append(parcel)
        shrink(&effects)
        start(&effects)
        return nil
    }

    /// Takes parcels of one caller; gives them back, numbered, where the caller is to send them now.
    mutating func admit(_ parcels: [Parcel], now: ContinuousClock.Instant, _ effects: inout Effects) -> [Parcel]? {
        guard isFree(now: now), parcels.count <= min(Self.batchCount, keeping.queueLimit) else {
            for parcel in parcels { _ = admit(parcel, direct: false, now: now, &effects) }
            return nil
        }
        let taken = parcels.compactMap { registered($0, &effects) }
        guard !taken.isEmpty else { return nil }
        isDraining = true
        setOut(taken)
        return taken
    }

    /// Whether nobody else is sending or waiting, and Redis takes what it is sent.
    private func isFree(now: ContinuousClock.Instant) -> Bool {
        !isDraining && isEmpty && (absence.map { now >= $0.until } ?? true)
    }

    /// The parcel with its place in the order and its entry's id; nil where it is refused at once.
    private mutating func registered(_ parcel: Parcel, _ effects: inout Effects) -> Parcel? {
        var parcel = parcel
        if let entry = parcel.entry {
            guard !entry.job.isEmpty else {
                reject(parcel, Self.nameless, &effects)
                return nil
            }
            parcel.entry?.seal(worker.nextEntryID(for: entry.job))
        }
        number += 1
        parcel.number = number
        return parcel
    }

    private mutating func start(_ effects: inout Effects) {
        guard !isDraining, !isEmpty else { return }
        isDraining = true
        effects.starts = true
    }

    private mutating func setOut(_ parcels: [Parcel]) {
        underway = parcels
        underwayCost = parcels.reduce(0) { $0 + $1.cost }
        underwayIsJournaled = false
    }

    // MARK: - Out

    /// What to do next; after `.rest` nobody drains.
    mutating func next(now: ContinuousClock.Instant) -> Step {
        if let absence, now < absence.until { return .wait(until: absence.until) }
        if let (parcels, source) = take() {
            lastBatch = parcels.count
            if source == .queue { setOut(parcels) }
            return .send(parcels, from: source)
        }
        isDraining = false
        endFlushes()
        return .rest
    }

    private mutating func take() -> (parcels: [Parcel], source: Source)? {
        // No batch fills all the memory, so that what comes meanwhile has some.
        let count = min(fairCount, max(1, keeping.queueLimit / 2))
        let cost = min(Self.batchCost, max(1, keeping.bytes / 2))
        while let journal = journals.first(where: { !$0.isEmpty }) {
            if queue.pinnedCount > 0 { return (queue.takePinned(count: count, cost: cost), .queue) }
            discardJournals(before: journal)
            let records = journal.next(count: Self.batchCount, bytes: Self.batchCost)
            // None where what is left in the file cannot be read.
            guard !records.isEmpty else { continue }
            let isOrphan = journal !== own
            let parcels = records.enumerated().map { index, record in
                Parcel(
                    entry: OutboundEntry(
                        record, isSuspect: isOrphan || record.isSuspect || index < journalSuspects))
            }
            return (parcels, .journal)
        }
        discardJournals(before: own)
        var parcels = queue.take(count: count, cost: cost)
        if absence == nil || parcels.isEmpty {
            parcels = losses.notices(before: parcels).map { Parcel(entry: $0) } + parcels
        }
        return parcels.isEmpty ? nil : (parcels, .queue)
    }

    /// Many callers that each wait for their own travel by halves where the server answers at once: while it has one half,
    /// the other speaks.
    private var fairCount: Int {
        guard isPrompt, queue.oldestIsAwaited else { return Self.batchCount }
        return min(Self.batchCount, max(Self.halfBatch, queue.count / 2))
    }

    private mutating func discardJournals(before last: LogJournal?) {
        while let first = journals.first, first !== last {
            first.close(removing: true)
            journals.removeFirst()
            journalSuspects = 0
        }
    }

    /// Takes what became of a batch.
    mutating func finish(
        _ parcels: [Parcel], from source: Source, _ result: OutboxBatch.Result, now: ContinuousClock.Instant,
        _ effects: inout Effects
    ) {
        let isJournaled = underwayIsJournaled
        let isFromJournal = isJournaled || source == .journal
        let isOurs = isFromJournal || !underway.isEmpty
        setOut([])
        if result.scriptsAreRefused { scriptsAreRefused = true }
        // A journal's batch is sent again as a whole.
        let isRepeated = isFromJournal && !result.postponed.isEmpty
        for (parcel, outcome) in zip(parcels, result.outcomes) {
            if let promise = parcel.promise { effects.kept.append((promise, adjusted(outcome))) }
            guard var entry = parcel.entry else { continue }
            if isRepeated {
                print(&entry, &effects)
            } else if case .console = outcome.delivery {
                lose(entry, .refused, &effects)
            }
        }
        let wasAway = isAway
        if result.isAway, let reason = result.reason {
            absence = Absence(error: reason, until: now + backoff.next())
        } else {
            absence = nil
            backoff.reset()
        }
        if isFromJournal {
            let journal = isJournaled ? own : journals.first { !$0.isEmpty }
            let count = parcels.count { $0.entry != nil }
            if isRepeated {
                journalSuspects = max(journalSuspects, count)
            } else {
                journal?.confirm(count)
                journalSuspects = 0
            }
        } else if isOurs {
            putBack(result, of: parcels, &effects)
        }
        if let absence, !wasAway {
            // Those who wait behind them are told now, not when Redis is back.
            let rest = told(queue.takeUnpinned(), absence.error, &effects)
            if !write(rest, &effects) { queue.putBack(rest) }
        }
        if absence == nil, own?.isEmpty ?? false { journalIsRefused = false }
        shrink(&effects)
    }

    private mutating func putBack(_ result: OutboxBatch.Result, of parcels: [Parcel], _ effects: inout Effects) {
        guard let reason = result.reason else { return }
        let again = result.postponed.map { index in
            var parcel = Parcel(number: parcels[index].number, entry: parcels[index].entry)
            if result.isUnanswered { parcel.entry?.isSuspect = true }
            return parcel
        }
        guard absence != nil else { return queue.putBack(again) }
        let kept = told(again, reason, &effects)
        // Another process's journal may have come before: then these go before ours.
        let isPreceded = own.map { !$0.isEmpty } ?? false
        if isPreceded || queue.pinnedCount > 0 || !write(kept, &effects) { queue.putBack(kept, pinning: isPreceded) }
    }

    /// The caller has sent its parcel itself, and is done.
    mutating func release(_ effects: inout Effects) {
        isDraining = false
        start(&effects)
        if !isDraining { endFlushes() }
    }

    // MARK: - Keeping

    /// Tells the callers of parcels that these have to wait, and gives back what is kept of them.
    private mutating func told(_ parcels: [Parcel], _ error: RedisError, _ effects: inout Effects) -> [Parcel] {
        var kept: [Parcel] = []
        for parcel in parcels {
            if let promise = parcel.promise {
                let delivery: LogDelivery = parcel.entry == nil ? .stored : .kept(error)
                effects.kept.append(
                    (promise, adjusted(ParcelOutcome(delivery: delivery, riders: .failure(error)))))
            }
            guard var entry = parcel.entry else { continue }
            print(&entry, &effects)
            if keeping.keepsAnything {
                kept.append(Parcel(number: parcel.number, entry: entry))
            } else if let lost = entry.lost {
                losses.add(lost, of: entry.job)
            }
        }
        return kept
    }

    /// Writes entries to the journal; false where there is none that takes them.
    ///
    /// What is under way goes before them, so that the journal has the order, and all of it should the process die.
    private mutating func write(_ parcels: [Parcel], _ effects: inout Effects) -> Bool {
        var records = parcels.compactMap { parcel in parcel.entry.map { JournalRecord($0) } }
        if records.isEmpty { return true }
        guard let own, !journalIsRefused else { return false }
        let takesUnderway = !underway.isEmpty && !underwayIsJournaled && journals.allSatisfy(\.isEmpty)
        if takesUnderway {
            let sent = underway.compactMap { parcel in parcel.entry.map { JournalRecord($0) } }
            records =
                sent.map { JournalRecord(job: $0.job, level: $0.level, entry: $0.entry, isSuspect: true) } + records
        }
        do throws(JournalError) {
            try own.append(records)
            if takesUnderway { underwayIsJournaled = true }
            return true
        } catch {
            journalIsRefused = true
            effects.notices.append("[JobLogManager] \(error) Entries are kept in memory until Redis is back.")
            return false
        }
    }

    /// Where there are too many, they go to the journal; where that does not take them, the oldest of the least serious
    /// give way.
    private mutating func shrink(_ effects: inout Effects) {
        while inMemory.count > keeping.queueLimit || inMemory.cost > keeping.bytes, inMemory.count > 1 {
            if own != nil, !journalIsRefused {
                // Pinned ones may only go into an empty journal: they are older than what is in it.
                let takesPinned = queue.pinnedCount > 0 && underway.isEmpty && journals.allSatisfy(\.isEmpty)
                let rest =
                    takesPinned
                    ? queue.take(count: .max, cost: .max) : queue.takeUnpinned(count: Self.spillCount)
                guard !rest.isEmpty else { return }
                let kept = told(rest, absence?.error ?? Self.full, &effects)
                if write(kept, &effects) { return }
                queue.putBack(kept)
            } else if let parcel = queue.evict() {
                if let promise = parcel.promise {
                    effects.kept.append(
                        (promise, ParcelOutcome(delivery: .console(Self.full), riders: .failure(Self.full))))
                }
                if let entry = parcel.entry { lose(entry, .dropped, &effects) }
            } else {
                return
            }
        }
    }

    private mutating func lose(_ entry: OutboundEntry, _ fate: LossLedger.Fate, _ effects: inout Effects) {
        var entry = entry
        print(&entry, &effects)
        losses.add(entry, fate)
    }

    private func reject(_ parcel: Parcel, _ error: RedisError, _ effects: inout Effects) {
        if let promise = parcel.promise {
            effects.kept.append((promise, ParcelOutcome(delivery: .console(error), riders: .failure(error))))
        }
        guard var entry = parcel.entry else { return }
        print(&entry, &effects)
    }

    private func print(_ entry: inout OutboundEntry, _ effects: inout Effects) {
        guard !entry.isPrinted else { return }
        effects.printed.append(entry)
        entry.markPrinted()
    }

    /// Where nothing is kept, nothing is said to be.
    private func adjusted(_ outcome: ParcelOutcome) -> ParcelOutcome {
        guard !keeping.keepsAnything, case .kept(let error) = outcome.delivery else { return outcome }
        return ParcelOutcome(delivery: .console(error), riders: outcome.riders)
    }

    private static let full = RedisError(
        code: RedisError.Code(rawValue: "tooManyWaiting"),
        message: "Redis takes entries more slowly than they come, and too many are waiting.")

    private static let nameless = RedisError(
        code: RedisError.Code(rawValue: "noJobID"), message: "The job has an empty id; log to a job that has one.")

    // MARK: - Flushing

    /// Makes `promise` true when everything was sent and answered; what is waiting is tried at once.
    mutating func flush(_ promise: Promise<Bool>, now: ContinuousClock.Instant, _ effects: inout Effects) {
        guard isDraining || !isEmpty else { return promise.keep(true) }
        flushes.append(promise)
        absence = absence.map { Absence(error: $0.error, until: now) }
        start(&effects)
    }

    private mutating func endFlushes() {
        for promise in flushes { promise.keep(true) }
        flushes = []
    }

    /// Lets go of the journal, into which goes what was not delivered. All of it is printed; nobody waits for it any more.
    ///
    /// - Returns: how many entries are in memory only.
    mutating func close(_ effects: inout Effects) -> Int {
        let error = absence?.error ?? Self.full
        let sent = told(
            underway.map { parcel in
                var parcel = parcel
                parcel.entry?.isSuspect = true
                return parcel
            }, error, &effects)
        let pinned = told(queue.takePinned(count: .max, cost: .max), error, &effects)
        let rest = told(queue.takeUnpinned(), error, &effects)
        let (underway, isJournaled) = (underway, underwayIsJournaled)
        setOut([])
        var left = 0
        // Once it is written, there is nothing to put back should Redis answer after all.
        if !write((isJournaled ? [] : sent) + pinned + rest, &effects) {
            left = (isJournaled ? 0 : sent.count) + pinned.count + rest.count
            queue.putBack(rest)
            queue.putBack(pinned, pinning: true)
            setOut(underway)
        }
        for journal in journals {
            try? journal.synchronize()
            journal.close(removing: false)
        }
        journals = []
        own = nil
        return left
    }
}
