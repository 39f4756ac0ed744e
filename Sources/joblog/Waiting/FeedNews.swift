import JobLogCore
import RedisClient

/// What those hear who wait for jobs.
enum FeedNews: Sendable {
    /// The feed said something.
    case update(FeedUpdate)
    /// Some seconds have passed: time alone may have turned a job.
    case tick
    /// The time is over.
    case timeIsUp
    /// A line was typed; nil when no more can come.
    case typed(String?)
}

extension JobFeed {
    /// How often a job is looked at that time alone may turn.
    private static var pulse: Duration { .seconds(5) }

    /// Begins, with what is to be kept up to date.
    ///
    /// - Parameters:
    ///   - interest: what is to be kept up to date.
    ///   - time: after how long `timeIsUp` comes; nil for never.
    ///   - hears: gets what puts further news into the stream.
    /// - Returns: what is told, and the passing of time; it ends with whoever reads it.
    func news(
        of interest: FeedInterest, for time: Duration? = nil,
        hears: (@escaping @Sendable (FeedNews) -> Void) -> Void = { _ in }
    ) async -> AsyncStream<FeedNews> {
        let (stream, sink) = AsyncStream.makeStream(of: FeedNews.self)
        let clock = Task(executorPreference: Main.executor) {
            while !Task.isCancelled {
                await Main.executor.sleep(for: Self.pulse)
                sink.yield(.tick)
            }
        }
        let alarm = time.map { time in
            Task(executorPreference: Main.executor) {
                await Main.executor.sleep(for: time)
                sink.yield(.timeIsUp)
            }
        }
        sink.onTermination = { _ in
            clock.cancel()
            alarm?.cancel()
        }
        hears { sink.yield($0) }
        await watch(interest)
        await start { sink.yield(.update($0)) }
        return stream
    }
}
