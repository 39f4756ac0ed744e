/// A node of a cluster, as the others know it.
public struct ClusterMember: Sendable, Hashable {
    /// Where it is.
    public let endpoint: RedisEndpoint
    /// Whether it is a replica of another one.
    public var isReplica = false
    /// Whether it has slots.
    public var hasSlots = false
    /// Whether the others take it for failed.
    public var hasFailed = false
    /// Why ``RedisConnection/connect()`` could not connect to it.
    public var absence: RedisError?

    /// What `CLUSTER NODES` says of the nodes; those whose address nobody knows are left out.
    ///
    /// - Parameters:
    ///   - text: The reply.
    ///   - host: Whom it came from: a node without an address is there.
    ///   - known: Where nodes are connected to: one that has an address and a name is taken by that of the two.
    /// - Returns: The nodes, in the order of the reply.
    static func list(_ text: String, from host: String, known: [RedisEndpoint]) -> [ClusterMember] {
        text.split(whereSeparator: \.isNewline).compactMap { line in
            // id ip:port@bus[,name] flags primary pinged ponged epoch link slot…
            let words = line.split(separator: " ")
            guard words.count >= 8 else { return nil }
            let flags = words[2].split(separator: ",")
            let names = words[1].split(separator: ",", maxSplits: 2, omittingEmptySubsequences: false)
            let address = names[0].prefix { $0 != "@" }
            guard !flags.contains("noaddr"), !flags.contains("handshake"), let colon = address.lastIndex(of: ":"),
                let port = Int(address[address.index(after: colon)...])
            else { return nil }
            let hosts =
                [String(address[..<colon])] + names.dropFirst().prefix(1).filter { !$0.isEmpty }.map(String.init)
            let endpoints = hosts.compactMap { RedisEndpoint(announced: $0, port: port, by: host) }
            guard let endpoint = endpoints.first(where: known.contains) ?? endpoints.first else { return nil }
            return ClusterMember(
                endpoint: endpoint, isReplica: flags.contains("slave"),
                hasSlots: words.dropFirst(8).contains { !$0.hasPrefix("[") }, hasFailed: flags.contains("fail"))
        }
    }
}

extension RedisConnection {
    /// All nodes of the cluster, replicas and those that are not there too; none where there is no cluster. Where
    /// `CLUSTER NODES` is refused, those of which something is known otherwise.
    ///
    /// - Throws: What the connection died of.
    public nonisolated(nonsending) func members() async throws(RedisError) -> [ClusterMember] {
        guard let cluster, let host = cluster.candidates().first?.host else { return [] }
        let reply = try await send([RedisCommand("CLUSTER", "NODES")])[0]
        let topology = cluster.topology
        let known = topology.primaries.map(\.endpoint) + topology.endpoints
        var members = reply.string.map { ClusterMember.list($0, from: host, known: known) } ?? []
        if members.isEmpty {
            var seen: Set<RedisEndpoint> = []
            members = known.filter { seen.insert($0).inserted }.map { endpoint in
                let hasSlots = topology.nodes.contains(endpoint)
                return ClusterMember(endpoint: endpoint, isReplica: !hasSlots, hasSlots: hasSlots)
            }
        }
        let missing = cluster.missing
        for place in members.indices { members[place].absence = missing[members[place].endpoint] }
        return members.sorted {
            ($0.isReplica ? 1 : 0, $0.endpoint.description) < ($1.isReplica ? 1 : 0, $1.endpoint.description)
        }
    }
}
