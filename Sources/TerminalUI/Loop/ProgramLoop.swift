#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// Runs a program on a terminal: waits, takes in all that came, draws one frame.
///
/// A plain `poll(2)` on the calling thread: no change of thread between a key and its answer, and no wake-up while
/// nothing happens. At most 60 frames a second, however many messages come; the first few after a quiet time at once, so
/// that what comes right after a first frame, such as its data, does not wait for the next one's turn.
public final class ProgramLoop<P: Program> {
    private static var frame: Duration { .milliseconds(16) }
    /// How many frames beyond the rate may follow a quiet time.
    private static var burst: Int { 8 }

    /// How long after a key frames come as fast as ever: what it has asked for may have to be looked for.
    private static var answering: Duration { .milliseconds(500) }

    private let program: P
    private let backend: any TerminalBackend
    private let mailbox: Mailbox<P.Message>
    /// The least time between two frames for which nobody has pressed a key; nil for no such bound.
    private let rest: Duration?
    private let perform: (P.Effect) -> LoopAction
    private var model: P.Model
    private var buffer: CellBuffer
    private var isDirty = true
    private var hasEnded = false
    /// When all frames painted until now would have been due at 60 a second.
    private var paidUntil: ContinuousClock.Instant?
    private var paintedAt: ContinuousClock.Instant?
    private var askedAt: ContinuousClock.Instant?
    private var nextTick: ContinuousClock.Instant?

    /// A loop that is ready to run.
    ///
    /// - Parameters:
    ///   - program: what runs.
    ///   - model: where it begins.
    ///   - backend: the terminal.
    ///   - mailbox: where messages from elsewhere arrive.
    ///   - rest: the least time between two frames for which nobody has pressed a key; nil for no such bound.
    ///   - perform: carries an effect out without waiting for its outcome, which comes back as a message.
    public init(
        _ program: P, model: P.Model, backend: any TerminalBackend, mailbox: Mailbox<P.Message>,
        rest: Duration? = nil, perform: @escaping (P.Effect) -> LoopAction
    ) {
        self.program = program
        self.model = model
        self.backend = backend
        self.mailbox = mailbox
        self.rest = rest
        self.perform = perform
        buffer = CellBuffer(size: backend.size)
        buffer.isUnicode = backend.isUnicode
    }

    /// Runs until an effect ends it; gives the last model.
    public func run() -> P.Model {
        take(program.message(for: .resize(backend.size)))
        while !hasEnded {
            paintIfDue()
            wait()
            for event in backend.readEvents() where !hasEnded {
                askedAt = .now
                take(program.message(for: event))
            }
            for message in mailbox.drain() where !hasEnded { take(message) }
            if let due = nextTick, due <= .now, !hasEnded {
                nextTick = nil
                take(program.tick)
            }
        }
        return model
    }

    private func take(_ message: P.Message) {
        isDirty = true
        carryOut(program.update(&model, message))
    }

    private func carryOut(_ effects: [P.Effect]) {
        for effect in effects {
            switch perform(effect) {
            case .none: break
            case .redrawAll: backend.redrawAll()
            case .reportMouse(let reports): backend.reportsMouse = reports
            case .stopProcess:
                backend.stopProcess()
                take(program.message(for: .resize(backend.size)))
                paidUntil = nil
            case .end: hasEnded = true
            }
        }
        let interval = program.tickInterval(model)
        nextTick = interval.map { min(nextTick ?? .now + $0, .now + $0) }
    }

    /// When the next frame may be painted; nil for at once.
    private var frameDue: ContinuousClock.Instant? {
        let due = paidUntil.map { $0 - Self.frame * Self.burst }
        guard let rest, let paintedAt else { return due }
        if let askedAt, askedAt + Self.answering > .now { return due }
        return max(due ?? paintedAt, paintedAt + rest)
    }

    private func paintIfDue() {
        guard isDirty, !hasEnded, frameDue.map({ $0 <= .now }) ?? true else { return }
        isDirty = false
        carryOut(program.settle(&model))
        guard !hasEnded else { return }
        buffer.clear(size: backend.size)
        buffer.isUnicode = backend.isUnicode
        let cursor = program.view(model, into: &buffer)
        backend.paint(&buffer, cursor: cursor)
        paintedAt = .now
        paidUntil = max(paidUntil ?? .now, .now) + Self.frame
    }

    /// Sleeps until there is something to take in, or the next frame or tick is due.
    private func wait() {
        var due = nextTick
        if isDirty, let frameDue { due = min(due ?? frameDue, frameDue) }
        if let eventsDue = backend.eventsDue { due = min(due ?? eventsDue, eventsDue) }
        var descriptors = (backend.inputDescriptors + [mailbox.descriptor]).map {
            pollfd(fd: $0, events: Int16(POLLIN), revents: 0)
        }
        _ = poll(&descriptors, nfds_t(descriptors.count), due.map { Self.milliseconds(until: $0) } ?? -1)
    }

    /// Whole ms until an instant, rounded up, so that the loop does not spin before it.
    private static func milliseconds(until instant: ContinuousClock.Instant) -> Int32 {
        let left = ContinuousClock.now.duration(to: instant)
        guard left > .zero else { return 0 }
        return Int32(clamping: Int64((left / .milliseconds(1)).rounded(.up)))
    }
}
