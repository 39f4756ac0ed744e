import RedisClient

/// Looks at a server, or every node of a cluster, as a viewer or a worker would use it, and says what works and what does not. It writes nothing.
public struct Doctor: Sendable {
    /// How often the server is asked how soon it answers.
    private static let pings = 20

    private let configuration: RedisConfiguration
    private let keys: JobKeys
    private let role: AccessRole
    private let user: String?
    private let samples: Int
    private let scans: Bool

    /// A doctor.
    ///
    /// - Parameters:
    ///   - configuration: where Redis is.
    ///   - keys: the names of the keys.
    ///   - role: whom it is judged for.
    ///   - user: another user whose rights are asked for, by `ACL DRYRUN`; those of the connection's own unless given.
    ///   - samples: how many jobs are looked into.
    ///   - scans: whether all keys are looked through.
    public init(
        _ configuration: RedisConfiguration, keys: JobKeys = JobKeys(), role: AccessRole = .viewer, user: String? = nil,
        samples: Int = 1_000, scans: Bool = true
    ) {
        self.configuration = configuration
        self.keys = keys
        self.role = role
        self.user = user
        self.samples = samples
        self.scans = scans
    }

    /// Looks.
    ///
    /// - Throws: why the server, or every node of a cluster, cannot be reached, or refuses the connection.
    public func examine() async throws(RedisError) -> Diagnosis {
        let connection = RedisConnection(configuration)
        try await connection.connect()
        var nodes: [NodeReport] = []
        for member in try await connection.members() { nodes.append(await examine(member)) }
        let report = nodes.isEmpty ? try await examine(configuration) : try ServerReport.merged(nodes)
        let jobs = try await KeySurvey(connection: connection, keys: keys, samples: samples, scans: scans).take()
        await connection.disconnect()
        return Diagnosis(url: configuration.url, role: role, report: report, nodes: nodes, jobs: jobs)
    }

    private func examine(_ member: ClusterMember) async -> NodeReport {
        // To try one that did not answer is to wait.
        if let absence = member.absence { return NodeReport(member: member, outcome: .failure(absence)) }
        do throws(RedisError) {
            return NodeReport(member: member, outcome: .success(try await examine(configuration.node(member.endpoint))))
        } catch {
            return NodeReport(member: member, outcome: .failure(error))
        }
    }

    /// Looks at one server.
    private func examine(_ configuration: RedisConfiguration) async throws(RedisError) -> ServerReport {
        let connection = RedisConnection(configuration)
        let latency = try await latency(over: connection)
        let answers = try await connection.send([
            RedisCommand("HELLO"), RedisCommand("INFO"), RedisCommand("ACL", "WHOAMI"),
        ])
        let server = ServerProfile(hello: answers[0], info: answers[1])
        let skew = try await clockSkew(over: connection)
        await connection.disconnect()
        let access = try await AccessCheck.find(
            over: RedisConnection(configuration), keys: keys, version: server.redisMajor, user: user)
        return ServerReport(
            server: server, user: answers[2].string.map(RedisError.printable) ?? configuration.user, latency: latency,
            clockSkew: skew, access: access)
    }

    private func latency(over connection: RedisConnection) async throws(RedisError) -> ServerReport.Latency {
        try await connection.connect()
        var times: [Duration] = []
        for _ in 0..<Self.pings {
            let (start, waited) = (ContinuousClock.now, connection.waited)
            _ = try await connection.send([RedisCommand("PING")])
            // What a ceiling held back is no latency.
            times.append(.now - start - (connection.waited - waited))
        }
        times.sort()
        return ServerReport.Latency(
            median: times[times.count / 2], worst: times[times.count - 1], count: times.count)
    }

    private func clockSkew(over connection: RedisConnection) async throws(RedisError) -> Int64? {
        let sentAt = Timestamp.now()
        let reply = try await connection.send([RedisCommand("TIME")])[0]
        return ClockSkew.of(reply, sentAt: sentAt, receivedAt: Timestamp.now())
    }
}
