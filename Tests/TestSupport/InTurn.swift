// This module is built with the products too, and beside a static standard library there is no Testing.
#if canImport(Testing)
import Foundation
import Synchronization
import Testing

/// Tests that start processes, a few at a time.
///
/// Dozens of servers and terminals at once would only wait for each other, and then a deadline tells how busy the machine
/// is and not whether something hangs. The time limit counts from a test's turn.
public struct InTurn: SuiteTrait, TestTrait, TestScoping {
    /// How long a test may take from its turn.
    let limit: Duration
    /// How long it may take to end when it is cancelled.
    private static let grace = Duration.seconds(30)

    /// True: each test of a suite has a turn of its own.
    public var isRecursive: Bool { true }

    /// Waits for the turn, and runs the test.
    public func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
    ) async throws {
        // A suite is no test: it lasts as long as those in it.
        guard testCase != nil else { return try await function() }
        await Turns.shared.take()
        defer { Turns.shared.giveBack() }
        // The group has ended when this returns: nothing escapes.
        try await withoutActuallyEscaping(function) { function in
            try await withThrowingTaskGroup(of: Bool.self) { group in
                group.addTask {
                    try await function()
                    return true
                }
                group.addTask { [limit] in
                    try? await Task.sleep(for: limit.patient)
                    return false
                }
                let hasEnded = try await group.next()
                group.cancelAll()
                guard hasEnded == false else { return }
                Issue.record("the test takes longer than \(limit)", sourceLocation: test.sourceLocation)
                // What does not hear that it is cancelled would hold up all the others for ever.
                let end = Task.detached {
                    try await Task.sleep(for: Self.grace.patient)
                    fatalError("\(test.name) takes longer than \(limit), and goes on though it is cancelled")
                }
                _ = try? await group.next()
                end.cancel()
            }
        }
    }
}

extension Trait where Self == InTurn {
    /// A few tests at a time, with three minutes for each from its turn.
    public static var inTurn: Self { InTurn(limit: .seconds(180)) }

    /// A few tests at a time, with some minutes for each from its turn.
    public static func inTurn(minutes: Int) -> Self { InTurn(limit: .seconds(60 * minutes)) }
}

/// The turns that there are, first come, first served.
private final class Turns: Sendable {
    static let shared = Turns(count: 3 * ProcessInfo.processInfo.activeProcessorCount)

    private struct State {
        var free: Int
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    private let state: Mutex<State>

    init(count: Int) {
        state = Mutex(State(free: count))
    }

    func take() async {
        await withCheckedContinuation { continuation in
            let isFree = state.withLock { state in
                guard state.free > 0 else {
                    state.waiting.append(continuation)
                    return false
                }
                state.free -= 1
                return true
            }
            if isFree { continuation.resume() }
        }
    }

    func giveBack() {
        let next: CheckedContinuation<Void, Never>? = state.withLock { state in
            if state.waiting.isEmpty {
                state.free += 1
                return nil
            }
            return state.waiting.removeFirst()
        }
        next?.resume()
    }
}
#endif
