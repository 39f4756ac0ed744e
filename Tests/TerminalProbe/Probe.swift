import NcursesBackend
import TerminalUI

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// A program that shows what it is told and names what is pressed, to be run on a pseudo-terminal by tests.
///
/// It counts the events and shows the last as `event-3-Esc.`. `q` leaves and `^Z` stops it; other keys mean what the
/// mode, its argument, gives them. Standard error is told why it left, before and after the terminal is given back.
@main
struct Probe {
    private let backend: NcursesBackend
    private let mode: String
    private var top = 0
    private var count = 0
    private var last = "ready"
    private var cursor: Point?

    static func main() {
        do {
            let mode = CommandLine.arguments.dropFirst().first ?? "keys"
            var probe = Probe(backend: try NcursesBackend(colors: mode != "plain"), mode: mode)
            if mode == "noise" { makeNoise() }
            let reason = probe.run()
            complain("stray: \(reason)\n")
            probe.backend.restore()
            complain("heard: \(reason)\n")
            print("left: \(reason)")
        } catch {
            print("error: \(error)")
            exit(1)
        }
    }

    private static func complain(_ text: String) {
        _ = text.withCString { write(STDERR_FILENO, $0, strlen($0)) }
    }

    private init(backend: NcursesBackend, mode: String) {
        self.backend = backend
        self.mode = mode
    }

    /// Runs until something asks it to leave; returns what.
    private mutating func run() -> String {
        while true {
            show()
            var waits = backend.inputDescriptors.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
            let due = backend.eventsDue.map { max(.zero, ContinuousClock.now.duration(to: $0)) }
            let limit = due.map { Int32(($0 / .milliseconds(1)).rounded(.up)) } ?? -1
            if poll(&waits, nfds_t(waits.count), limit) < 0, errno != EINTR { return "poll" }
            for event in backend.readEvents() {
                if let reason = handle(event) { return reason }
            }
        }
    }

    private mutating func handle(_ event: InputEvent) -> String? {
        count += 1
        // A frame that is sent whole is one that a test can read without knowing the frame before.
        if mode == "keys" || mode == "writes" { backend.redrawAll() }
        switch event {
        case .key(let key):
            last = key.name
            return press(key)
        case .mouse(let event): last = Self.name(event)
        case .paste(let text): last = "paste-\(text.utf8.count)-\(text.prefix(20).debugDescription)"
        case .resize(let size): last = "\(size.width)x\(size.height)"
        case .stop:
            last = "stop"
            backend.stopProcess()
        case .terminate(let signal): return "signal \(signal)"
        case .hangup: return "hangup"
        }
        return nil
    }

    private mutating func press(_ key: Key) -> String? {
        switch (mode, key.name) {
        case (_, "q"): return "q"
        case (_, "^Z"): backend.stopProcess()
        case ("crash", "f"): fatalError("as told")
        case ("crash", "t"): Self.failElsewhere()
        case ("crash", "s"): raise(SIGSEGV)
        case ("crash", "a"): abort()
        case ("crash", "x"): exit(3)
        case ("crash", "o"): last = "\(Self.descend(1))"
        case ("keys", "T"): raise(SIGTSTP)
        case ("keys", "S"): raise(SIGSTOP)
        case ("keys", "M"): backend.reportsMouse.toggle()
        case ("keys", "W"):
            var more = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
            _ = write(STDOUT_FILENO, "waiting", 7)
            poll(&more, 1, -1)
            return "q"
        case ("keys", "L"): backend.lend { Self.complain("lent\n") }
        case ("log", "j"): top += 1
        case ("cursor", "c"): cursor = cursor == nil ? Point(x: 5, y: 3) : nil
        default: break
        }
        return nil
    }

    /// For example `leftDown-3,4` or `^wheelUp-0,0`.
    private static func name(_ event: MouseEvent) -> String {
        let held: [(MouseEvent.Modifiers, String)] = [(.shift, "shift+"), (.alt, "alt+"), (.control, "^")]
        return held.filter { event.modifiers.contains($0.0) }.map(\.1).joined()
            + "\(event.action)-\(event.point.x),\(event.point.y)"
    }

