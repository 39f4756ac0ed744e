import Foundation
import RedisClient

/// A private Redis Cluster on free ports of 127.0.0.1: primaries that share the slots evenly, and a replica of each.
///
/// Nodes fail over by themselves only where they are told after which time; else ``promote(_:)`` does it, so that a busy
/// machine does not.
public final class RedisCluster: Sendable {
    /// How many primaries there are.
    public static let size = 3
    /// Far longer than any test.
    private static let never = 600_000

    /// The servers: the primaries, then their replicas in the same order.
    public let servers: [RedisServer]
    /// The ports with TLS of the servers, where they have one.
    private let tlsPorts: [Int]
    private let connections: [RedisConnection]

    /// Starts the servers, makes a cluster of them and waits until it serves.
    ///
    /// - Parameters:
    ///   - hasReplicas: Whether each primary has a replica.
    ///   - isTLS: Whether the nodes tell each other, and clients over TLS, of their ports with TLS.
    ///   - nodeTimeout: After how many ms of silence a node counts as failed and its replica takes its place.
    ///   - arguments: Further arguments of every server.
    /// - Throws: `RedisServer.Failure`, or that the nodes do not find each other.
    public init(
        hasReplicas: Bool = false, isTLS: Bool = false, nodeTimeout: Int? = nil, arguments: [String] = []
    ) async throws {
        let count = hasReplicas ? 2 * Self.size : Self.size
        let tlsPorts = isTLS ? try (0..<count).map { _ in try RedisServer.freePort() } : []
        servers = try (0..<count).map { place in
            let tls = isTLS ? TLSServer.arguments(port: tlsPorts[place]) + ["--tls-cluster", "yes"] : []
            return try Self.server(
                ["--cluster-node-timeout", "\(nodeTimeout ?? Self.never)"] + tls + arguments)
        }
        self.tlsPorts = tlsPorts
        connections = servers.map { RedisConnection(RedisConfiguration(url: $0.tcpURL ?? $0.url)) }
        try await join()
    }

    /// The port of the cluster's bus must be free, too.
    private static func server(_ arguments: [String]) throws -> RedisServer {
        var attempts = 0
        while true {
            do {
                return try RedisServer(
                    arguments: [
                        "--cluster-enabled", "yes", "--cluster-config-file", "nodes.conf",
                        "--cluster-port", "\(try RedisServer.freePort())", "--repl-diskless-sync-delay", "0",
                    ] + arguments, tcp: true)
            } catch let failure as RedisServer.Failure {
                // Another process may have taken the port meanwhile.
                attempts += 1
                if attempts == 5 { throw failure }
            }
        }
    }

    /// The cluster's URL, which names all primaries.
    public var urlText: String { urlText(naming: 0..<Self.size) }

    /// The URL that names some of the servers.
    public func urlText(naming places: some Sequence<Int>) -> String {
        let ports = places.map { tlsPorts.isEmpty ? servers[$0].port ?? 0 : tlsPorts[$0] }
        return "\(tlsPorts.isEmpty ? "redis" : "rediss")+cluster://"
            + ports.map { "127.0.0.1:\($0)" }.joined(separator: ",")
    }

    /// Sends a command to one server, whatever its keys.
    @discardableResult
    public func send(_ command: RedisCommand, to place: Int) async throws -> RedisReply {
        let url = servers[place].tcpURL ?? servers[place].url
        return try await connections[place].send([command], to: url)[0].get()
    }

    /// The server's id in the cluster.
    public func id(of place: Int) async throws -> String {
        try await send(RedisCommand("CLUSTER", "MYID"), to: place).string ?? ""
    }

    /// The slot of a key.
    public func slot(of key: String) async throws -> Int {
        try await send(RedisCommand("CLUSTER", "KEYSLOT", .text(key)), to: 0).integer ?? 0
    }

    /// Which of the primaries as they were at the start has the slot of a key.
    public func home(of key: String) async throws -> Int {
        try await slot(of: key) / Self.share
    }

    /// The first name of a kind whose key is on a primary as they were at the start.
    public func name(on place: Int, _ key: (Int) -> (name: String, key: String)) async throws -> String {
        var number = 0
        while true {
            let candidate = key(number)
            if try await home(of: candidate.key) == place { return candidate.name }
            number += 1
        }
    }

    /// Begins to move a slot: keys that are not there any more are to be asked for at the other node.
    public func beginMoving(_ slot: Int, from source: Int, to target: Int) async throws {
        let (sourceID, targetID) = (try await id(of: source), try await id(of: target))
        try await send(
            RedisCommand("CLUSTER", "SETSLOT", .integer(slot), "IMPORTING", .text(sourceID)), to: target)
        try await send(
            RedisCommand("CLUSTER", "SETSLOT", .integer(slot), "MIGRATING", .text(targetID)), to: source)
    }

