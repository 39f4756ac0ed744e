import Foundation
import RedisClient
import TestSupport
import Testing

@testable import JobLogCore

/// What a doctor says of a cluster: of three primaries, and a replica of each.
@Suite(.inTurn) struct ClusterDoctorTests {
    private let place: ClusterPlace

    init() async throws {
        place = try await ClusterPlace(hasReplicas: true, arguments: ["--cluster-require-full-coverage", "no"])
    }

    private func name(_ server: Int) -> String { "127.0.0.1:\(place.cluster.servers[server].port ?? 0)" }

    private func texts(_ diagnosis: Diagnosis, problems: Bool) -> [String] {
        diagnosis.findings.filter { $0.isProblem == problems }.map(\.text)
    }

    /// What a node that answers nobody is, the others know after a while only.
    private func untilReplicasAreKnown() async throws {
        try await eventually("that all nodes know the replicas") {
            try await place.atEach(RedisCommand("CLUSTER", "NODES")).allSatisfy {
                $0.string?.components(separatedBy: "slave").count == 4
            }
        }
    }

    /// A job with a log on each of the primaries.
    private func prepare() async throws -> [JobID] {
        let ids = try await place.jobs("job")
        for id in ids {
            try await place.say("here", to: id)
            _ = try await place.client.send(RedisCommand("EXPIRE", .key(JobKeys().logs(id)), 600))
        }
        return ids
    }

    @Test func aFreshClusterIsWellHoweverItIsNamed() async throws {
        _ = try await prepare()
        let one = RedisConfiguration(url: try #require(place.cluster.servers[4].tcpURL))
        for configuration in [try place.configuration(), one] {
            let diagnosis = try await Doctor(configuration, role: .worker).examine()
            #expect(diagnosis.isWell && diagnosis.findings.isEmpty, "\(diagnosis.findings)")
            #expect(diagnosis.report.server.mode == "cluster" && diagnosis.report.server.role == nil)
            #expect(diagnosis.report.server.major == 7 && diagnosis.report.user == "default")
            #expect(diagnosis.nodes.count == 6 && diagnosis.nodes.count(where: \.isReplica) == 3)
            #expect(Set(diagnosis.nodes.map(\.member.endpoint.description)) == Set((0..<6).map(name)))
            #expect(diagnosis.nodes.allSatisfy { $0.isReplica != $0.member.hasSlots && $0.problem == nil })
            #expect(diagnosis.jobs.jobs == 3 && diagnosis.jobs.examined == 3 && diagnosis.jobs.isComplete)
            let used = diagnosis.nodes.filter(\.hasKeys).compactMap { $0.report?.server.usedMemory }.reduce(0, +)
            #expect(diagnosis.report.server.usedMemory == used && used > 0)
            let slowest = diagnosis.nodes.filter(\.hasKeys).compactMap { $0.report?.latency.median }.max()
            #expect(diagnosis.report.latency.median == slowest)
        }
    }

    @Test(arguments: AccessRole.allCases) func theRulesOfARoleAreEnoughForIt(_ role: AccessRole) async throws {
        _ = try await prepare()
        let configuration = try await place.user(role)
        let diagnosis = try await Doctor(configuration, role: role).examine()
        #expect(diagnosis.isWell, "\(diagnosis.findings)")
        #expect(diagnosis.missing(role).allSatisfy { $0.right.use(of: role)?.isExtra == true })
        #expect(diagnosis.report.user == role.rawValue)
        // CLUSTER NODES is in no rules: of replicas only those are known that have their primary's data.
        #expect(diagnosis.nodes.count { !$0.isReplica } == 3)
        #expect(diagnosis.jobs.jobs == (role == .worker ? 0 : 3))
        let asked = try await Doctor(place.configuration(), role: role, user: role.rawValue).examine()
        #expect(asked.isWell && asked.report.access.way == .dryRun(user: role.rawValue), "\(asked.findings)")
    }

    @Test func whoIsNotKnownAtOneNodeIsTold() async throws {
        var configuration = try place.configuration()
        (configuration.user, configuration.password) = ("someone", RedisPassword("CHANGE-ME"))
        let words = ["SETUSER", "someone", "reset", "on", ">CHANGE-ME", "~*", "&*", "+@all"]
        for server in 0..<5 {
            try await place.cluster.send(RedisCommand("ACL", arguments: words.map { .text($0) }), to: server)
        }
        try await untilReplicasAreKnown()
        let diagnosis = try await Doctor(configuration).examine()
        #expect(diagnosis.isWell, "a replica has no keys to read")
        let said =
            "the replica \(name(5)) refuses this user, it cannot take over from its primary: Redis refused the user"
        #expect(texts(diagnosis, problems: false).count { $0.hasPrefix(said) } == 1)
        try await place.cluster.send(RedisCommand("ACL", "DELUSER", "someone"), to: 2)
        let other = try await Doctor(configuration).examine()
        #expect(
            texts(other, problems: true).contains { $0.hasPrefix("the node \(name(2)) refuses this user, the jobs") })
    }