    /// Fails on a thread of its own, and waits for the end.
    private static func failElsewhere() {
        #if canImport(Darwin)
        var thread: pthread_t?
        #else
        var thread = pthread_t()
        #endif
        pthread_create(&thread, nil, { _ in fatalError("as told, elsewhere") }, nil)
        while true { pause() }
    }

    /// Writes to standard error more than is shown, at its end what a terminal would obey.
    private static func makeNoise() {
        for _ in 0..<1_000 { complain("noise that nobody reads, again and again and again\n") }
        complain("noise \u{1B}[2J \u{9B} end\n")
    }

    /// Fills the stack.
    private static func descend(_ depth: Int) -> Int {
        depth == 0 ? 0 : descend(depth + 1) &+ getpid().hashValue &* depth
    }

    private func show() {
        var buffer = CellBuffer(size: backend.size)
        buffer.isUnicode = backend.isUnicode
        switch mode {
        case "log": showLog(in: &buffer)
        case "wide": showWide(in: &buffer)
        case "writes": showWrites(in: &buffer)
        case "plain", "colors": showColors(in: &buffer)
        default: buffer.put("event-\(count)-\(last).", x: 0, y: 0)
        }
        backend.paint(&buffer, cursor: cursor)
    }

    private func showLog(in buffer: inout CellBuffer) {
        buffer.put("Logs for job ID", x: 0, y: 0, style: .bold)
        for y in 1..<(buffer.height - 1) {
            // Lines that share little, like the lines of a log.
            let number = top + y
            let words = (0..<9).map { String((number &* 7919 &+ $0 &* 104_729) % 99_991, radix: 36) }
            let style = Style(number % 3 == 0 ? .red : .default)
            buffer.put("\(100_000 + number) \(words.joined(separator: " "))", x: 0, y: y, style: style)
        }
        buffer.put("q quit", x: 0, y: buffer.height - 1, style: .dim)
    }

    /// A frame with many places to move to, and how often the system was asked to write before it.
    private func showWrites(in buffer: inout CellBuffer) {
        for y in 1..<buffer.height { buffer.put("row \(y) of \(count)", x: y * 2, y: y, style: Style(.red)) }
        buffer.put("writes-\(Self.writeCount()).", x: 0, y: buffer.height - 1)
    }

    /// The write calls of this process, as Linux counts them.
    private static func writeCount() -> Int {
        let file = open("/proc/self/io", O_RDONLY)
        var bytes = [UInt8](repeating: 0, count: 4_096)
        let count = read(file, &bytes, bytes.count)
        close(file)
        let lines = String(decoding: bytes.prefix(max(0, count)), as: UTF8.self).split(separator: "\n")
        return lines.first { $0.hasPrefix("syscw: ") }.flatMap { Int($0.dropFirst(7)) } ?? 0
    }

    private func showWide(in buffer: inout CellBuffer) {
        buffer.put("日本語|", x: 0, y: 0)
        buffer.put("e\u{301}a\u{308}o|", x: 0, y: 1)
        buffer.put("a\u{1B}[2Jb\u{7}c\u{9B}d|", x: 0, y: 2)
        buffer.put("日本|", x: 1, y: 3, style: Style(.green, on: .blue))
        guard count > 0 else { return }
        // Halves of wide characters, and what stands right of one.
        buffer.put("x", x: 1, y: 0)
        buffer.put("語", x: 3, y: 3)
        buffer.put("o", x: 3, y: 1)
    }

    private func showColors(in buffer: inout CellBuffer) {
        buffer.put("red", x: 0, y: 0, style: Style(.red))
        for index in 0..<256 {
            let style = Style(Color(palette: UInt8(index)), on: Color(palette: UInt8(255 - index)))
            buffer.put("x", x: index % 64, y: 1 + index / 64, style: style)
        }
        buffer.put("bold", x: 0, y: 6, style: .bold)
    }
}
