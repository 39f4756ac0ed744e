#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// Starting programs.
enum Spawn {
    /// `POSIX_SPAWN_SETSID`, which Swift's Glibc does not know.
    #if canImport(Darwin)
    private static let ownSession = Int16(POSIX_SPAWN_SETSID)
    #else
    private static let ownSession: Int16 = 0x80
    #endif

    /// Starts a program that is found in PATH, its signals as at birth.
    ///
    /// - Parameters:
    ///   - arguments: the program and its arguments.
    ///   - actions: where its standard input and outputs go.
    ///   - isApart: whether it has a session of its own, which the keys of the terminal do not reach.
    ///   - environment: variables beside those of this process.
    /// - Returns: its process id.
    /// - Throws: a `Failure` that names it.
    static func start(
        _ arguments: [String], actions: inout posix_spawn_file_actions_t, ownSession isApart: Bool = false,
        environment: [String: String] = [:]
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
        let variables = Environment.all.merging(environment) { $1 }.map { strdup("\($0.key)=\($0.value)") }
        defer { for text in words + variables { free(text) } }
        var pid: pid_t = 0
        let result = posix_spawnp(&pid, arguments[0], &actions, &attributes, words + [nil], variables + [nil])
        guard result == 0 else {
            throw Failure(.error, "\(arguments[0]) cannot be started: \(String(cString: strerror(result))).")
        }
        return pid
    }
}
