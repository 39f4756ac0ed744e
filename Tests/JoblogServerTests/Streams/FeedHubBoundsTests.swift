import JobLogCore
import Synchronization
import Testing

@testable import joblog_server

/// What is held of what nobody watches any more.
@Suite struct FeedHubBoundsTests {
    /// A feed that tells of each log and job as soon as it is watched.
    private final class PromptFeed: JobFeed {
        /// A closure that a mutex holds by itself is wrapped once more each time it is taken out.
        private struct Sink {
            let tell: @Sendable (FeedUpdate) -> Void
        }

        private let sink = Mutex<Sink?>(nil)

        func start(_ sink: @escaping @Sendable (FeedUpdate) -> Void) async {
            self.sink.withLock { $0 = Sink(tell: sink) }
        }

        func watch(_ interest: FeedInterest) async {
            guard let sink = sink.withLock({ $0?.tell }) else { return }
            for id in interest.logs {
                sink(.log(id, .opened([LogRecord("line")], length: 1)))
                sink(.log(id, .appended([LogRecord("next")], recovered: false)))
            }
            sink(
                .jobs(
                    interest.rows.map { id in
                        JobReading(
                            snapshot: JobSnapshot(id: id), tail: [], checkpoint: nil, isEventsOnly: false,
                            wasRead: true,
                            problems: [])
                    }))
        }

        func loadOlder(of id: JobID, before first: [LogRecord], held: Int) async {}
        func refresh() async {}
        func suspend() async {}
        func resume() async {}
        func close() async {}
    }

    @Test func nothingIsHeldOfTenThousandJobsThatWereStreamedOnce() async {
        let hub = FeedHub(feed: PromptFeed())
        await hub.start()
        for number in 0..<10_000 {
            let id = JobID("job-\(number)")
            let (log, jobs) = (StreamQueue(), StreamQueue())
            await hub.watching(log: id, after: nil, newest: 10, on: log) {
                await hub.watching(jobs: [id], on: jobs) {
                    guard case .log = await log.next(), case .job = await jobs.next() else {
                        Issue.record("it is told at once")
                        return
                    }
                }
            }
        }
        #expect(hub.held == 0 && hub.count == 0)
    }
}
