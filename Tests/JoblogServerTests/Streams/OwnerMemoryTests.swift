import JobLogCore
import Testing

@testable import joblog_server

@Suite struct OwnerMemoryTests {
    private let id = JobID("job")

    private func event(_ json: String) -> JobEvent? { JobEvent.decode(Array(json.utf8)[...]) }

    @Test func anOwnerIsRememberedForAWhile() {
        let now = ContinuousClock.now
        var memory = OwnerMemory()
        let progress = event(#"{"userId":"ann","progress":5}"#)
        #expect(memory.owner(of: id, on: progress, now: now) == nil)
        memory.remember("ann", of: id, on: progress, now: now)
        #expect(memory.owner(of: id, on: progress, now: now) == "ann")
        // One that is no JSON, and one that names nobody, are no news.
        #expect(memory.owner(of: id, on: nil, now: now) == "ann")
        #expect(memory.owner(of: id, on: event(#"{"event":"job:chunk","chunk":"a"}"#), now: now) == "ann")
        #expect(memory.owner(of: id, on: progress, now: now + OwnerMemory.age) == nil)
    }

    @Test(arguments: [
        #"{"userId":"bob","progress":5}"#, #"{"event":"job:created:v1","userId":"ann"}"#,
        #"{"event":"job:started","userId":"ann"}"#, #"{"event":"job:restarted"}"#,
    ])
    func anEventThatMayTellOfAnotherOwnerHasTheJobLookedAt(_ json: String) {
        var memory = OwnerMemory()
        memory.remember("ann", of: id, on: event(#"{"userId":"ann","progress":5}"#))
        #expect(memory.owner(of: id, on: event(json)) == nil)
        memory.remember(nil, of: id, on: event(json))
        #expect(memory.count == 0)
    }

    @Test func aWriterThatNamesAnotherUserAllTheTimeCostsOneLook() {
        var memory = OwnerMemory()
        let other = event(#"{"userId":"service","progress":5}"#)
        memory.remember("ann", of: id, on: other)
        #expect(memory.owner(of: id, on: other) == "ann")
    }

    @Test func itHoldsNoMoreThanItsBound() {
        var memory = OwnerMemory()
        for number in 0..<(OwnerMemory.most + 10_000) {
            memory.remember("ann", of: JobID("job-\(number)"), on: nil)
        }
        #expect(memory.count <= OwnerMemory.most)
    }
}
