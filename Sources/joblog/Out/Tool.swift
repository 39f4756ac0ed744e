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
