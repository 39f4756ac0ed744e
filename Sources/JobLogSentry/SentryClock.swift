import JobLogCore

/// The time, which tests hold in their hands.
struct SentryClock: Sendable {
    /// The time since some moment; never goes back.
    var now: @Sendable () -> Duration
    /// The time in Unix ms.
    var wall: @Sendable () -> Int64
    /// Returns when ``now`` has come to this; throws when the task is cancelled.
    var sleep: @Sendable (Duration) async throws -> Void

    /// A span that no arithmetic on times overflows with, whatever was configured.
    static func bounded(_ span: Duration) -> Duration { min(max(span, .zero), .seconds(31_536_000)) }

    /// The machine's clocks.
    static let system: SentryClock = {
        let start = ContinuousClock.now
        return SentryClock(
            now: { ContinuousClock.now - start }, wall: { Timestamp.now() },
            sleep: { try await Task.sleep(until: start + $0, clock: .continuous) })
    }()
}
