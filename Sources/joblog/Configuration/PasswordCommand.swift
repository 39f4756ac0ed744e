import JobLogCore
import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// Has a program say a password, as `pass show redis/prod` does. It is asked once a run.
enum PasswordCommand {
    /// How long it may take, in ms: whoever is asked for a passphrase needs some time.
    private static let limit: Int64 = 10_000
    /// The most bytes that are read of each output.
    private static let most = 65_536

    private static let known = Mutex<[SettingValue: String]>([:])

    /// The first line that a command prints. Throws a `Failure` that says, behind the command's name, why there is none.
    static func password(of command: SettingValue) throws(Failure) -> String {
        if let password = known.withLock({ $0[command] }) { return password }
        let arguments: [String] =
            if case .list(let words) = command { words } else { ["/bin/sh", "-c", command.text] }
        let (output, errors, status) = try run(arguments)
        guard status == 0 else {
            let said = TerminalText.line(String(decoding: errors, as: UTF8.self).prefix(500).description)
            throw Failure(.error, "failed: \(outcome(status))" + (said.isEmpty ? "" : "; it said: \(said)"))
        }
        let line = output.prefix { $0 != 0x0A && $0 != 0x0D }
        guard !line.isEmpty else { throw Failure(.error, "printed no password") }
        let password = String(decoding: line, as: UTF8.self)
        known.withLock { $0[command] = password }
        return password
    }

    private static func outcome(_ status: Int32) -> String {
        status & 0x7F == 0 ? "status \(status >> 8 & 0xFF)" : "ended by signal \(status & 0x7F)"
    }

    /// Runs a program to its end, within the limit; its standard input is empty.
    private static func run(_ arguments: [String]) throws(Failure) -> (output: [UInt8], errors: [UInt8], status: Int32)
    {
        var output = try Pipe()
        var errors = try Pipe()
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, output.write, STDOUT_FILENO)
        posix_spawn_file_actions_adddup2(&actions, errors.write, STDERR_FILENO)
        // A session of its own: what it has started ends with it where it takes too long.
        let pid = try Spawn.start(arguments, actions: &actions, ownSession: true)
        output.closeWriteEnd()
        errors.closeWriteEnd()
        var texts: [[UInt8]] = [[], []]
        var places = [output.read, errors.read].map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
        let deadline = Timestamp.now() + limit
        var status: Int32 = 0
        // Its end is what counts; once it has closed its outputs it is looked for every 10 ms.
        while true {
            let isOpen = places.contains { $0.fd >= 0 }
            if !isOpen, waitpid(pid, &status, WNOHANG) == pid { return (texts[0], texts[1], status) }
            let left = deadline - Timestamp.now()
            guard left > 0 else {
                kill(-pid, SIGKILL)
                while waitpid(pid, &status, 0) < 0, errno == EINTR {}
                throw Failure(.error, "took longer than \(limit / 1_000) s and was ended")
            }
            guard poll(&places, nfds_t(places.count), Int32(clamping: isOpen ? left : min(left, 10))) > 0 else {
                continue
            }
            for index in places.indices where places[index].fd >= 0 && places[index].revents != 0 {
                var piece = [UInt8](repeating: 0, count: 4_096)
                let count = read(places[index].fd, &piece, piece.count)
                if count < 0, errno == EINTR { continue }
                if count > 0 { texts[index] += piece[..<min(count, most - min(most, texts[index].count))] }
                if count <= 0 { places[index].fd = -1 }
            }
        }
    }
}
