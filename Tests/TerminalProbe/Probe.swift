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
/// mode, its first argument, gives them. Standard error goes to a second argument, and is told there why it left.
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
            let arguments = CommandLine.arguments.dropFirst()
            let mode = arguments.first ?? "keys"
            if let path = arguments.dropFirst().first { try NcursesBackend.redirectStandardError(to: path) }
            var probe = Probe(backend: try NcursesBackend(colors: mode != "plain"), mode: mode)
            let reason = probe.run()
            complain("stray: \(reason)\n")
            probe.backend.restore()
            NcursesBackend.restoreStandardError()
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
            if poll(&waits, nfds_t(waits.count), -1) < 0, errno != EINTR { return "poll" }
            for event in backend.readEvents() {
                if let reason = handle(event) { return reason }
            }
        }
    }

    private mutating func handle(_ event: InputEvent) -> String? {
        count += 1
        // A frame that is sent whole is one that a test can read without knowing the frame before.
        if mode == "keys" { backend.redrawAll() }
        switch event {
        case .key(let key):
            last = key.name
            return press(key)
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
        case ("crash", "s"): raise(SIGSEGV)
        case ("crash", "a"): abort()
        case ("crash", "x"): exit(3)
        case ("crash", "o"): last = "\(Self.descend(1))"
        case ("keys", "T"): raise(SIGTSTP)
        case ("keys", "S"): raise(SIGSTOP)
        case ("log", "j"): top += 1
        case ("cursor", "c"): cursor = cursor == nil ? Point(x: 5, y: 3) : nil
        default: break
        }
        return nil
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
        case "plain", "colors": showColors(in: &buffer)
        default: buffer.put("event-\(count)-\(last).", x: 0, y: 0)
        }
        backend.paint(buffer, cursor: cursor)
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
