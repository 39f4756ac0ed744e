#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// A terminal in memory: events are scripted, frames are kept.
public final class MemoryBackend: TerminalBackend {
    /// The size it has.
    public var size: Size
    /// Whether it shows Unicode.
    public var isUnicode = true
    /// Whether the mouse is told of; scripted events come in any case.
    public var reportsMouse = true
    /// When the scripted events are there without being readable.
    public private(set) var eventsDue: ContinuousClock.Instant?
    /// The frames that were painted.
    public private(set) var frames: [CellBuffer] = []
    /// How often everything was to be sent anew.
    public private(set) var redraws = 0
    /// How often the process was to be stopped.
    public private(set) var stops = 0

    /// What was copied, in base 64.
    public private(set) var copied: [String] = []

    /// How often the bell was rung.
    public private(set) var rings = 0
    /// The notifications that the terminal was to make.
    public private(set) var notifications: [TerminalNotification] = []

    private var events: [InputEvent] = []
    /// Always readable, at its end.
    private let readable = open("/dev/null", O_RDONLY | O_CLOEXEC)

    /// A terminal of a size, with events that are there from the beginning.
    public init(size: Size, events: [InputEvent] = []) {
        self.size = size
        self.events = events
    }

    deinit { close(readable) }

    /// A readable one while scripted events are there.
    public var inputDescriptors: [Int32] { events.isEmpty || eventsDue != nil ? [] : [readable] }

    /// Adds events, for the next time the loop looks; or for a time after which it is to look by itself.
    public func press(_ events: [InputEvent], after delay: Duration? = nil) {
        self.events += events
        eventsDue = delay.map { .now + $0 }
    }

    /// The scripted events that were not read yet.
    public func readEvents() -> [InputEvent] {
        if let eventsDue, eventsDue > .now { return [] }
        eventsDue = nil
        defer { events = [] }
        return events
    }

    /// Keeps the frame.
    public func paint(_ buffer: inout CellBuffer, cursor: Point?) { frames.append(buffer) }

    /// Does nothing: frames are kept with the names that their styles have.
    public func use(_ sheet: StyleSheet) {}

    /// Counts.
    public func redrawAll() { redraws += 1 }

    /// Counts.
    public func stopProcess() { stops += 1 }

    /// Keeps what was copied.
    public func copy(base64: String) -> Bool {
        copied.append(base64)
        return true
    }

    /// Counts.
    public func ring() { rings += 1 }

    /// Keeps it.
    public func notify(_ notification: TerminalNotification) -> Bool {
        notifications.append(notification)
        return true
    }

    /// Runs it.
    public func lend(_ body: () -> Void) { body() }

    /// Nothing to give back.
    public func restore() {}
}
