import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// A thread that carries out work in the order in which it was given, and sleeps in one `poll(2)` for all that it waits for:
/// more work, a time, and sockets.
///
/// A queue of Dispatch takes two threads for it, one that waits and one that works, and a change between them for each
/// message that comes. The thread ends when nobody holds this object any more.
final class PollThread: Sendable {
    typealias Work = @Sendable () -> Void

    /// A socket that is watched.
    struct Watch: Sendable, Hashable {
        fileprivate let number: Int
    }

    private let core: Core

    /// Starts a thread; nil where the system has none, or no pipe, to give.
    init?() {
        guard let core = Core(), core.start() else { return nil }
        self.core = core
    }

    deinit { core.end() }

    /// Whether the caller runs on the thread.
    var isCurrent: Bool { core.isCurrent }

    /// Gives work to be done as soon as what was given before is done.
    func add(_ work: @escaping Work) { core.change { $0.work.append(work) } }

    /// Gives work to be done at a time.
    func add(at due: ContinuousClock.Instant, _ work: @escaping Work) { core.change { $0.timers.append((due, work)) } }

    /// Does `work` whenever a descriptor can be read, until ``stop(_:)``.
    func watch(_ descriptor: Int32, _ work: @escaping Work) -> Watch {
        core.change { state in
            state.watchCount += 1
            state.watches[state.watchCount] = (descriptor, work)
            return Watch(number: state.watchCount)
        }
    }

    /// Watches a descriptor no longer.
    func stop(_ watch: Watch) { core.change { $0.watches[watch.number] = nil } }
}

/// What the thread and the object that stands for it share: the thread does not keep the object alive.
private final class Core: Sendable {
    struct State {
        var work: [PollThread.Work] = []
        var timers: [(due: ContinuousClock.Instant, work: PollThread.Work)] = []
        var watches: [Int: (descriptor: Int32, work: PollThread.Work)] = [:]
        var watchCount = 0
        /// Whether the thread sleeps, or is about to, and nobody has woken it yet.
        var isAsleep = false
        var hasEnded = false
        var thread: pthread_t?

        /// Takes the timers that are due.
        mutating func dueTimers(at now: ContinuousClock.Instant) -> [PollThread.Work] {
            guard timers.contains(where: { $0.due <= now }) else { return [] }
            let due = timers.filter { $0.due <= now }.sorted { $0.due < $1.due }
            timers.removeAll { $0.due <= now }
            return due.map(\.work)
        }
    }

    private let state = Mutex(State())
    private let readEnd: Int32
    private let writeEnd: Int32

    init?() {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { return nil }
        (readEnd, writeEnd) = (ends[0], ends[1])
        for end in ends {
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
            _ = fcntl(end, F_SETFL, O_NONBLOCK)
        }
    }

    deinit {
        close(readEnd)
        close(writeEnd)
    }

    var isCurrent: Bool {
        state.withLock { state in state.thread.map { pthread_equal($0, pthread_self()) != 0 } ?? false }
    }

    func start() -> Bool {
        // Signals are for the threads that know what to do about them, except those that tell of a mistake made here.
        var (blocked, before) = (sigset_t(), sigset_t())
        sigfillset(&blocked)
        for fault in [SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGABRT] { sigdelset(&blocked, fault) }
        pthread_sigmask(SIG_SETMASK, &blocked, &before)
        defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
        let own = Unmanaged.passRetained(self)
        #if canImport(Darwin)
        var thread: pthread_t?
        #else
        var thread = pthread_t()
        #endif
        let failure = pthread_create(
            &thread, nil,
            { own in
                #if canImport(Darwin)
                Unmanaged<Core>.fromOpaque(own).takeRetainedValue().run()
                #else
                if let own { Unmanaged<Core>.fromOpaque(own).takeRetainedValue().run() }
                #endif
                return nil
            }, own.toOpaque())
        guard failure == 0 else {
            own.release()
            return false
        }
        #if canImport(Darwin)
        if let thread { pthread_detach(thread) }
        #else
        pthread_detach(thread)
        #endif
        return true
    }

    /// Changes what the thread has to do, and wakes it where it sleeps.
    func change<Value: Sendable>(_ body: (inout State) -> Value) -> Value {
        let (value, sleeps) = state.withLock { state in
            let value = body(&state)
            defer { state.isAsleep = false }
            return (value, state.isAsleep)
        }
        if sleeps {
            var byte: UInt8 = 0
            _ = write(writeEnd, &byte, 1)
        }
        return value
    }

    func end() { change { $0.hasEnded = true } }

    private func run() {
        state.withLock { $0.thread = pthread_self() }
        while let work = next() {
            for piece in work { piece() }
        }
        // What is left may hold what must not be let go under the lock.
        let left = state.withLock { state in
            defer { state = State(hasEnded: true) }
            return state
        }
        withExtendedLifetime(left) {}
    }

    /// Waits until there is something to do; nil when it has ended and nothing is left to do. Sockets are looked at each
    /// time, however much work there is.
    private func next() -> [PollThread.Work]? {
        while true {
            var descriptors = [pollfd(fd: readEnd, events: Int16(POLLIN), revents: 0)]
            var numbers = [0]
            let wait = state.withLock { state -> Int32? in
                for (number, watch) in state.watches {
                    descriptors.append(pollfd(fd: watch.descriptor, events: Int16(POLLIN), revents: 0))
                    numbers.append(number)
                }
                guard state.work.isEmpty else { return 0 }
                guard !state.hasEnded else { return nil }
                state.isAsleep = true
                return state.timers.map(\.due).min().map { Self.milliseconds(until: $0) } ?? -1
            }
            guard let wait else { return nil }
            let count = poll(&descriptors, nfds_t(descriptors.count), wait)
            if count > 0, descriptors[0].revents != 0 {
                var bytes: (UInt64, UInt64) = (0, 0)
                _ = read(readEnd, &bytes, 16)
            }
            let readable = count > 0 ? zip(numbers, descriptors).dropFirst().filter { $0.1.revents != 0 } : []
            let work = state.withLock { state in
                state.isAsleep = false
                let work = state.work + state.dueTimers(at: .now) + readable.compactMap { state.watches[$0.0]?.work }
                state.work = []
                return work
            }
            if !work.isEmpty { return work }
        }
    }

    /// Whole ms until an instant, rounded up, so that the thread does not spin before it.
    private static func milliseconds(until instant: ContinuousClock.Instant) -> Int32 {
        let left = ContinuousClock.now.duration(to: instant)
        guard left > .zero else { return 0 }
        return Int32(clamping: left.wholeMilliseconds)
    }
}
