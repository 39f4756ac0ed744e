import RedisClient
import TestSupport
import Testing

@testable import JobLogCore

@Suite("What an outbox decides", .inTurn)
struct OutboxStateTests {
    /// What happens around an outbox, in an order that a seed decides: callers, the draining task, Redis, time.
    private struct World {
        var random: SeededGenerator
        var state: OutboxState
        var redis = SimulatedRedis()
        let limit: Int
        let jobs = (0..<3).map { JobID("job-\($0)") }
        /// What callers do by the way.
        private var now = ContinuousClock.now
        private var numbers: [JobID: Int] = [:]
        private var promises: [(promise: Promise<ParcelOutcome>, job: JobID, number: Int)] = []
        private var outcomes: [ObjectIdentifier: ParcelOutcome] = [:]
        private(set) var printed: [JobID: [Int]] = [:]
        private(set) var notices: [String] = []
        private(set) var flushes: [Promise<Bool>] = []
        /// The draining tasks, of which there may be one at most, and the callers that send by themselves.
        private var drainers = 0
        private var direct: Parcel?
        private var sent: (parcels: [Parcel], source: OutboxState.Source)?
        private var sleepsUntil: ContinuousClock.Instant?

        init(seed: UInt64, keeping: LogKeeping, journal: LogJournal? = nil) {
            random = SeededGenerator(seed: seed)
            limit = keeping.queueLimit
            state = OutboxState(
                keeping: keeping, worker: WorkerIdentity(name: "w", signsEntries: false), journal: journal, orphans: [])
        }

        mutating func perform(_ body: (inout OutboxState, inout OutboxState.Effects) -> Void) {
            var effects = OutboxState.Effects()
            body(&state, &effects)
            if effects.starts { drainers += 1 }
            #expect(drainers + (direct == nil ? 0 : 1) <= 1, "two drain at once")
            for (promise, outcome) in effects.kept {
                outcomes[ObjectIdentifier(promise)] = outcomes[ObjectIdentifier(promise)] ?? outcome
            }
            notices += effects.notices
            for entry in effects.printed { printed[entry.job, default: []].append(Int(entry.message) ?? -1) }
            #expect(state.inMemory.count <= limit + 1)
        }

        mutating func log() {
            let job = random.pick(jobs)
            numbers[job, default: 0] += 1
            let number = numbers[job, default: 0]
            let promise = Promise<ParcelOutcome>()
            promises.append((promise, job, number))
            let line = LogLine(random.pick(LogLevel.allCases), "\(number)")
            let riders = random.below(4) == 0 ? [RedisCommand("PING")] : []
            let parcel = Parcel(entry: OutboundEntry(line, of: job), riders: riders, promise: promise)
            let isDirect = random.below(3) == 0
            var mine: Parcel?
            let now = now
            perform { mine = $0.admit(parcel, direct: isDirect, now: now, &$1) }
            if mine != nil {
                #expect(drainers == 0 && direct == nil)
                direct = mine
            }
        }

        mutating func flush() {
            let promise = Promise<Bool>()
            flushes.append(promise)
            let now = now
            perform { $0.flush(promise, now: now, &$1) }
            sleepsUntil = nil
        }

        /// The draining task, or a caller that sends by itself, goes on by a step.
        mutating func drain(_ fault: SimulatedRedis.Fault?) {
            if let parcel = direct {
                direct = nil
                let (parcels, result) = redis.send([parcel], fault, looksForSuspects: false, &random)
                let now = now
                var waiting = drainers
                perform {
                    $0.finish(parcels, from: .queue, result, now: now, &$1)
                    $0.release(&$1)
                }
                waiting = drainers - waiting
                #expect(waiting == 1 || state.inMemory.count == 0)
                return
            }
            guard drainers > 0 else { return }
            if let sent {
                self.sent = nil
                let (parcels, result) = redis.send(
                    sent.parcels, fault, looksForSuspects: state.scriptsAreRefused, &random)
                let now = now
                perform { $0.finish(parcels, from: sent.source, result, now: now, &$1) }
                return
            }
            if let until = sleepsUntil {
                now = max(now, until)
                sleepsUntil = nil
            }
            switch state.next(now: now) {
            case .send(let parcels, let source): sent = (parcels, source)
            case .wait(let until): sleepsUntil = until
            case .rest:
                drainers -= 1
                #expect(state.inMemory.count == 0, "it rests, and there is work")
            }
        }

        mutating func finish() {
            var steps = 0
            while direct != nil || drainers > 0, steps < 100_000 {
                drain(nil)
                steps += 1
            }
            #expect(direct == nil && drainers == 0, "it comes to no end")
            #expect(state.inMemory.count == 0)
        }

