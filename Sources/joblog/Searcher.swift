import JobLogCore
import JobLogTUI
import RedisClient
import Synchronization

/// Searches the logs of all jobs beside the screen's loop, one search at a time.
final class Searcher: Sendable {
    private static let executor = RedisExecutor(label: "joblog.search")

    private let source: any JobSource
    private let task = Mutex<Task<Void, Never>?>(nil)

    init(_ source: any JobSource) { self.source = source }

    deinit { stop() }

    /// Begins a search, in place of the one that is under way; `take` gets what there is to show.
    func start(_ order: SearchOrder, _ take: @escaping @Sendable (SearchNews) -> Void) {
        let source = source
        task.withLock { task in
            task?.cancel()
            task = Task(executorPreference: Self.executor) { await order.run(over: source, take) }
        }
    }

    /// Ends the search that is under way; it tells its end.
    func stop() { task.withLock { $0?.cancel() } }
}
