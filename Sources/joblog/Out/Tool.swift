import JobLogCore

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// Runs a small program beside the screen: no shell, nothing of the terminal, and not for long.
enum Tool {
    /// How long a program may take, in ms. One that waits for a display that is gone never ends by itself.
    private static let patience: Int64 = 3_000

    /// Whether PATH has a program.
    static func isThere(_ name: String) -> Bool {
        (Environment["PATH"] ?? "/usr/bin:/bin").split(separator: ":").contains { access("\($0)/\(name)", X_OK) == 0 }
    }

    /// Runs a program to its end.
    ///
    /// - Parameters:
    ///   - arguments: the program and its arguments.
    ///   - input: its standard input.
    /// - Returns: the beginning of what it wrote.
    /// - Throws: a `Failure`, where it cannot be started, fails, or does not come to an end.
    @discardableResult
    static func run(_ arguments: [String], input: [UInt8] = []) throws(Failure) -> String {
        let name = arguments[0]
        var inputPipe = try Pipe()
        var outputPipe = try Pipe()
        let pid = try spawn(arguments, stdin: inputPipe.read, stdout: outputPipe.write)
        inputPipe.closeReadEnd()
        outputPipe.closeWriteEnd()
        let deadline = Timestamp.now() + patience
        let isTaken = inputPipe.write(input, until: deadline)
        inputPipe.closeWriteEnd()
        guard isTaken, let status = wait(for: pid, until: deadline) else {
            kill(pid, SIGKILL)
            while waitpid(pid, nil, 0) < 0, errno == EINTR {}
            throw Failure(.error, "\(name) did not come to an end")
        }
        guard status == 0 else { throw Failure(.error, "\(name) failed") }
        return outputPipe.readWhatIsThere()
    }

    private static func wait(for pid: pid_t, until deadline: Int64) -> Int32? {
        var status: Int32 = 0
        while true {
            let ended = waitpid(pid, &status, WNOHANG)
            if ended == pid { return status }
            if ended < 0, errno != EINTR { return -1 }
            guard Timestamp.now() < deadline else { return nil }
            // On a thread of its own; there is nothing to wait on that every system has.
            usleep(2_000)
        }
    }

    private static func spawn(_ arguments: [String], stdin: Int32, stdout: Int32) throws(Failure) -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, stdin, STDIN_FILENO)
        posix_spawn_file_actions_adddup2(&actions, stdout, STDOUT_FILENO)
        posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0)
        // Its own session: what stays behind to hold a selection is no business of the terminal's keys.
        return try Spawn.start(arguments, actions: &actions, ownSession: true)
    }
}

/// Starting programs.
enum Spawn {
    /// `POSIX_SPAWN_SETSID`, which Swift's Glibc does not know.
    #if canImport(Darwin)
    private static let ownSession = Int16(POSIX_SPAWN_SETSID)
    #else
    private static let ownSession: Int16 = 0x80
    #endif

    /// Starts a program that is found in PATH, its signals as at birth. Throws a `Failure` that names it.
    static func start(
        _ arguments: [String], actions: inout posix_spawn_file_actions_t, ownSession isApart: Bool = false
    ) throws(Failure) -> pid_t {
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var none = sigset_t()
        var all = sigset_t()
        sigemptyset(&none)
        sigfillset(&all)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setsigdefault(&attributes, &all)
        let flags = Int16(POSIX_SPAWN_SETSIGMASK) | Int16(POSIX_SPAWN_SETSIGDEF) | (isApart ? ownSession : 0)
        posix_spawnattr_setflags(&attributes, flags)
        let words = arguments.map { strdup($0) }
        defer { for word in words { free(word) } }
        var pid: pid_t = 0
        let result = posix_spawnp(&pid, arguments[0], &actions, &attributes, words + [nil], environ)
        guard result == 0 else {
            throw Failure(.error, "\(arguments[0]) cannot be started: \(String(cString: strerror(result)))")
        }
        return pid
    }
}

/// A pipe of which no other program inherits an end.
struct Pipe: ~Copyable {
    private(set) var read: Int32
    private(set) var write: Int32

    init() throws(Failure) {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else {
            throw Failure(.error, "No pipe can be made: \(String(cString: strerror(errno))).")
        }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        (read, write) = (ends[0], ends[1])
    }

    deinit {
        if read >= 0 { close(read) }
        if write >= 0 { close(write) }
    }

    mutating func closeReadEnd() {
        if read >= 0 { close(read) }
        read = -1
    }

    mutating func closeWriteEnd() {
        if write >= 0 { close(write) }
        write = -1
    }

    /// Takes the write end out: whoever calls closes it.
    mutating func takeWriteEnd() -> Int32 {
        defer { write = -1 }
        return write
    }

    /// Writes all, unless that takes longer; false then. That nobody reads it is no trouble.
    borrowing func write(_ bytes: [UInt8], until deadline: Int64) -> Bool {
        _ = fcntl(write, F_SETFL, O_NONBLOCK)
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { writeSome(write, $0.baseAddress, $0.count) }
            if count > 0 {
                rest = rest.dropFirst(count)
            } else if errno == EAGAIN {
                var descriptor = pollfd(fd: write, events: Int16(POLLOUT), revents: 0)
                let left = deadline - Timestamp.now()
                guard left > 0, poll(&descriptor, 1, Int32(clamping: left)) != 0 else { return false }
            } else if errno != EINTR {
                return errno == EPIPE
            }
        }
        return true
    }

    /// What waits to be read, at most 4 KB of it.
    borrowing func readWhatIsThere() -> String {
        _ = fcntl(read, F_SETFL, O_NONBLOCK)
        var bytes = [UInt8](repeating: 0, count: 4_096)
        let count = readSome(read, &bytes, bytes.count)
        return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
    }
}

private func writeSome(_ descriptor: Int32, _ bytes: UnsafeRawPointer?, _ count: Int) -> Int {
    write(descriptor, bytes, count)
}

private func readSome(_ descriptor: Int32, _ bytes: UnsafeMutableRawPointer?, _ count: Int) -> Int {
    read(descriptor, bytes, count)
}
