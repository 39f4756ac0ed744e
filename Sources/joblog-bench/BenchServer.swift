import ArgumentParser
import RedisClient

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// A private redis-server on a unix socket in a temporary folder, for one run of the bench.
struct BenchServer {
    /// The socket's path.
    let socket: String
    /// The server's address for our client.
    let url: RedisURL
    private let folder: String
    private let pid: pid_t

    /// Starts the server and waits until it answers.
    init() async throws {
        var template = Array("/tmp/joblog-bench.XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw ValidationError("No temporary folder can be made.") }
        folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        socket = folder + "/redis.sock"
        url = try RedisURL(parsing: "unix://\(socket)")
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0)
        // The threads of Dispatch block signals; the server must hear them.
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
        let arguments = ["redis-server", "--port", "0", "--unixsocket", socket, "--save", "", "--dir", folder]
        let copies = arguments.map { strdup($0) }
        defer { for copy in copies { free(copy) } }
        var pid: pid_t = 0
        guard posix_spawnp(&pid, "redis-server", &actions, &attributes, copies + [nil], environ) == 0 else {
            rmdir(folder)
            throw ValidationError("redis-server cannot be started: install the package redis-server.")
        }
        self.pid = pid
        for _ in 0..<500 {
            let connection = RedisConnection(RedisConfiguration(url: url))
            if (try? await connection.send(RedisCommand("PING"))) != nil { return }
            try await Task.sleep(for: .milliseconds(10))
        }
        stop()
        throw ValidationError("The private redis-server does not answer.")
    }

    /// Ends the server and removes its folder.
    func stop() {
        kill(pid, SIGTERM)
        var status: Int32 = 0
        while waitpid(pid, &status, 0) < 0, errno == EINTR {}
        unlink(socket)
        rmdir(folder)
    }
}
