import Testing

@testable import JobLogCore

@Suite struct FeedPlannerTests {
    private let a = JobID("a")
    private let b = JobID("b")
    private let c = JobID("c")

    @Test func readsWhatComesIntoView() {
        var planner = FeedPlanner()
        #expect(planner.take() == nil)
        planner.watch(FeedInterest(rows: [a, b], logs: [a]))
        #expect(planner.take() == FeedPlanner.Plan(rows: [a, b], logs: [a: nil]))
        #expect(!planner.hasWork)
        planner.watch(FeedInterest(rows: [b, c], logs: [a]))
        #expect(planner.take() == FeedPlanner.Plan(rows: [c], logs: [:]))
    }

    @Test func readsAKeyOnceHoweverOftenItChanged() {
        var planner = FeedPlanner()
        planner.watch(FeedInterest(rows: [a], logs: [a]))
        _ = planner.take()
        for _ in 0..<100 { planner.changed(.logs, of: a) }
        planner.changed(.state, of: a)
        #expect(planner.take() == FeedPlanner.Plan(rows: [a], logs: [a: nil]))
        planner.changed(.checkpoint, of: a)
        #expect(planner.take() == FeedPlanner.Plan(rows: [a], logs: [:]), "a checkpoint is no part of the log")
    }

    @Test func aChangeWhileReadingIsReadAgain() {
        var planner = FeedPlanner()
        planner.watch(FeedInterest(logs: [a]))
        _ = planner.take()
        planner.changed(a)
        #expect(planner.take() == FeedPlanner.Plan(rows: [], logs: [a: nil]))
    }

    @Test func whatIsNotOnScreenIsNotRead() {
        var planner = FeedPlanner()
        planner.changed(a)
        planner.changed(.logs, of: a)
        planner.read(a, newest: 10)
        planner.allChanged()
        #expect(planner.take() == nil)
        planner.watch(FeedInterest(rows: [a], logs: [b]))
        planner.watch(FeedInterest())
        #expect(planner.take() == nil, "it left the screen before it was read")
    }

    @Test func aDeeperReadIsNotForgotten() {
        var planner = FeedPlanner()
        planner.watch(FeedInterest(logs: [a, b]))
        _ = planner.take()
        planner.read(a, newest: 1_000)
        planner.changed(.logs, of: a)
        planner.allChanged()
        #expect(planner.take() == FeedPlanner.Plan(rows: [], logs: [a: 1_000, b: nil]))
    }

    @Test func discoveryGoesRoundByRound() {
        var discovery = FeedDiscovery()
        #expect(discovery.isDue && discovery.cursor == nil)
        let next = JobCursor(position: .index(offset: 200))
        discovery.take(JobLister.Page(ids: [a], next: next, progress: 0))
        #expect(discovery.isDue && discovery.cursor == next)
        discovery.take(JobLister.Page(ids: [], next: nil, progress: 1))
        #expect(!discovery.isDue)
        discovery.begin()
        #expect(discovery.isDue && discovery.cursor == nil)
    }

    // MARK: - The directory

    private func knowledge(_ id: JobID, hasKeys: Bool = true) -> JobKnowledge {
        JobKnowledge(evidence: JobEvidence(id: id), hasKeys: hasKeys)
    }

    @Test func aRoundReadsWhatIsNewAndWhatTheIndexSaysHasChanged() {
        var directory = JobDirectory()
        #expect(directory.meet([a, b], scores: [1, 2], isFollowed: { _, _ in false }) == [a, b])
        directory.learn(knowledge(a), isActive: true, isKept: false)
        // Nobody has read b yet.
        #expect(directory.meet([a, b], scores: [1, 2], isFollowed: { _, _ in false }) == [b])
        directory.learn(knowledge(b), isActive: false, isKept: false)
        directory.beginRound()
        #expect(directory.meet([a, b], scores: [5, 2], isFollowed: { _, _ in false }) == [a])
        #expect(directory.meet([a, b], scores: [6, 3], isFollowed: { id, _ in id == a }) == [b])
        #expect(directory.meet([a, b, c], scores: nil, isFollowed: { _, _ in false }) == [c])
    }

    @Test func aJobOfWhichSeveralKeysAreFoundIsReadOnceARoundAndAgainWhereThatFailed() {
        var directory = JobDirectory()
        #expect(directory.meet([a], scores: nil, isFollowed: { _, _ in false }) == [a])
        // It is being read.
        #expect(directory.meet([a], scores: nil, isFollowed: { _, _ in false }).isEmpty)
        directory.learn(knowledge(b), isActive: false, isKept: false)
        directory.learn(JobKnowledge(evidence: JobEvidence(id: c), hasKeys: nil), isActive: true, isKept: true)
        directory.forgetUnread()
        #expect(!directory.isKnown(a) && directory.isKnown(b) && directory.isKnown(c))
        #expect(directory.meet([a], scores: nil, isFollowed: { _, _ in false }) == [a])
        directory.beginRound()
        #expect(directory.meet([a, b, c], scores: nil, isFollowed: { _, _ in false }) == [a, c])
    }

    @Test func aJobThatTheIndexNamedBeforeItHadKeysIsReadWhenKeysAreFound() {
        var directory = JobDirectory()
        #expect(directory.meet([a], scores: [1], isFollowed: { _, _ in false }) == [a])
        directory.learn(knowledge(a, hasKeys: false), isActive: false, isKept: false)
        directory.beginRound()
        #expect(directory.meet([a], scores: [1], isFollowed: { _, _ in false }).isEmpty)
        #expect(directory.meet([a], scores: nil, isFollowed: { _, _ in false }) == [a])
    }

    @Test func aRoundMissesWhatIsGoneAndLooksAfterActiveJobsWithoutAnIndex() {
        var directory = JobDirectory()
        for id in [a, b, c] { directory.learn(knowledge(id), isActive: id != c, isKept: false) }
        directory.beginRound()
        _ = directory.meet([b, c], scores: nil, isFollowed: { _, _ in false })
        #expect(directory.unmet(limit: 10, isFollowed: { _, _ in false }) == [a, b])
        #expect(directory.unmet(limit: 0, isFollowed: { _, _ in false }) == [a])
        #expect(directory.unmet(limit: 10, isFollowed: { id, _ in id == b }) == [a])
        directory.forget(a)
        #expect(!directory.isKnown(a) && directory.unmet(limit: 0, isFollowed: { _, _ in false }).isEmpty)
    }

    @Test func ofJobsFarFromTheScreenLittleIsKept() {
        var directory = JobDirectory()
        for number in 0..<5_000 {
            var job = knowledge(JobID("job-\(number)"))
            job.evidence.heardAt = Int64(number)
            directory.learn(job, isActive: true, isKept: true)
        }
        let interest = FeedInterest(rows: [JobID("job-1")])
        directory.tidy(keeping: interest, heardSince: 4_000)
        #expect(directory[JobID("job-1")] != nil && directory[JobID("job-2")] == nil)
        #expect(directory[JobID("job-4000")] != nil)
        #expect(directory.count == 5_000 && directory.hasKeys(JobID("job-2")))
    }
}
