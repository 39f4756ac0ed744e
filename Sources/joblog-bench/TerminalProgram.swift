import ArgumentParser
import JobLogCore

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// A program on a pseudo-terminal of its own, whose output is read until something is seen in it.
final class TerminalProgram {
    /// Columns and rows of its terminal.
    typealias Size = (columns: Int, rows: Int)

    /// When it was started.
    let started: ContinuousClock.Instant
    private let terminal: Int32
    private let pid: pid_t
    /// What was written since the last find.
    private var output: [UInt8] = []
    private var buffer = [UInt8](repeating: 0, count: 65_536)
    private var hasEnded = false

    /// Starts a program.
    init(_ arguments: [String], size: Size = (120, 40)) throws {
        var window = winsize(ws_row: UInt16(size.rows), ws_col: UInt16(size.columns), ws_xpixel: 0, ws_ypixel: 0)
        var (master, slave): (Int32, Int32) = (-1, -1)
        var name = [CChar](repeating: 0, count: 128)
        guard openpty(&master, &slave, nil, nil, &window) == 0, ttyname_r(slave, &name, name.count) == 0 else {
            throw ValidationError("There is no pseudo-terminal.")
        }
        // The program's are the only ones: when it has ended, so has its output.
        defer { close(slave) }
        for descriptor in [master, slave] { _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC) }
        terminal = master
        started = .now
        pid = try Spawn.start(
            arguments, isApart: true,
            environment: [
                "TERM": "xterm-256color", "LC_ALL": "C.UTF-8", "SWIFT_BACKTRACE": "enable=no",
                // The user's own settings are not for a measurement: there is no place for any.
                "XDG_STATE_HOME": "/dev/null", "XDG_CONFIG_HOME": "/dev/null",
            ]
        ) { actions in
            posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, name, O_RDWR, 0)
            posix_spawn_file_actions_adddup2(&actions, STDIN_FILENO, STDOUT_FILENO)
            posix_spawn_file_actions_adddup2(&actions, STDIN_FILENO, STDERR_FILENO)
        }
    }

    deinit { end() }

    /// Types text.
    func type(_ text: String) {
        let bytes = Array(text.utf8)
        _ = write(terminal, bytes, bytes.count)
    }

    /// Reads until one of some texts is in the output since the last find; the moment at which the end of it came.
    @discardableResult
    func find(_ texts: String..., within limit: Duration = .seconds(60)) throws -> ContinuousClock.Instant {
        let searches = texts.map { ByteSearch(Array($0.utf8), ignoresCase: false) }
        let longest = texts.map(\.utf8.count).max() ?? 0
        let deadline = ContinuousClock.now + limit
        while true {
            let now = ContinuousClock.now
            let isThere = output.withUnsafeBufferPointer { bytes in
                searches.contains { $0.first(in: bytes, from: 0) != nil }
            }
            if isThere {
                output = []
                return now
            }
            output.removeFirst(max(0, output.count - longest))
            guard try take(until: deadline) else {
                throw ValidationError("'\(texts[0])' did not come on the screen.")
            }
        }
    }

    /// Reads for some time, so that the program is not held up by a full terminal.
    func watch(for time: Duration) throws {
        let end = ContinuousClock.now + time
        while try take(until: end) { output = [] }
    }

    /// Reads until the program ends; its exit status.
    func finish() throws -> Int32 {
        while try take(until: .now + .seconds(60)) { output = [] }
        defer { close(terminal) }
        hasEnded = true
        return Spawn.end(pid)
    }

    /// The most memory that it has had, in bytes, as the system counts it.
    func peakMemory() throws -> Double {
        let status = try Spawn.text(of: "/proc/\(pid)/status")
        guard let line = status.split(separator: "\n").first(where: { $0.hasPrefix("VmHWM:") }),
            let kilobytes = line.split(whereSeparator: { $0 == " " || $0 == "\t" }).dropFirst().first.flatMap({
                Double($0)
            })
        else { throw ValidationError("The memory of a program cannot be read.") }
        return kilobytes * 1_024
    }

    /// Ends the program.
    func end() {
        guard !hasEnded else { return }
        hasEnded = true
        Spawn.end(pid, by: SIGKILL)
        close(terminal)
    }

    /// Reads once; false when it was time, or when the program has ended.
    private func take(until deadline: ContinuousClock.Instant) throws -> Bool {
        let left = deadline - ContinuousClock.now
        guard left > .zero else { return false }
        var waits = pollfd(fd: terminal, events: Int16(POLLIN), revents: 0)
        guard poll(&waits, 1, Int32(clamping: Int(left / .milliseconds(1)) + 1)) > 0 else { return false }
        let count = read(terminal, &buffer, buffer.count)
        guard count > 0 else {
            // The other end of a terminal that is closed reads as an error.
            return false
        }
        output += buffer[..<count]
        return true
    }
}
