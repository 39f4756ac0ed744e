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
    /// How our client connects.
    let configuration: RedisConfiguration
    /// A folder for files of the run.
    let folder: String
    private let pid: pid_t

    /// Starts the server and waits until it answers.
    init() async throws {
        var template = Array("/tmp/joblog-bench.XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw ValidationError("No temporary folder can be made.") }
        let folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let socket = folder + "/redis.sock"
        (self.folder, self.socket) = (folder, socket)
        configuration = RedisConfiguration(url: try RedisURL(parsing: "unix://\(socket)"))
        do {
            pid = try Spawn.start(
                ["redis-server", "--port", "0", "--unixsocket", socket, "--save", "", "--dir", folder]
            ) { actions in
                posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0)
            }
        } catch {
            rmdir(folder)
            throw ValidationError("redis-server cannot be started: install the package redis-server.")
        }
        for _ in 0..<500 {
            let connection = RedisConnection(configuration)
            if (try? await connection.send(RedisCommand("PING"))) != nil { return }
            try await Task.sleep(for: .milliseconds(10))
        }
        stop()
        throw ValidationError("The private redis-server does not answer.")
    }

    /// Ends the server and removes its folder.
    func stop() {
        Spawn.end(pid, by: SIGTERM)
        unlink(socket)
        rmdir(folder)
    }
}
