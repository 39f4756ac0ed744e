import Foundation

/// A program on a pseudo-terminal of its own, whose bytes and modes a test can see. Killed with the last reference.
public final class Pty {
    /// What the program has written until now.
    public private(set) var output: [UInt8] = []
    private let master: Int32
    private let slave: Int32
    private let pid: pid_t
    private let before: termios
    private var happenings: AsyncStream<Happening>.AsyncIterator
    private var status: ExitStatus?

    private enum Happening {
        case wrote([UInt8])
        case ended(ExitStatus)
        case tookTooLong
    }

    /// Starts a program as the leader of a session on a new terminal.
    ///
    /// - Parameters:
    ///   - argv: the program, looked up on PATH, and its arguments.
    ///   - width: columns.
    ///   - height: rows.
    ///   - environment: added to ``childEnvironment(adding:)`` and `TERM=xterm-256color`; what is `-` is not set.
    /// - Throws: ``SubprocessError`` when there is no terminal or no such program.
    public init(
        _ argv: [String], width: Int = 120, height: Int = 40, environment: [String: String] = [:]
    ) throws {
        var size = winsize(ws_row: UInt16(height), ws_col: UInt16(width), ws_xpixel: 0, ws_ypixel: 0)
        var (master, slave): (Int32, Int32) = (-1, -1)
        var name = [CChar](repeating: 0, count: 128)
        guard openpty(&master, &slave, nil, nil, &size) == 0, ttyname_r(slave, &name, name.count) == 0 else {
            throw SubprocessError("no pseudo-terminal: \(String(cString: strerror(errno)))")
        }
        for descriptor in [master, slave] { _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC) }
        (self.master, self.slave) = (master, slave)
        before = Self.modes(of: slave)
        var variables = childEnvironment(adding: ["TERM": "xterm-256color", "SWIFT_BACKTRACE": "enable=no"])
        variables.merge(environment) { $1 }
        pid = try Self.spawn(argv, terminal: name, environment: variables.filter { $0.value != "-" })
        happenings = Self.happenings(of: pid, on: master).makeAsyncIterator()
    }

    deinit {
        if status == nil { kill(pid, SIGKILL) }
        // The reading thread has a descriptor of its own and ends with the child.
        close(slave)
        close(master)
    }

    /// Types bytes.
    public func type(_ text: String) { type(Array(text.utf8)) }

    /// Types bytes.
    public func type(_ bytes: [UInt8]) { _ = write(master, bytes, bytes.count) }

    /// Sends the program a signal.
    public func signal(_ number: Int32) { kill(pid, number) }

    /// Gives the terminal a new size.
    public func resize(width: Int, height: Int) {
        var size = winsize(ws_row: UInt16(height), ws_col: UInt16(width), ws_xpixel: 0, ws_ypixel: 0)
        _ = ioctl(master, UInt(TIOCSWINSZ), &size)
    }

    /// Whether the terminal's modes are what they were at the start.
    public var hasFirstModes: Bool {
        var (now, before) = (Self.modes(of: slave), before)
        return memcmp(&now, &before, MemoryLayout<termios>.size) == 0
    }

    /// Waits for a text and takes all output up to its end.
    ///
    /// - Returns: the output before the text and the text.
    /// - Throws: `SubprocessError` with what came instead.
    @discardableResult
    public func read(until text: String) async throws -> String {
        let wanted = Data(text.utf8)
        while true {
            if let found = Data(output).range(of: wanted) {
                defer { output.removeFirst(found.upperBound) }
                return String(decoding: output[..<found.upperBound], as: UTF8.self)
            }
            guard status == nil else { throw missing(text) }
            try await take(orMissing: text)
        }
    }

    /// Waits for the end of the program.
    ///
    /// - Returns: how it ended.
    /// - Throws: `SubprocessError` when it does not come.
    public func waitForExit() async throws -> ExitStatus {
        while true {
            if let status { return status }
            try await take(orMissing: "its end")
        }
    }

    /// All output that was not taken.
    public var rest: String { String(decoding: output, as: UTF8.self) }

    private func take(orMissing what: String) async throws {
        switch await happenings.next(isolation: #isolation) {
        case .wrote(let bytes): output += bytes
        case .ended(let status): self.status = status
        case .tookTooLong, nil: throw missing(what)
        }
    }

    private func missing(_ what: String) -> SubprocessError {
        SubprocessError("\(what.debugDescription) did not come, but \(rest.debugDescription)")
    }

    private static func modes(of descriptor: Int32) -> termios {
        var modes = termios()
        tcgetattr(descriptor, &modes)
        return modes
    }

    /// Everything that is written, then the end; the test holds the terminal open, so that the output has no end itself.
    private static func happenings(of pid: pid_t, on master: Int32) -> AsyncStream<Happening> {
        let (stream, continuation) = AsyncStream.makeStream(of: Happening.self)
        let descriptor = fcntl(master, F_DUPFD_CLOEXEC, 3)
        var ended: [Int32] = [-1, -1]
        guard pipe(&ended) == 0 else { return stream }
        let (hasEnded, ends) = (ended[0], ended[1])
        for end in ended { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        Thread.detachNewThread {
            var raw: Int32 = 0
            while waitpid(pid, &raw, 0) == -1, errno == EINTR {}
            _ = write(ends, &raw, MemoryLayout<Int32>.size)
            close(ends)
        }
        Thread.detachNewThread {
            var buffer = [UInt8](repeating: 0, count: 65536)
            while true {
                var waits = [descriptor, hasEnded].map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
                // Long: while other tests compute, this one may wait for its turn with the program silent.
                guard poll(&waits, 2, Int32(Duration.seconds(120).patient / .milliseconds(1))) > 0 else {
                    continuation.yield(.tookTooLong)
                    kill(pid, SIGKILL)
                    continue
                }
                if Int32(waits[0].revents) & POLLIN != 0 {
                    let count = Foundation.read(descriptor, &buffer, buffer.count)
                    if count > 0 { continuation.yield(.wrote(Array(buffer[..<count]))) }
                } else if waits[1].revents != 0 {
                    var raw: Int32 = 0
                    _ = Foundation.read(hasEnded, &raw, MemoryLayout<Int32>.size)
                    continuation.yield(.ended(raw & 0x7F == 0 ? .exited(raw >> 8 & 0xFF) : .signalled(raw & 0x7F)))
                    break
                }
            }
            continuation.finish()
            close(descriptor)
            close(hasEnded)
        }
        return stream
    }

    private static func spawn(_ argv: [String], terminal: [CChar], environment: [String: String]) throws -> pid_t {
        #if canImport(Darwin)
        let newSession = Int32(POSIX_SPAWN_SETSID)
        #else
        // Glibc's POSIX_SPAWN_SETSID is not imported.
        let newSession: Int32 = 0x80
        #endif
        return try spawnProcess(argv, environment: environment, flags: newSession) { actions in
            // The first terminal that the leader of a new session opens becomes its own.
            posix_spawn_file_actions_addopen(&actions, 0, terminal, O_RDWR, 0)
            posix_spawn_file_actions_adddup2(&actions, 0, 1)
            posix_spawn_file_actions_adddup2(&actions, 0, 2)
        }
    }
}
