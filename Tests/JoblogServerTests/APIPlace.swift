import Foundation
import JobLogCore
import RedisClient
import TestSupport

/// A Redis, a server over it, and tokens of two users and an operator.
struct APIPlace {
    let redis: PrivateRedis
    let server: APIServer
    let ann: String
    let bob: String
    let operators: String

    init(arguments: [String] = []) async throws {
        redis = try PrivateRedis()
        // Tests ask more often than people.
        server = try await APIServer(
            redis: "\(redis.server.url)",
            arguments: arguments.contains("--rate") ? arguments : arguments + ["--rate", "100000"])
        ann = try await APIServer.token(user: "ann")
        bob = try await APIServer.token(user: "bob")
        operators = try await APIServer.token(isOperator: true)
    }

    /// Stores a job with a state.
    func add(
        _ id: String, user: String?, status: String = "running", score: Int = 1_734_470_400_000, more: String = ""
    ) async throws {
        let owner = user.map { #""userId":"\#($0)","# } ?? ""
        try await redis.call(
            "SET", .text("job:state:\(id)"),
            .text(#"{"jobId":"\#(id)",\#(owner)"status":"\#(status)","updatedAt":\#(score)\#(more)}"#))
        try await index(id, user: user, score: score)
    }

    func index(_ id: String, user: String?, score: Int) async throws {
        try await redis.call("ZADD", "job:index", .integer(score), .text(id))
        if let user { try await redis.call("ZADD", .text("job:index:\(user)"), .integer(score), .text(id)) }
    }

    /// Appends lines to a job's log.
    func log(_ id: String, _ entries: String...) async throws {
        for entry in entries { try await redis.call("RPUSH", .text("job:logs:\(id)"), .text(entry)) }
    }

    /// What is published first on channels of a pattern while `body` runs.
    func heard(_ pattern: String, _ body: () async throws -> Void) async throws -> String {
        let subscriber = RedisSubscriber(redis.configuration)
        let (_, messages) = try await subscriber.connect()
        try await subscriber.psubscribe([Array(pattern.utf8)])
        try await body()
        for try await case .patternMessage(_, _, let payload) in messages {
            return String(decoding: payload, as: UTF8.self)
        }
        throw SubprocessError("nothing was published")
    }

    func get(_ path: String, as token: String? = nil) async throws -> HTTPAnswer {
        try await server.send("GET", path, token: token ?? ann)
    }

    /// The JSON of an answer with this status.
    func json(_ path: String, as token: String? = nil, status: Int = 200) async throws -> JSONValue {
        let answer = try await get(path, as: token)
        guard answer.status == status else {
            throw SubprocessError("\(path) gives \(answer.status): \(answer.body)")
        }
        return try JSONValue(parsing: answer.body)
    }

    /// The ids of a list.
    func ids(_ path: String, as token: String? = nil) async throws -> [String] {
        let body = try await json(path, as: token)
        return (body.array ?? body["jobs"]?.array ?? []).compactMap { $0["id"]?.string }
    }
}
