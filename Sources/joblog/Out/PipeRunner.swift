import Dispatch
import JobLogCore
import JobLogTUI

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// Runs a command of the user's with lines on its standard input, on a terminal that the screen has given back.
struct PipeRunner {
    /// Commands that take the whole screen: when they end, what they showed has been read.
    private static let fullScreen: Set<String> = [
        "less", "more", "most", "bat", "batcat", "moar", "lnav", "vim", "vi", "nvim", "view", "nano", "emacs", "micro",
        "hx", "kak", "fzf", "tig", "jless", "fx", "visidata", "vd",
    ]
    /// What ends sooner than anybody can read, in ms, was no pager: `less -F` prints a short text and is gone.
    private static let glance: Int64 = 400

    private let order: OutRequest.PipeOrder
    private let command: String
    private let fetch: @Sendable (ExportLine) -> LogRecord?
    private let missing = MissingEntries()

    /// - Parameters:
    ///   - order: what is piped.
    ///   - fetch: reads a large entry whole, on the calling thread; nil where it cannot be had.
    init(_ order: OutRequest.PipeOrder, fetch: @escaping @Sendable (ExportLine) -> LogRecord?) {
        self.fetch = fetch
        self.order = order
        let isEmpty = order.command.allSatisfy(\.isWhitespace)
        let pager = Environment["PAGER"] ?? (Tool.isThere("less") ? "less" : "more")
        command = isEmpty ? pager : order.command
    }

    /// Runs the command and waits for its end, and for a key where its output stays on the terminal.
    func run() -> OutReport {
        let began = Timestamp.now()
        let pid: pid_t
        do throws(Failure) {
            pid = try start()
        } catch {
            return .said("Not piped: \(error.message)")
        }
        var status: Int32 = 0
        while waitpid(pid, &status, 0) < 0, errno == EINTR {}
        let outcome = Self.outcome(status)
        let isShort = Timestamp.now() - began < Self.glance
        if !takesScreen || outcome != nil || isShort {
            Self.awaitKey("joblog: the command \(outcome ?? "has ended"). Press a key to go back.")
        }
        return .said("Piped \(order.lines.what) to \(command)" + (outcome.map { ": it \($0)" } ?? "") + missing.remark)
    }

    /// Starts the shell, and writes the lines on another thread for as long as someone reads them.
    private func start() throws(Failure) -> pid_t {
        var input = try Pipe()
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, input.read, STDIN_FILENO)
        // Of joblog's own process group: the terminal is theirs both, and ^Z stops both.
        let pid = try Spawn.start(["/bin/sh", "-c", isPager ? "exec " + command : command], actions: &actions)
        input.closeReadEnd()
        let end = input.takeWriteEnd()
        let (lines, format, fetch, missing) = (order.lines, order.format, fetch, missing)
        DispatchQueue(label: "joblog.pipe").async { @Sendable in
            defer { close(end) }
            let whole = lines.whole(fetch, counting: missing)
            try? LogExporter.write(whole, as: format, lines.options) { (piece: [UInt8]) throws(PipeClosed) in
                var rest = piece[...]
                while !rest.isEmpty {
                    let count = rest.withUnsafeBytes { write(end, $0.baseAddress, $0.count) }
                    if count < 0, errno != EINTR { throw PipeClosed() }
                    rest = rest.dropFirst(max(0, count))
                }
            }
        }
        return pid
    }

    /// Nobody reads any more, as `head` does when it has enough.
    private struct PipeClosed: Error {}

    /// Whether the last command of the line takes the whole screen.
    private var takesScreen: Bool {
        let last = command.split(whereSeparator: { "|;&".contains($0) }).last ?? ""
        let words = last.split(separator: " ").drop { $0.contains("=") || $0 == "sudo" || $0 == "exec" || $0 == "env" }
        guard let program = words.first else { return false }
        return Self.fullScreen.contains(program.split(separator: "/").last.map(String.init) ?? "")
    }

    /// Whether it is a pager and nothing else. A shell around it would die of the ^C that means something to the pager.
    private var isPager: Bool {
        let first = command.split(separator: " ").first.map(String.init) ?? ""
        return Self.fullScreen.contains(first) && !command.contains { "|&;<>(){}\n".contains($0) }
    }

    /// How a command ended, where that was not well.
    private static func outcome(_ status: Int32) -> String? {
        if status & 0x7F == 0 {
            let code = status >> 8 & 0xFF
            return code == 0 ? nil : code == 127 ? "was not found (status 127)" : "ended with status \(code)"
        }
        return "was ended by signal \(status & 0x7F)"
    }

    /// Asks for any key, on the terminal as the shell knows it.
    private static func awaitKey(_ text: String) {
        var modes = termios()
        guard tcgetattr(STDIN_FILENO, &modes) == 0 else { return }
        var raw = modes
        raw.c_lflag &= ~tcflag_t(ICANON | ECHO | ISIG)
        tcsetattr(STDIN_FILENO, TCSANOW, &raw)
        let bytes = Array("\n\(text) ".utf8)
        _ = bytes.withUnsafeBytes { write(STDOUT_FILENO, $0.baseAddress, $0.count) }
        var byte: UInt8 = 0
        while read(STDIN_FILENO, &byte, 1) < 0, errno == EINTR {}
        // The rest of a key that sends several bytes.
        tcflush(STDIN_FILENO, TCIFLUSH)
        tcsetattr(STDIN_FILENO, TCSANOW, &modes)
        var end = UInt8(ascii: "\n")
        _ = write(STDOUT_FILENO, &end, 1)
    }
}