    @Test func nodesThatAreMissingAreNamedAndTheRestIsLookedAt() async throws {
        let ids = try await prepare()
        _ = try await place.client.send(RedisCommand("SET", .key(JobKeys().logs(JobID("wrong"))), "x"))
        let wrong = try await place.cluster.home(of: "job:logs:wrong")
        let dead = (wrong + 1) % RedisCluster.size
        try await untilReplicasAreKnown()
        place.cluster.servers[dead].kill()
        place.cluster.servers[wrong + RedisCluster.size].kill()
        let diagnosis = try await Doctor(place.configuration()).examine()
        #expect(!diagnosis.isWell && diagnosis.nodes.count { $0.report == nil } == 2)
        let problems = texts(diagnosis, problems: true)
        #expect(
            problems.contains { $0.hasPrefix("the node \(name(dead)) cannot be reached, the jobs there are missing:") })
        #expect(problems.contains { $0.hasPrefix("1 key holds another type of value") })
        let others = texts(diagnosis, problems: false)
        #expect(
            others.contains {
                $0.hasPrefix(
                    "the replica \(name(wrong + RedisCluster.size)) cannot be reached, it cannot take over from its primary:"
                )
            })
        #expect(
            others.contains {
                $0.hasPrefix("not all jobs are known: ") && $0.contains("\(name(dead)) cannot be reached")
            })
        #expect(others.contains { $0.hasPrefix("the replica \(name(dead + RedisCluster.size)) has lost its primary") })
        #expect(
            diagnosis.jobs.jobs == ids.count && !diagnosis.jobs.isComplete, "two of three, and the one that is wrong")
        for server in place.cluster.servers { server.kill() }
        await #expect(throws: RedisError.self) { try await Doctor(place.configuration()).examine() }
    }

    @Test func aFrozenNodeIsNamed() async throws {
        _ = try await prepare()
        var configuration = try place.configuration()
        configuration.connectTimeout = .milliseconds(500)
        configuration.commandTimeout = .milliseconds(500)
        place.cluster.servers[0].suspend()
        let diagnosis = try await Doctor(configuration).examine()
        place.cluster.servers[0].resume()
        #expect(
            texts(diagnosis, problems: true).contains { $0.hasPrefix("the node \(name(0)) does not answer, the jobs") })
        #expect(diagnosis.jobs.jobs == 2)
    }

    @Test func whatANodeGivesUpIsToldOfIt() async throws {
        try await place.cluster.send(RedisCommand("CONFIG", "SET", "maxmemory-policy", "allkeys-lru"), to: 2)
        try await place.cluster.send(RedisCommand("CONFIG", "SET", "maxmemory", "50mb"), to: 2)
        let diagnosis = try await Doctor(place.configuration()).examine()
        #expect(texts(diagnosis, problems: false).contains { $0.contains("maxmemory-policy allkeys-lru") })
        #expect(diagnosis.report.server.memoryLimit == 0, "two of the nodes have no limit")
    }
}
