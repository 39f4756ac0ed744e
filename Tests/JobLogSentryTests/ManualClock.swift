import Synchronization

@testable import JobLogSentry

/// A clock that a test moves on; who sleeps is known.
final class ManualClock: Sendable {
    private struct State {
        var now: Duration = .seconds(1_000)
        var sleepers: [Int: (until: Duration, continuation: CheckedContinuation<Void, any Error>)] = [:]
        var cancelled: Set<Int> = []
        var count = 0
        var watchers: [(until: Duration, continuation: CheckedContinuation<Void, Never>)] = []
    }

    private let state = Mutex(State())

    /// The clock as the reporter takes it; the wall shows 2024-12-17 and runs with it.
    var clock: SentryClock {
        SentryClock(
            now: { self.now }, wall: { 1_734_470_400_000 + Int64((self.now - .seconds(1_000)) / .milliseconds(1)) },
            sleep: { try await self.sleep(until: $0) })
    }

    var now: Duration { state.withLock(\.now) }

    /// Moves the time on, and wakes who slept until then.
    func advance(by step: Duration) {
        let woken = state.withLock { state in
            state.now += step
            let due = state.sleepers.filter { $0.value.until <= state.now }
            for number in due.keys { state.sleepers[number] = nil }
            return due.values.map(\.continuation)
        }
        for continuation in woken { continuation.resume() }
    }

    /// Returns once somebody sleeps until `now + delay`.
    func untilSleeping(for delay: Duration) async {
        await withCheckedContinuation { continuation in
            let isReached = state.withLock { state in
                let until = state.now + delay
                if state.sleepers.values.contains(where: { $0.until == until }) { return true }
                state.watchers.append((until, continuation))
                return false
            }
            if isReached { continuation.resume() }
        }
    }

    private func sleep(until: Duration) async throws {
        let number = state.withLock { state in
            state.count += 1
            return state.count
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let (result, watchers) = state.withLock {
                    state -> (Result<Void, any Error>?, [CheckedContinuation<Void, Never>]) in
                    if state.cancelled.remove(number) != nil { return (.failure(CancellationError()), []) }
                    if until <= state.now { return (.success(()), []) }
                    state.sleepers[number] = (until, continuation)
                    let met = state.watchers.filter { $0.until == until }
                    state.watchers.removeAll { $0.until == until }
                    return (nil, met.map(\.continuation))
                }
                for watcher in watchers { watcher.resume() }
                if let result { continuation.resume(with: result) }
            }
        } onCancel: {
            let sleeper = state.withLock { state -> CheckedContinuation<Void, any Error>? in
                if let sleeper = state.sleepers.removeValue(forKey: number) { return sleeper.continuation }
                state.cancelled.insert(number)
                return nil
            }
            sleeper?.resume(throwing: CancellationError())
        }
    }
}
