import RedisClient
import Synchronization

/// Sends commands to a server at a steady rate, from a thread of its own, until it is stopped.
final class LoadGenerator: Sendable {
    private static let interval = Duration.milliseconds(5)

    private let task: Task<Double, any Error>
    private let isStopped: Stop

    private final class Stop: Sendable {
        let value = Atomic(false)
    }

    /// Begins to send so many units a second; what the machine cannot send in time is made up for later. `unit` gives the
    /// commands of a unit by its number.
    init(
        _ configuration: RedisConfiguration, perSecond: Int, unit: @escaping @Sendable (Int) -> [RedisCommand]
    ) {
        let stop = Stop()
        isStopped = stop
        let executor = RedisExecutor(label: "joblog-bench.load")
        let connection = RedisConnection(configuration, executor: executor)
        task = Task(executorPreference: executor) {
            let start = ContinuousClock.now
            var sent = 0
            while !stop.value.load(ordering: .relaxed) {
                let due = Int((ContinuousClock.now - start) / .seconds(1) * Double(perSecond))
                let commands = (sent..<max(sent, due)).flatMap(unit)
                sent = max(sent, due)
                for reply in try await connection.send(commands) { _ = try reply.get() }
                await executor.sleep(for: Self.interval)
            }
            return Double(sent) / ((ContinuousClock.now - start) / .seconds(1))
        }
    }

    /// Ends it; how many units a second were sent.
    func stop() async throws -> Double {
        isStopped.value.store(true, ordering: .relaxed)
        return try await task.value
    }
}
