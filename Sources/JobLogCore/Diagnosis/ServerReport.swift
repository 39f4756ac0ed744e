import RedisClient

/// What a doctor has found out about a server and its user.
public struct ServerReport: Sendable {
    /// How long the server took to answer.
    public struct Latency: Sendable {
        /// The middle of all answers.
        public let median: Duration
        /// The slowest.
        public let worst: Duration
        /// How often it was asked.
        public let count: Int
    }

    /// What the server tells of itself.
    public var server: ServerProfile
    /// The name of the user; nil where the server does not tell.
    public var user: String?
    /// How long it took to answer.
    public var latency: Latency
    /// How far this machine's clock is ahead of the server's, in ms; nil where the server does not tell.
    public var clockSkew: Int64?
    /// What the user may do.
    public var access: AccessCheck

    /// What the nodes of a cluster come to, by the worst of them; all that answered count for the rights of a user, which a
    /// replica must know too before it takes over, and those that have keys for all else.
    ///
    /// - Throws: Why none of them has answered.
    static func merged(_ nodes: [NodeReport]) throws(RedisError) -> ServerReport {
        let answered = nodes.compactMap { node in node.report.map { (node: node, report: $0) } }
        guard var merged = (answered.first { $0.node.hasKeys } ?? answered.first)?.report,
            let access = AccessCheck.merged(answered.map { ($0.node.member.endpoint, $0.report.access) })
        else {
            throw nodes.lazy.compactMap(\.problem).first
                ?? RedisError(code: .clusterDown, message: "No node of the cluster can be asked.")
        }
        merged.access = access
        let serving = answered.filter(\.node.hasKeys).map(\.report)
        merged.server = .merged(serving.map(\.server)) ?? merged.server
        merged.latency = serving.map(\.latency).max { $0.median < $1.median } ?? merged.latency
        merged.clockSkew = serving.compactMap(\.clockSkew).max { abs($0) < abs($1) }
        return merged
    }
}

/// A node of a cluster, and what a doctor has found out about it.
public struct NodeReport: Sendable {
    /// Which one it is.
    public let member: ClusterMember
    let outcome: Result<ServerReport, RedisError>

    /// What was found out; nil where it could not be asked.
    public var report: ServerReport? { try? outcome.get() }

    /// Why it could not be asked.
    public var problem: RedisError? {
        if case .failure(let error) = outcome { error } else { nil }
    }

    /// Whether it is a replica: by what it says itself, which the others may not have heard yet.
    public var isReplica: Bool { report?.server.role.map { $0 == "replica" } ?? member.isReplica }

    /// Whether keys are read from and written to it.
    public var hasKeys: Bool { !isReplica && member.hasSlots }
}
