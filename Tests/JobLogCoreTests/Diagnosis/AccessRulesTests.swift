import RedisClient
import TestSupport
import Testing

@testable import JobLogCore

/// The printed rules are enough for their roles, and nothing in them is too much: what is sent is what they allow.
@Suite(.inTurn) struct AccessRulesTests {
    private let redis: PrivateRedis
    private let keys = JobKeys()

    init() throws { redis = try PrivateRedis() }

    /// What was sent and refused while `body` acted as a role.
    private func expectExactly(
        _ role: AccessRole, besides others: Set<String> = [], _ body: (RedisConfiguration) async throws -> Void
    ) async throws {
        let configuration = try await redis.user(role)
        try await redis.call("CONFIG", "RESETSTAT")
        try await body(configuration)
        let sent = try await redis.commandsSent().subtracting(others)
        #expect(try await redis.refusals() == [])
        let allowed = Set(AccessRules(role).commands.map { String($0.dropFirst()) })
        #expect(sent.subtracting(allowed) == [], "sent and not in the rules")
        #expect(allowed.subtracting(sent) == [], "in the rules and not sent")
    }

    private func duties() -> RoleDuties {
        RoleDuties(outside: redis.client) { [try await redis.text("CLIENT", "LIST") ?? ""] }
    }

    // MARK: - Those who look

    @Test func aReadOnlyViewerSendsWhatItsRulesAllow() async throws {
        let duties = duties()
        try await duties.prepareLooking()
        try await expectExactly(.readOnly, besides: ["publish", "client|list"]) { try await duties.look($0) }
    }

    @Test func aPrefixAndADatabaseAreInTheRules() async throws {
        let keys = JobKeys(prefix: "st*ge 1:")
        let configuration = try await redis.user(.worker, keys: keys, database: 3)
        let publisher = JobPublisher(connection: RedisConnection(configuration), keys: keys, console: { _ in })
        try await publisher.created(JobID("a"), user: "u")
        try await publisher.progress(JobID("a"), step: "S", percent: 5)
        await publisher.close()
        let reader = try await redis.user(.readOnly, keys: keys, database: 3)
        let feed = RedisFeed(configuration: reader, keys: keys)
        let (updates, sink) = AsyncStream.makeStream(of: FeedUpdate.self)
        await feed.watch(FeedInterest(rows: [JobID("a")], logs: [JobID("a")], discovers: true))
        await feed.start { sink.yield($0) }
        var notice: String??
        for await update in updates {
            if case .connection(.online(let text, _, _)) = update { notice = .some(text) }
            if case .log(_, .opened(let records, _)) = update {
                #expect(records.last?.entry.message == "S (5%)")
                break
            }
        }
        #expect(notice == .some(nil))
        await feed.close()
        #expect(try await redis.refusals() == [])
        #expect(AccessRules(.worker, keys: keys, url: redis.url(3)).commands.contains("+select"))
        let sentinels = try RedisURL(parsing: "redis+sentinel://a:1,b:2/main")
        #expect(AccessRules(.worker, url: sentinels).commands.contains("+role"))
        #expect(!AccessRules(.worker).commands.contains("+role"))
    }

    @Test func aViewerSendsWhatItsRulesAllow() async throws {
        let duties = duties()
        try await duties.prepareActing()
        try await expectExactly(.viewer, besides: ["client|list"]) { configuration in
            try await duties.look(configuration)
            try await duties.act(configuration)
        }
        #expect(try await redis.number("EXISTS", "job:logs:gone", "checkpoint:archive:gone:1", "checkpoint:c") == 0)
    }

    // MARK: - Workers

    @Test func aWorkerSendsWhatItsRulesAllow() async throws {
        let duties = duties()
        try await duties.prepareWorking()
        try await expectExactly(.worker, besides: ["client|list"]) { try await duties.work($0) }
    }

    // MARK: - Nothing too much

    @Test(arguments: AccessRole.allCases) func aDoctorMissesEachOfTheRights(_ role: AccessRole) async throws {
        for word in AccessRules(role).commands {
            let configuration = try await redis.user(role, without: word)
            let check = try await AccessCheck.find(over: RedisConnection(configuration), keys: keys, version: 7)
            let missing = check.missing(role, at: redis.server.url).filter { $0.right.use(of: role)?.isExtra == false }
            #expect(missing.map { "+" + $0.right.name }.contains(word))
            // Without MULTI nothing can be rehearsed.
            if word != "+multi" || role == .worker { #expect(missing.count == 1, "\(word): \(missing)") }
        }
    }

    @Test(arguments: AccessRole.allCases) func aDoctorMissesEachOfTheKeysAndChannels(_ role: AccessRole) async throws {
        for rule in AccessRules(role).objects {
            let word = String(decoding: rule, as: UTF8.self)
            let configuration = try await redis.user(role, without: word)
            let check = try await AccessCheck.find(over: RedisConnection(configuration), keys: keys, version: 7)
            let missing = check.missing(role, at: redis.server.url).filter { $0.right.use(of: role)?.isExtra == false }
            #expect(!missing.isEmpty, "\(role) needs no \(word)")
        }
    }

    @Test func aRuleThatRedisCliReadsIsInQuotes() {
        let command = AccessRules(.readOnly, keys: JobKeys(prefix: "a \"b\\ü:")).command
        #expect(command.contains(#" "~a?\"b\\\\\xc3\xbc:job:logs:*" "#), "\(command)")
        #expect(command.hasPrefix("ACL SETUSER joblog-read-only reset on >CHANGE-ME "))
    }
}
