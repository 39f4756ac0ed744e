import Synchronization

/// What a program causes at a Redis over all connections whose configuration names it, and how much it may cause.
///
/// Nothing is dropped for a ceiling: ``RedisConnection`` and ``RedisSubscriber`` cut pipelines into pieces and wait before
/// they send them. From second to second no more commands go out than the ceiling allows.
public final class RedisTraffic: Sendable {
    /// Means over the last seconds.
    public struct Rates: Sendable, Hashable {
        /// Commands a second.
        public var commands: Double
        /// Bytes a second that are sent to the server.
        public var bytesOut: Double
        /// Bytes a second that the server sends.
        public var bytesIn: Double

        /// Rates, each a second.
        public init(commands: Double = 0, bytesOut: Double = 0, bytesIn: Double = 0) {
            self.commands = commands
            self.bytesOut = bytesOut
            self.bytesIn = bytesIn
        }
    }

    private struct State {
        var window = TrafficWindow()
        var total = TrafficWindow.Slot()
        var budget: CommandBudget?

        mutating func add(at now: ContinuousClock.Instant, _ change: (inout TrafficWindow.Slot) -> Void) {
            window.add(at: now, change)
            change(&total)
        }
    }

    /// The lowest ceiling: what is sent together at least must fit.
    public static let leastLimit = 20
    /// For how long commands must have waited within the last seconds to count as held back.
    private static let noticeable = Duration.milliseconds(100)

    /// The ceiling, in commands a second; nil where there is none.
    public let limit: Int?
    private let state: Mutex<State>

    /// A count that begins at nothing.
    ///
    /// - Parameter limit: How many commands a second may be sent, at least ``leastLimit``; nil for as many as there are.
    public init(limit: Int? = nil) {
        self.limit = limit
        state = Mutex(State(budget: limit.map { CommandBudget(limit: $0) }))
    }

    /// How many commands are sent together at most; nil where there is no ceiling.
    public var piece: Int? { limit.map { CommandBudget(limit: $0).piece } }

    /// What went over the connections until now.
    var total: TrafficWindow.Slot { state.withLock(\.total) }

    /// What went over the connections in the last seconds.
    public func rates(at now: ContinuousClock.Instant = .now) -> Rates {
        state.withLock { $0.window.rates(at: now) }
    }

    /// Whether the ceiling held commands back in the last seconds, so that who waits for them feels it.
    public func isHeldBack(at now: ContinuousClock.Instant = .now) -> Bool {
        limit != nil && state.withLock { $0.window.waited(at: now) } >= Self.noticeable
    }

    /// Waits, on the executor's clock, until the ceiling lets so many commands through, or until the task is cancelled.
    nonisolated(nonsending) func admit(_ commands: Int, on executor: RedisExecutor) async {
        guard limit != nil, commands > 0 else { return }
        while !Task.isCancelled {
            let wait = take(commands)
            guard wait > .zero else { return }
            await executor.sleep(for: wait)
        }
    }

    /// Takes commands from what may be sent now.
    ///
    /// - Returns: Zero where they may be sent; else how long to wait before asking again.
    func take(_ commands: Int, at now: ContinuousClock.Instant = .now) -> Duration {
        return state.withLock { state in
            let wait = state.budget?.take(commands, at: now) ?? .zero
            if wait > .zero { state.add(at: now) { $0.waited += wait } }
            return wait
        }
    }

    func sent(commands: Int, bytes: Int, at now: ContinuousClock.Instant = .now) {
        state.withLock { state in
            state.add(at: now) {
                $0.commands += commands
                $0.bytesOut += bytes
            }
        }
    }

    func received(bytes: Int, at now: ContinuousClock.Instant = .now) {
        state.withLock { state in state.add(at: now) { $0.bytesIn += bytes } }
    }
}
