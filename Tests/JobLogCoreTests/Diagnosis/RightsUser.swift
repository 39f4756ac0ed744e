import RedisClient
import TestSupport

@testable import JobLogCore

extension PrivateRedis {
    /// The server's address, with a database.
    func url(_ database: Int) -> RedisURL {
        var url = server.url
        url.database = database
        return url
    }

    /// Makes a user of these rules, and gives how to connect as them.
    func user(_ name: String, _ words: [[UInt8]], database: Int = 0) async throws -> RedisConfiguration {
        _ = try await client.send(
            RedisCommand("ACL", arguments: ["SETUSER", .text(name)] + words.map { .bytes($0) }))
        return RedisConfiguration(
            url: url(database), user: name, password: RedisPassword("CHANGE-ME"), clientName: "joblog-\(name)")
    }

    /// The user of a role, with the rules that are printed for it, less one of their words.
    func user(
        _ role: AccessRole, without word: String? = nil, keys: JobKeys = JobKeys(), database: Int = 0
    ) async throws -> RedisConfiguration {
        let rules = AccessRules(role, keys: keys, url: url(database))
        let words = rules.words().filter { word == nil || !$0.elementsEqual((word ?? "").utf8) }
        return try await user(rules.role.rawValue, words, database: database)
    }

    /// What the server has refused since it was asked last, as `context object`.
    func refusals() async throws -> [String] {
        let log = try await call("ACL", "LOG")
        _ = try await call("ACL", "LOG", "RESET")
        return refusedObjects(log)
    }

    /// The commands that were carried out since the count began, as an ACL has them; those of this connection left out.
    func commandsSent() async throws -> Set<String> {
        let own = ["info", "config|resetstat", "acl|setuser", "acl|log", "auth", "hello"]
        return Set(try await commandCounts().keys).subtracting(own)
    }
}

/// What the entries of an `ACL LOG` were about: a command, key or channel each.
func refusedObjects(_ log: RedisReply) -> [String] {
    (log.array.map { Array($0) } ?? []).map { entry in
        let fields = (entry.array.map { Array($0) } ?? []).map { $0.string ?? "" }
        return fields.firstIndex(of: "object").map { fields[$0 + 1] } ?? "\(fields)"
    }
}
