import RedisClient
import TestSupport
import Testing

@testable import JobLogCore

/// What a doctor says of real servers, and that it leaves them as they are.
@Suite(.inTurn) struct DoctorTests {
    private let redis: PrivateRedis

    init() throws { redis = try PrivateRedis() }

    private func texts(_ diagnosis: Diagnosis, problems: Bool) -> [String] {
        diagnosis.findings.filter { $0.isProblem == problems }.map(\.text)
    }

    @Test func aFreshServerIsWell() async throws {
        let diagnosis = try await Doctor(redis.configuration, role: .worker).examine()
        #expect(diagnosis.isWell && diagnosis.findings.isEmpty, "\(diagnosis.findings)")
        #expect(diagnosis.report.server.product == "Redis" && diagnosis.report.server.major == 7)
        #expect(diagnosis.report.server.mode == "standalone" && diagnosis.report.server.role == "primary")
        #expect(diagnosis.report.user == "default")
        #expect(
            diagnosis.report.latency.count == 20 && diagnosis.report.latency.median <= diagnosis.report.latency.worst)
        #expect(abs(try #require(diagnosis.report.clockSkew)) < 60_000)
        #expect(diagnosis.report.access.way == .rehearsal)
        #expect(AccessRole.allCases.allSatisfy { diagnosis.report.access.missing($0, at: redis.url(5)).isEmpty })
    }

    @Test(arguments: AccessRole.allCases) func theRulesOfARoleAreEnoughForIt(_ role: AccessRole) async throws {
        let publisher = JobPublisher(connection: redis.connection(), console: { _ in })
        try await publisher.created(JobID("job"), user: "u")
        let configuration = try await redis.user(role)
        let diagnosis = try await Doctor(configuration, role: role).examine()
        #expect(diagnosis.isWell, "\(diagnosis.findings)")
        #expect(diagnosis.report.user == role.rawValue)
        #expect(diagnosis.report.server.version?.hasPrefix("7.") == true, "HELLO tells it")
        #expect(texts(diagnosis, problems: false).contains { $0.hasPrefix("INFO is refused") })
        // Workers may not look for jobs.
        #expect(diagnosis.jobs.jobs == (role == .worker ? 0 : 1))
        #expect(diagnosis.report.access.unknown(role).isEmpty)
        if role == .readOnly {
            #expect(texts(diagnosis, problems: false).contains { $0.contains("TTL is refused") })
            #expect(try await !Doctor(configuration, role: .viewer).examine().isWell)
        }
        await publisher.close()
    }

    @Test func aServerWhoseMemoryIsFullIsToldOf() async throws {
        try await redis.call("CONFIG", "SET", "maxmemory-policy", "noeviction")
        try await redis.call("CONFIG", "SET", "maxmemory", "1")
        let diagnosis = try await Doctor(redis.configuration, role: .viewer).examine()
        #expect(!diagnosis.isWell)
        #expect(texts(diagnosis, problems: true).contains { $0.hasPrefix("the server is full: what workers write") })
        try await redis.call("CONFIG", "SET", "maxmemory", "0")
        #expect(try await Doctor(redis.configuration, role: .viewer).examine().isWell)
    }

    @Test func itWritesNothing() async throws {
        func changes() async throws -> String? {
            let info = try await redis.text("INFO", "persistence") ?? ""
            return info.split(whereSeparator: \.isNewline).first { $0.hasPrefix("rdb_changes_since") }.map(String.init)
        }
        let publisher = JobPublisher(connection: redis.connection(), console: { _ in })
        try await publisher.created(JobID("job"), user: "u")
        await publisher.close()
        let (before, size) = (try await changes(), try await redis.number("DBSIZE"))
        try await redis.call("CONFIG", "RESETSTAT")
        for rules in [["+@all"], ["+@all", "-multi"], ["+@all", "-multi", "-exec", "-discard", "-eval"]] {
            let configuration = try await redis.user(
                "u", (["reset", "on", ">CHANGE-ME", "~*", "&*"] + rules).map { Array($0.utf8) })
            let diagnosis = try await Doctor(configuration).examine()
            #expect(diagnosis.report.access.way == (rules.count == 1 ? .rehearsal : .trial))
        }
        #expect(try await changes() == before)
        #expect(try await redis.number("DBSIZE") == size)
        let counts = try await redis.commandCounts()
        #expect(counts["publish"] == nil && counts["rpush"] == nil)
    }

    @Test func whereNothingCanBeRehearsedWhatIsHarmlessIsTried() async throws {
        let configuration = try await redis.user(
            "u",
            ["reset", "on", ">CHANGE-ME", "~*", "&job:event:*", "+@all", "-multi", "-psubscribe", "-scan"].map {
                Array($0.utf8)
            })
        let diagnosis = try await Doctor(configuration, role: .readOnly).examine()
        #expect(diagnosis.report.access.way == .trial)
        let missing = diagnosis.report.access.missing(.readOnly, at: redis.server.url).map(\.right.title)
        #expect(Set(missing) == ["MULTI", "SCAN", "PSUBSCRIBE", "SUBSCRIBE"])
        #expect(diagnosis.report.access.unknown(.readOnly).isEmpty)
        #expect(diagnosis.report.access.unknown(.worker).isEmpty, "a script tells of what would write")
        let unscripted = try await redis.user(
            "u", ["reset", "on", ">CHANGE-ME", "~*", "&*", "+@all", "-multi", "-eval", "-set"].map { Array($0.utf8) })
        let other = try await Doctor(unscripted, role: .worker).examine()
        #expect(other.report.access.unknown(.worker).map(\.title) == ["PUBLISH", "RPUSH"])
        #expect(
            other.report.access.missing(.worker, at: redis.server.url).filter {
                $0.right.use(of: .worker)?.isExtra == false
            }
            .map(\.right.title) == ["EVAL", "SET"])
        #expect(
            texts(diagnosis, problems: false).contains { $0.hasPrefix("not all jobs are known: SCAN is not allowed") })
    }

    @Test func anotherUserIsAskedFor() async throws {
        _ = try await redis.user(.worker, without: "+rpush")
        let diagnosis = try await Doctor(redis.configuration, role: .worker, user: "worker").examine()
        #expect(diagnosis.report.access.way == .dryRun(user: "worker"))
        #expect(texts(diagnosis, problems: true).map { String($0.prefix(17)) } == ["RPUSH is refused:"])
        await #expect(throws: RedisError.self) {
            _ = try await Doctor(redis.configuration, user: "nobody").examine()
        }
        let poor = try await redis.user(.viewer)
        await #expect {
            _ = try await Doctor(poor, user: "worker").examine()
        } throws: { "\($0)".hasPrefix("ACL DRYRUN is not allowed") }
    }

    @Test func renamedCommandsAreMissed() async throws {
        let old = try PrivateRedis(
            arguments: ["EVAL", "MULTI", "CLIENT", "HELLO", "ACL"].flatMap { ["--rename-command", $0, "x-\($0)"] })
        let diagnosis = try await Doctor(old.configuration, role: .readOnly).examine()
        #expect(diagnosis.isWell)
        let missing = Set(diagnosis.report.access.missing(.readOnly, at: redis.server.url).map(\.right.title))
        #expect(missing == ["MULTI", "CLIENT SETNAME", "CLIENT ID", "CLIENT TRACKING"])
        #expect(diagnosis.report.user == nil)
    }

    @Test func aReplicaAndEvictionAreSaid() async throws {
        let replica = try PrivateRedis(
            arguments: ["--replicaof", "127.0.0.1", "1", "--maxmemory", "50mb", "--maxmemory-policy", "allkeys-lru"])
        let diagnosis = try await Doctor(replica.configuration).examine()
        #expect(diagnosis.report.server.role == "replica")
        let problems = texts(diagnosis, problems: true)
        #expect(problems.contains { $0.hasPrefix("this is a replica") })
        #expect(problems.contains { $0.contains("lost its primary") })
        #expect(texts(diagnosis, problems: false).contains { $0.contains("allkeys-lru") })
    }

    @Test func itKeepsToTheCeiling() async throws {
        for number in 0..<20 { try await redis.call("RPUSH", .text("job:logs:\(number)"), "{}") }
        var configuration = redis.configuration
        configuration.traffic = RedisTraffic(limit: 500)
        let diagnosis = try await Doctor(configuration).examine()
        #expect(diagnosis.jobs.examined == 20)
    }
}
