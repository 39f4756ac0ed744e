import ArgumentParser

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// Starting programs.
enum Spawn {
    #if canImport(Darwin)
    private static let ownSession = Int16(POSIX_SPAWN_SETSID)
    #else
    /// `POSIX_SPAWN_SETSID`, which Swift's Glibc does not know.
    private static let ownSession: Int16 = 0x80
    #endif

    /// Starts a program that is found in PATH, its signals as at birth: the threads of Dispatch block some. Where it
    /// `isApart`, it has a session of its own, and the first terminal that it opens becomes its own; `redirect` says
    /// where its inputs and outputs go.
    static func start(
        _ arguments: [String], isApart: Bool = false, environment: [String: String] = [:],
        redirect: (inout posix_spawn_file_actions_t) -> Void
    ) throws -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        redirect(&actions)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var none = sigset_t()
        var all = sigset_t()
        sigemptyset(&none)
        sigfillset(&all)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setsigdefault(&attributes, &all)
        posix_spawnattr_setflags(
            &attributes, Int16(POSIX_SPAWN_SETSIGMASK) | Int16(POSIX_SPAWN_SETSIGDEF) | (isApart ? ownSession : 0))
        let words = arguments.map { strdup($0) }
        let variables = variables(environment).map { strdup($0) }
        defer { for text in words + variables { free(text) } }
        var pid: pid_t = 0
        let result = posix_spawnp(&pid, arguments[0], &actions, &attributes, words + [nil], variables + [nil])
        guard result == 0 else {
            throw ValidationError("\(arguments[0]) cannot be started: \(String(cString: strerror(result))).")
        }
        return pid
    }

    /// Ends a program, and waits until it has; its exit status, -1 where a signal ended it.
    @discardableResult
    static func end(_ pid: pid_t, by signal: Int32? = nil) -> Int32 {
        if let signal { kill(pid, signal) }
        var status: Int32 = 0
        while waitpid(pid, &status, 0) < 0, errno == EINTR {}
        return status & 0x7F == 0 ? status >> 8 & 0xFF : -1
    }

    /// Whether a program has ended; ``end(_:by:)`` waits for it all the same.
    static func hasEnded(_ pid: pid_t) -> Bool {
        var end = siginfo_t()
        return waitid(P_PID, id_t(pid), &end, WEXITED | WNOHANG | WNOWAIT) == 0 && end.si_signo == SIGCHLD
    }

    /// Runs a program to its end and gives what it wrote to standard output, a file in `folder` meanwhile.
    static func output(of arguments: [String], in folder: String) throws -> String {
        let file = folder + "/output"
        defer { unlink(file) }
        let pid = try start(arguments) { actions in
            posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, file, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        }
        guard end(pid) == 0 else { throw ValidationError("\(arguments[0]) failed.") }
        return try text(of: file)
    }

    /// What a short file holds.
    static func text(of file: String) throws -> String {
        let descriptor = open(file, O_RDONLY)
        guard descriptor >= 0 else { throw ValidationError("\(file) cannot be read.") }
        defer { close(descriptor) }
        var buffer = [UInt8](repeating: 0, count: 8_192)
        let count = read(descriptor, &buffer, buffer.count)
        return String(decoding: buffer.prefix(max(0, count)), as: UTF8.self)
    }

    /// The path of a program that is built beside this one.
    static func sibling(_ name: String) throws -> String {
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
        let length = readlink("/proc/self/exe", &buffer, buffer.count - 1)
        let own =
            length > 0
            ? String(decoding: buffer.prefix(length).map { UInt8(bitPattern: $0) }, as: UTF8.self)
            : CommandLine.arguments[0]
        let path = (own.lastIndex(of: "/").map { String(own[...$0]) } ?? "./") + name
        guard access(path, X_OK) == 0 else {
            throw ValidationError("\(path) is missing: build all of the package.")
        }
        return path
    }

    /// What a program needs to run here, and nothing that would change what it does.
    private static func variables(_ additions: [String: String]) -> [String] {
        let kept = ["PATH", "HOME", "USER", "TMPDIR", "LD_LIBRARY_PATH", "LLVM_PROFILE_FILE", "TSAN_OPTIONS"]
        return kept.compactMap { name in getenv(name).map { "\(name)=\(String(cString: $0))" } }
            + additions.map { "\($0.key)=\($0.value)" }
    }
}
