import CNcurses
import CTerminal
import TerminalUI

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// Reads what the terminal sends, and has it decoded.
///
/// Bytes are read here rather than by `wgetch`, which asks the system for each one, loses a character whose bytes come in two
/// reads, and gives up on a sequence whose rest is late.
struct NcursesInput {
    /// The most bytes that are read at once: what is pasted, and what never ends, must let a frame through.
    private static let portion = 256 * 1_024

    private var decoder: InputDecoder
    /// When what is unfinished is taken for what it is; nil while nothing is.
    private(set) var due: ContinuousClock.Instant?
    /// Whether the terminal lets us read no more, as when it is another's and nobody is there to continue us.
    private(set) var isRefused = false
    /// Whether the mouse did something, so that more of it may be under way.
    private var hasHeardMouse = false
    private var buffer = [UInt8](repeating: 0, count: 16 * 1_024)

    /// Input of the current screen, whose description names the keys.
    init() {
        var keys: [[UInt8]: Key.Code] = [:]
        for (name, code) in Self.capabilities {
            if let sequence = jn_capability(name) { keys[Array(String(cString: sequence).utf8)] = code }
        }
        decoder = InputDecoder(keys: keys)
    }

    /// The events that wait.
    mutating func events() -> [InputEvent] {
        var events: [InputEvent] = []
        var total = 0
        while total < Self.portion, case let count = readBytes(), count > 0 {
            events += decoder.decode(buffer[..<count])
            total += count
        }
        if total > 0 {
            due = decoder.patience.map { .now + $0 }
        } else if let due, due <= .now {
            events += decoder.giveUp()
            self.due = nil
        }
        if !hasHeardMouse { hasHeardMouse = events.contains(where: \.isMouse) }
        return events
    }

    /// Drops what waits if that may be reports of the mouse: who reads after us would take them for typed text.
    mutating func dropReports() {
        if hasHeardMouse { tcflush(STDIN_FILENO, TCIFLUSH) }
        hasHeardMouse = false
    }

    /// How many bytes were put into the buffer; 0 when none wait.
    private mutating func readBytes() -> Int {
        guard ct_waiting_bytes(STDIN_FILENO) > 0 else { return 0 }
        let count = buffer.withUnsafeMutableBytes { read(STDIN_FILENO, $0.baseAddress, $0.count) }
        if count < 0, errno == EIO { isRefused = true }
        return count
    }

    private static let capabilities: [(name: String, code: Key.Code)] =
        [
            ("kcuu1", .up), ("kcud1", .down), ("kcub1", .left), ("kcuf1", .right), ("khome", .home), ("kend", .end),
            ("kpp", .pageUp), ("knp", .pageDown), ("kdch1", .delete), ("kich1", .insert), ("kcbt", .backTab),
            ("kent", .enter), ("kbs", .backspace),
        ] + (1...12).map { ("kf\($0)", .function($0)) }
}

extension InputEvent {
    /// Whether it is of the mouse.
    var isMouse: Bool {
        if case .mouse = self { true } else { false }
    }
}