    /// Moves the slot's keys.
    public func moveKeys(of slot: Int, from source: Int, to target: Int) async throws {
        let port = servers[target].port ?? 0
        while true {
            let found = try await send(
                RedisCommand("CLUSTER", "GETKEYSINSLOT", .integer(slot), 100), to: source)
            let keys = found.mapStrings { RedisArgument.bytes(Array($0)) }
            if keys.isEmpty { return }
            try await send(
                RedisCommand(
                    "MIGRATE",
                    arguments: ["127.0.0.1", .integer(port), "", 0, 20_000, "KEYS"] + keys), to: source)
        }
    }

    /// Says that the slot has moved.
    public func endMoving(_ slot: Int, from source: Int, to target: Int) async throws {
        let command = RedisCommand("CLUSTER", "SETSLOT", .integer(slot), "NODE", .text(try await id(of: target)))
        for place in [target, source] { try await send(command, to: place) }
    }

    /// Moves a slot with its keys.
    public func move(_ slot: Int, from source: Int, to target: Int) async throws {
        try await beginMoving(slot, from: source, to: target)
        try await moveKeys(of: slot, from: source, to: target)
        try await endMoving(slot, from: source, to: target)
    }

    /// Makes the replica of a primary take its place, whatever the others say; waits until all that run know.
    public func promote(_ primary: Int) async throws {
        let replica = primary + Self.size
        try await send(RedisCommand("CLUSTER", "FAILOVER", "TAKEOVER"), to: replica)
        let id = try await id(of: replica)
        for place in servers.indices where servers[place].isRunning {
            try await eventually("the new primary, as server \(place) sees it") {
                let nodes = try await send(RedisCommand("CLUSTER", "NODES"), to: place).string ?? ""
                let line = nodes.split(separator: "\n").first { $0.hasPrefix(id) } ?? ""
                return line.contains("master") && line.split(separator: " ").count > 8
            }
        }
    }

    /// Kills a primary once its replica has all that it has answered, and lets the replica take its place. What it was
    /// sent last is neither carried out nor answered.
    public func failOver(_ primary: Int, meanwhile: () async throws -> Void = {}) async throws {
        try await send(RedisCommand("CLIENT", "PAUSE", 600_000, "WRITE"), to: primary)
        try await eventually("that the replica has all") {
            let text = try await send(RedisCommand("INFO", "replication"), to: primary).string ?? ""
            let fields = text.split(whereSeparator: \.isNewline)
            let offset = fields.first { $0.hasPrefix("master_repl_offset:") }?.split(separator: ":").last
            return fields.contains { $0.hasPrefix("slave0:") && $0.contains("offset=\(offset ?? "-"),") }
        }
        servers[primary].kill()
        try await meanwhile()
        try await promote(primary)
    }

    /// How often the servers refused a command in this way, such as `MOVED`, since they were started.
    public func refusals(_ word: String) async throws -> Int {
        var count = 0
        for place in servers.indices where servers[place].isRunning {
            let text = try await send(RedisCommand("INFO", "errorstats"), to: place).string ?? ""
            for line in text.split(whereSeparator: \.isNewline) where line.hasPrefix("errorstat_\(word):count=") {
                count += line.split(separator: "=").last.flatMap { Int($0) } ?? 0
            }
        }
        return count
    }

    // MARK: - Making it

    private static let share = 16_384 / size + 1

    private func join() async throws {
        for place in servers.indices {
            try await send(RedisCommand("CLUSTER", "SET-CONFIG-EPOCH", .integer(place + 1)), to: place)
            guard place < Self.size else { continue }
            let first = place * Self.share
            try await send(
                RedisCommand(
                    "CLUSTER", "ADDSLOTSRANGE", .integer(first), .integer(min(first + Self.share, 16_384) - 1)),
                to: place)
        }
        for place in servers.indices.dropFirst() {
            let port = tlsPorts.isEmpty ? servers[place].port ?? 0 : tlsPorts[place]
            let bus = try await send(RedisCommand("CONFIG", "GET", "cluster-port"), to: place).array?[1].string ?? ""
            try await send(
                RedisCommand("CLUSTER", "MEET", "127.0.0.1", .integer(port), .text(bus)), to: 0)
        }
        try await awaitLine("cluster_known_nodes:\(servers.count)\r")
        for place in servers.indices.dropFirst(Self.size) {
            let primary = try await id(of: place - Self.size)
            try await eventually("that replica \(place) knows its primary") {
                (try? await send(RedisCommand("CLUSTER", "REPLICATE", .text(primary)), to: place)) != nil
            }
            try await eventually("that replica \(place) has its primary's data") {
                let text = try await send(RedisCommand("INFO", "replication"), to: place).string ?? ""
                return text.contains("master_link_status:up")
            }
        }
        try await awaitLine("cluster_state:ok\r")
        try await awaitLine("cluster_slots_ok:16384\r")
    }

    private func awaitLine(_ line: String) async throws {
        for place in servers.indices {
            try await eventually("\(line) at server \(place)") {
                try await send(RedisCommand("CLUSTER", "INFO"), to: place).string?.contains(line) == true
            }
        }
    }
}