        /// All entries are there in their order, once, or counted; the callers were told what is true.
        func check(mayPrint: Bool = true) async {
            var stored: [JobID: Set<Int>] = [:]
            for job in jobs {
                var last = 0
                var counted = 0
                for bytes in redis.logs[job] ?? [] {
                    let entry = LogEntry.decode(bytes[...])
                    if let lost = entry.metadata?["dropped"]?.int {
                        counted += lost
                        #expect(entry.message.hasPrefix("\(lost) entr"))
                        continue
                    }
                    guard let number = Int(entry.message) else {
                        Issue.record("an entry of nobody: \(entry.message)")
                        continue
                    }
                    #expect(number > last, "\(job): \(number) after \(last)")
                    last = number
                    stored[job, default: []].insert(number)
                }
                let there = stored[job]?.count ?? 0
                if !redis.brokenLogs.contains(job) {
                    #expect(there + counted == numbers[job] ?? 0, "\(job): \(there) there, \(counted) counted")
                }
                let lines = printed[job] ?? []
                #expect(Set(lines).count == lines.count, "printed twice")
                for number in 1...max(1, numbers[job] ?? 1) where !(stored[job]?.contains(number) ?? false) {
                    #expect(lines.contains(number) || numbers[job] == nil, "neither stored nor printed: \(number)")
                }
            }
            for (promise, job, number) in promises {
                guard let outcome = outcomes[ObjectIdentifier(promise)] else {
                    Issue.record("nobody told the caller of \(number)")
                    continue
                }
                if outcome.delivery == .stored { #expect(stored[job]?.contains(number) ?? false) }
            }
            for promise in flushes { #expect(await promise.value) }
        }
    }

    private func run(_ world: inout World, steps: Int = 1_500, faults: [SimulatedRedis.Fault]) {
        var isDown = false
        var fault: SimulatedRedis.Fault?
        for _ in 0..<steps {
            switch world.random.below(40) {
            case 0:
                isDown.toggle()
                if isDown { fault = world.random.pick(faults) }
            case 1: world.flush()
            case 2...24: world.log()
            default: world.drain(isDown ? fault : world.random.below(12) == 0 ? world.random.pick(faults) : nil)
            }
        }
        world.flush()
        world.finish()
    }

    @Test("order, counts and promises hold in whatever order things happen", arguments: 1...60)
    func interleavings(seed: UInt64) async {
        var world = World(seed: seed, keeping: LogKeeping(entries: seed % 3 == 0 ? 10_000 : 40))
        world.redis.runsScripts = seed % 4 != 0
        run(&world, faults: SimulatedRedis.Fault.allCases)
        await world.check()
    }

    @Test("the same with a journal, also one that is soon full", arguments: 1...40)
    func interleavingsWithJournal(seed: UInt64) async throws {
        let folder = try TemporaryFolder()
        let isSmall = seed % 2 == 0
        let journal = try LogJournal(folder: folder.path, limit: isSmall ? 6_000 : 256_000_000)
        var world = World(
            seed: seed, keeping: LogKeeping(entries: 30, journalFolder: folder.path), journal: journal)
        world.redis.runsScripts = seed % 5 != 0
        run(&world, faults: SimulatedRedis.Fault.allCases)
        await world.check()
        #expect(journal.isEmpty)
        if !isSmall { #expect(world.notices.isEmpty) }
    }

    @Test("a log that takes nothing costs its entries only, and no turn is made for it", arguments: 1...20)
    func brokenLog(seed: UInt64) async {
        var world = World(seed: seed, keeping: LogKeeping(entries: 25))
        world.redis.brokenLogs = [world.jobs[0]]
        run(&world, faults: SimulatedRedis.Fault.allCases)
        await world.check()
        // Mended: the log says what it lacks with the next entry that it gets.
        world.redis.brokenLogs = []
        for _ in 0..<20 { world.log() }
        world.finish()
        await world.check()
    }

    @Test("where nothing is kept nothing is said to be", arguments: 1...20)
    func nothingKept(seed: UInt64) async {
        var world = World(seed: seed, keeping: .nothing)
        for _ in 0..<300 {
            if world.random.below(2) == 0 { world.log() } else { world.drain(.unreachable) }
            #expect(world.redis.logs.isEmpty)
        }
        world.finish()
    }

    @Test("a journal that is refused says so once, and memory takes over")
    func journalRefused() throws {
        let folder = try TemporaryFolder()
        let journal = try LogJournal(folder: folder.path, limit: 2_000)
        var world = World(
            seed: 1, keeping: LogKeeping(entries: 1_000, journalFolder: folder.path), journal: journal)
        world.log()
        for _ in 0..<4 { world.drain(.unreachable) }
        for _ in 0..<100 { world.log() }
        #expect(journal.count > 0 && journal.count < 101)
        #expect(journal.count + world.state.inMemory.count == 101)
        #expect(world.notices.count == 1)
        #expect(world.notices[0].hasPrefix("[JobLogManager] The journal \(journal.path) has reached its limit"))
        #expect(world.notices[0].hasSuffix(" Entries are kept in memory until Redis is back."))
        world.finish()
        // It is used again once it is empty.
        world.log()
        for _ in 0..<4 { world.drain(.unreachable) }
        #expect(journal.count == 1)
    }

    @Test("a job without an id gets no log")
    func emptyID() {
        var effects = OutboxState.Effects()
        var state = OutboxState(keeping: LogKeeping(), worker: WorkerIdentity(), journal: nil, orphans: [])
        let promise = Promise<ParcelOutcome>()
        let parcel = Parcel(entry: OutboundEntry(LogLine(.info, "text"), of: JobID("")), promise: promise)
        #expect(state.admit(parcel, direct: true, now: .now, &effects) == nil)
        #expect(state.inMemory.count == 0 && !effects.starts)
        #expect(effects.printed.map(\.consoleLine) == ["[JobLogManager] [] INFO: text"])
        guard case .console? = effects.kept.first?.outcome.delivery else {
            Issue.record("it was not told to be on the console")
            return
        }
    }
}
