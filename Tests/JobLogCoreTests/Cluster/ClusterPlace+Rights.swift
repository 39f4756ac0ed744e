import RedisClient
import TestSupport

@testable import JobLogCore

extension ClusterPlace {
    /// Sends a command to each of the servers, whatever its keys.
    @discardableResult
    func atEach(_ command: RedisCommand) async throws -> [RedisReply] {
        var replies: [RedisReply] = []
        for server in cluster.servers.indices { replies.append(try await cluster.send(command, to: server)) }
        return replies
    }

    /// Makes the user of a role with the rules that are printed for it, less one of their words, at all nodes or some,
    /// and gives how to connect as them.
    func user(
        _ role: AccessRole, without word: String? = nil, at servers: [Int]? = nil
    ) async throws -> RedisConfiguration {
        var configuration = try configuration("joblog-\(role.rawValue)")
        let words = AccessRules(role, url: configuration.url).words().filter {
            word == nil || !$0.elementsEqual((word ?? "").utf8)
        }
        for server in servers ?? Array(cluster.servers.indices) {
            try await cluster.send(
                RedisCommand("ACL", arguments: ["SETUSER", .text(role.rawValue)] + words.map { .bytes($0) }), to: server
            )
        }
        (configuration.user, configuration.password) = (role.rawValue, RedisPassword("CHANGE-ME"))
        // A node that takes its time on a busy machine is not missing.
        (configuration.connectTimeout, configuration.commandTimeout) = (.seconds(30), .seconds(30))
        return configuration
    }

    /// What the servers have refused since they were asked last: a command, key or channel each.
    func refusals() async throws -> [String] {
        let logs = try await atEach(RedisCommand("ACL", "LOG"))
        try await atEach(RedisCommand("ACL", "LOG", "RESET"))
        return logs.flatMap(refusedObjects)
    }

    /// The commands that were carried out since the count began, as an ACL has them; those of the tests left out.
    func commandsSent() async throws -> Set<String> {
        let own = [
            "info", "config|resetstat", "acl|setuser", "acl|log", "auth", "hello", "cluster|keyslot", "cluster|myid",
        ]
        let texts = try await atEach(RedisCommand("INFO", "commandstats"))
        return Set(texts.flatMap { commandCounts($0.string ?? "").keys }).subtracting(own)
    }
}
