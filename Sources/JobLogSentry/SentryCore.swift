import JobLogCore
import Synchronization

/// Does what ``SentryOutbox`` says: one request at a time, timers where it waits, and those who wait for it to be done.
final class SentryCore: Sendable {
    private struct Waiter {
        let continuation: CheckedContinuation<Bool, Never>
        var timer: Task<Void, Never>?
    }

    private struct State {
        var outbox: SentryOutbox
        var timer: (until: Duration, task: Task<Void, Never>)?
        var waiters: [Int: Waiter] = [:]
        var waiterCount = 0
        var problem: String?
    }

    private let configuration: SentryConfiguration
    private let transport: any SentryTransport
    private let clock: SentryClock
    /// A number from 0 to 1.
    private let chance: @Sendable () -> Double
    private let state: Mutex<State>

    init(
        _ configuration: SentryConfiguration, transport: any SentryTransport, clock: SentryClock,
        chance: @escaping @Sendable () -> Double
    ) {
        self.configuration = configuration
        self.transport = transport
        self.clock = clock
        self.chance = chance
        state = Mutex(State(outbox: SentryOutbox(configuration)))
    }

    func report(_ report: ErrorReport) -> String? {
        let id = Self.newID()
        let item = SentryOutbox.Item(id: id, report: BoundedReport(report, eventBytes: configuration.eventBytes))
        let (now, chance) = (clock.now(), chance())
        let isTaken = state.withLock { $0.outbox.take(item, now: now, chance: chance) }
        drive()
        return isTaken ? id : nil
    }

    func flush(within limit: Duration) async -> Bool {
        let end = clock.now() + SentryClock.bounded(limit)
        let number = state.withLock { state in
            state.waiterCount += 1
            return state.waiterCount
        }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                state.withLock { $0.waiters[number] = Waiter(continuation: continuation) }
                drive()
                if Task.isCancelled { resolve(number, false) }
                let timer = Task.detached { [weak self, clock] in
                    do { try await clock.sleep(end) } catch { return }
                    self?.resolve(number, false)
                }
                let isWaiting = state.withLock { state in
                    state.waiters[number]?.timer = timer
                    return state.waiters[number] != nil
                }
                if !isWaiting { timer.cancel() }
            }
        } onCancel: {
            resolve(number, false)
        }
    }

    /// Takes nothing more; what waits is still sent, as far as no limit and no failure forbids it.
    func close() {
        state.withLock { $0.outbox.close() }
        drive()
    }

    /// Lets go of everything.
    func stop() async {
        let timer = state.withLock { state in
            state.outbox.clear()
            defer { state.timer = nil }
            return state.timer
        }
        timer?.task.cancel()
        await transport.shutdown()
    }

    // MARK: - One step

    private func drive() {
        let now = clock.now()
        let (flight, done) = state.withLock { state -> (SentryOutbox.Flight?, [Waiter]) in
            var flight: SentryOutbox.Flight?
            switch state.outbox.next(now: now, hurry: !state.waiters.isEmpty) {
            case .send(let next):
                flight = next
                setTimer(&state, nil)
            case .wait(let until): setTimer(&state, until)
            case .busy: break
            case .idle: setTimer(&state, nil)
            }
            guard state.outbox.isSettled else { return (flight, []) }
            defer { state.waiters = [:] }
            return (flight, Array(state.waiters.values))
        }
        for waiter in done {
            waiter.timer?.cancel()
            waiter.continuation.resume(returning: true)
        }
        guard let flight else { return }
        Task.detached(priority: .utility) { [self] in
            let envelope = SentryEnvelope.encode(flight, configuration: configuration, sentAt: clock.wall())
            finish(await transport.send(envelope))
        }
    }

    private func finish(_ outcome: SentryOutcome) {
        let (now, wall, jitter) = (clock.now(), clock.wall(), chance())
        let problem = Self.problem(outcome, host: configuration.dsn.host)
        let isNew = state.withLock { state in
            state.outbox.finish(outcome, now: now, wall: wall, jitter: jitter)
            defer { state.problem = problem }
            return problem != nil && problem != state.problem && !state.outbox.isCleared
        }
        if isNew, let problem { configuration.console("[JobLogSentry] \(problem)") }
        drive()
    }

    /// Keeps one timer, for `until`; it does not keep this alive.
    private func setTimer(_ state: inout State, _ until: Duration?) {
        guard state.timer?.until != until else { return }
        state.timer?.task.cancel()
        state.timer = until.map { until in
            let task = Task.detached { [weak self, clock] in
                do { try await clock.sleep(until) } catch { return }
                self?.timerFired(until)
            }
            return (until, task)
        }
    }

    private func timerFired(_ until: Duration) {
        state.withLock { if $0.timer?.until == until { $0.timer = nil } }
        drive()
    }

    private func resolve(_ number: Int, _ result: Bool) {
        let waiter = state.withLock { $0.waiters.removeValue(forKey: number) }
        waiter?.timer?.cancel()
        waiter?.continuation.resume(returning: result)
    }

    /// A sentence on what went wrong, for the console; nil where nothing did, or where Sentry just wants less.
    private static func problem(_ outcome: SentryOutcome, host: String) -> String? {
        switch outcome {
        case .failed(let reason): return "Sentry at \(host) cannot be reached: \(reason)"
        case .response(let response):
            switch response.status {
            case 200..<300, 429: return nil
            case 401, 403: return "Sentry at \(host) refuses the key (\(response.status)): check SENTRY_DSN."
            case 404: return "Sentry at \(host) knows no such project (404): check SENTRY_DSN."
            default: return "Sentry at \(host) did not accept an event: it answered with \(response.status)."
            }
        }
    }

    /// 32 hexadecimal digits: a random UUID without its dashes.
    private static func newID() -> String {
        let high = UInt64.random(in: .min ... .max) & 0xFFFF_FFFF_FFFF_0FFF | 0x4000
        let low = UInt64.random(in: .min ... .max) & 0x3FFF_FFFF_FFFF_FFFF | 0x8000_0000_0000_0000
        return [high, low].map { number in
            let digits = String(number, radix: 16)
            return String(repeating: "0", count: 16 - digits.count) + digits
        }.joined()
    }
}
