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
    ///
    /// - Parameters:
    ///   - arguments: Further arguments of the server.
    ///   - need: What these take, which may be the reason where it does not answer.
    /// - Throws: What is missing.
    init(_ arguments: [String] = [], need: String? = nil) async throws {
        var template = Array("/tmp/joblog-bench.XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw ValidationError("No temporary folder can be made.") }
        let folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let socket = folder + "/redis.sock"
        (self.folder, self.socket) = (folder, socket)
        configuration = RedisConfiguration(url: try RedisURL(parsing: "unix://\(socket)"))
        do {
            pid = try Spawn.start(
                ["redis-server", "--port", "0", "--unixsocket", socket, "--save", "", "--dir", folder] + arguments
            ) { actions in
                posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0)
            }
        } catch {
            rmdir(folder)
            throw ValidationError("redis-server cannot be started: install the package redis-server.")
        }
        for _ in 0..<500 where !Spawn.hasEnded(pid) {
            let connection = RedisConnection(configuration)
            do throws(RedisError) {
                _ = try await connection.send(RedisCommand("PING"))
                return
            } catch {
                // A node of a cluster that is not made yet answers, too.
                if !error.isConnectionFailure { return }
            }
            try await Task.sleep(for: .milliseconds(10))
        }
        stop()
        throw ValidationError("The private redis-server does not answer\(need.map { ": \($0)" } ?? "").")
    }

    /// Ends the server and removes its folder.
    func stop() {
        Spawn.end(pid, by: SIGTERM)
        unlink(socket)
        unlink(folder + "/" + Self.clusterFile)
        rmdir(folder)
    }

    /// What a node of a cluster keeps in its folder.
    static let clusterFile = "nodes.conf"

    /// A port of 127.0.0.1 that nobody listens on now.
    static func freePort() throws -> Int {
        #if canImport(Glibc)
        let descriptor = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        #else
        let descriptor = Darwin.socket(AF_INET, SOCK_STREAM, 0)
        #endif
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, size) == 0 && getsockname(descriptor, $0, &size) == 0
            }
        }
        guard isBound else { throw ValidationError("No port of 127.0.0.1 is free.") }
        return Int(UInt16(bigEndian: address.sin_port))
    }
}
