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
        discovery.found([b])
        discovery.take(JobLister.Page(ids: [], next: nil, progress: 1))
        #expect(!discovery.isDue)
        #expect(discovery.unmet(of: [a, b, c]) == [c])
        discovery.begin()
        #expect(discovery.isDue && discovery.cursor == nil)
        #expect(discovery.unmet(of: [a]) == [a])
    }
}
