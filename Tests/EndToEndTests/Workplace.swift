import Foundation
import JobLogCore
import RedisClient
import TestSupport
import Testing

/// A private redis-server, a connection to it, and the joblog command pointed at it.
struct Workplace {
    let server: RedisServer
    /// What `REDIS_URL` is.
    let url: String
    let redis: RedisConnection
    let joblog: String
    private let keys = JobKeys()

    init(arguments: [String] = [], tcp: Bool = false) throws {
        server = try RedisServer(arguments: arguments, tcp: tcp)
        url = server.urlText
        redis = RedisConnection(RedisConfiguration(url: server.url))
        joblog = try BuiltProducts.path(of: "joblog")
    }

    /// A place on a cluster, by the URL that names its primaries or another one.
    init(cluster: RedisCluster, url: String? = nil) throws {
        server = cluster.servers[0]
        self.url = url ?? cluster.urlText
        redis = RedisConnection(RedisConfiguration(url: try RedisURL(parsing: cluster.urlText)))
        joblog = try BuiltProducts.path(of: "joblog")
    }

    var environment: [String: String] { ["REDIS_URL": url, "TZ": "UTC"] }

    /// Runs the command to its end.
    func run(_ arguments: String..., environment: [String: String] = [:]) async throws -> CommandOutput {
        try await run(arguments, environment: environment)
    }

    /// Runs the command to its end.
    func run(_ arguments: [String], environment: [String: String] = [:]) async throws -> CommandOutput {
        try await TestSupport.run(
            [joblog] + arguments, environment: self.environment.merging(environment) { $1 })
    }

    /// Standard output of a command that must succeed and keep standard error empty.
    func output(_ arguments: String..., sourceLocation: SourceLocation = #_sourceLocation) async throws -> String {
        let output = try await run(arguments)
        #expect(output.status == .exited(0), "\(output.errorText)", sourceLocation: sourceLocation)
        #expect(output.errorText == "", sourceLocation: sourceLocation)
        return output.text
    }

    /// Its lines.
    func lines(_ arguments: String..., sourceLocation: SourceLocation = #_sourceLocation) async throws -> [String] {
        try await lines(arguments, sourceLocation: sourceLocation)
    }

    /// Its lines.
    func lines(_ arguments: [String], sourceLocation: SourceLocation = #_sourceLocation) async throws -> [String] {
        let output = try await run(arguments)
        #expect(output.status == .exited(0), "\(output.errorText)", sourceLocation: sourceLocation)
        return output.text.split(separator: "\n").map(String.init)
    }

    /// Starts the command beside the test.
    func spawn(_ arguments: String...) throws -> Spawned {
        try Spawned([joblog] + arguments, environment: environment)
    }

    /// A terminal in which `joblog` with some arguments runs.
    func terminal(
        _ arguments: String..., width: Int = 100, height: Int = 30, environment: [String: String] = [:]
    ) async throws -> Tmux {
        let terminal = try Tmux(
            width: width, height: height, environment: self.environment.merging(environment) { $1 })
        try await terminal.start([joblog] + arguments)
        return terminal
    }

    /// Sends a command as it is.
    @discardableResult
    func send(_ argv: [[UInt8]]) async throws -> RedisReply {
        // The client takes command names from the source only; EVAL passes on the name of a recorded one.
        let script = "return redis.call(unpack(ARGV))"
        // The first argument is the key, by which a cluster's node is found; where it is none that does no harm.
        let key = argv.dropFirst().first.map { [RedisArgument.integer(1), .key($0)] } ?? [0]
        return try await redis.send(
            RedisCommand("EVAL", arguments: [.bytes(Array(script.utf8))] + key + argv.map { .bytes($0) })
        ).get()
    }

    /// Sends a command as it is.
    @discardableResult
    func send(_ words: String...) async throws -> RedisReply {
        try await send(words.map { Array($0.utf8) })
    }

    /// Appends entries to a log as they are.
    func append(_ entries: String..., to id: String) async throws {
        try await append(entries.map { Array($0.utf8) }, to: JobID(id))
    }

    /// Appends entries to a log as they are, at once.
    func append(_ entries: [[UInt8]], to id: JobID) async throws {
        _ = try await redis.send(
            RedisCommand("RPUSH", arguments: [.key(keys.logs(id))] + entries.map { .bytes($0) })
        ).get()
    }

    /// Appends an entry with a time of 1970, by its message.
    func say(_ message: String, level: String = "info", at time: Int = 1_000, to id: String) async throws {
        try await append(Self.entry(message, level: level, at: time), to: id)
    }

    /// A log entry as workers write it.
    static func entry(_ message: String, level: String = "info", at time: Int = 1_000) -> String {
        #"{"timestamp":\#(time),"type":"\#(level)","message":"\#(message)"}"#
    }

    /// Stores a job's state.
    func state(_ id: String, _ status: String, user: String = "u1", progress: Double = 0) async throws {
        let now = Int(Date().timeIntervalSince1970 * 1_000)
        try await send(
            "SET", "job:state:\(id)",
            #"{"jobId":"\#(id)","userId":"\#(user)","status":"\#(status)","progress":\#(progress),"#
                + #""createdAt":\#(now),"updatedAt":\#(now)}"#)
    }

    /// The clients of the server that are called `joblog-viewer…`: their numbers and what else `CLIENT LIST` tells.
    func viewers() async throws -> [(id: String, line: String)] {
        let list = try await redis.send(RedisCommand("CLIENT", "LIST")).string ?? ""
        return list.split(separator: "\n").filter { $0.contains("name=joblog-viewer") }.map { line in
            (String(line.dropFirst(3).prefix { $0 != " " }), String(line))
        }
    }
}

/// JSON as text, to compare.
func json(_ text: String) throws -> NSObject {
    try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? NSObject)
}

/// A field of a JSON object, as text.
func field(_ name: String, of object: NSObject) -> String? {
    ((object as? NSDictionary)?[name]).map { "\($0)" }
}
