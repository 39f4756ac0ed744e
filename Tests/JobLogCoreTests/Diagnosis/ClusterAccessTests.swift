import RedisClient
import TestSupport
import Testing

@testable import JobLogCore

/// The printed rules on a real cluster: enough for their roles at every node, and nothing in them is too much.
@Suite(.inTurn) struct ClusterAccessTests {
    private let place: ClusterPlace

    init() async throws { place = try await ClusterPlace() }

    private func duties() -> RoleDuties {
        RoleDuties(outside: place.client) {
            try await place.atEach(RedisCommand("CLIENT", "LIST")).compactMap(\.string)
        }
    }

    /// What was sent and refused while `body` acted as a role, and while a slot was just moving.
    private func expectExactly(
        _ role: AccessRole, besides others: Set<String>, _ body: (RedisConfiguration) async throws -> Void
    ) async throws {
        let configuration = try await place.user(role)
        let moving = try await place.job("moving", on: 0)
        try await place.cluster.beginMoving(
            place.cluster.slot(of: "job:logs:\(moving.display)"), from: 0, to: 1)
        try await place.atEach(RedisCommand("CONFIG", "RESETSTAT"))
        try await body(configuration)
        if role == .worker {
            let publisher = JobPublisher(connection: RedisConnection(configuration), console: { _ in })
            await publisher.logs.info(moving, "here")
            await publisher.close()
        } else {
            #expect(try await RedisJobSource(configuration: configuration).log(moving, newest: 10) == [])
        }
        let sent = try await place.commandsSent().subtracting(others)
        #expect(try await place.refusals() == [])
        let allowed = Set(AccessRules(role, url: configuration.url).commands.map { String($0.dropFirst()) })
        #expect(allowed.isSuperset(of: ["cluster|slots", "asking"]))
        #expect(sent.subtracting(allowed) == [], "sent and not in the rules")
        #expect(allowed.subtracting(sent) == [], "in the rules and not sent")
    }

    @Test func aReadOnlyViewerSendsWhatItsRulesAllow() async throws {
        let duties = duties()
        try await duties.prepareLooking()
        try await expectExactly(.readOnly, besides: ["publish", "client|list"]) { try await duties.look($0) }
    }

    @Test func aViewerSendsWhatItsRulesAllow() async throws {
        let duties = duties()
        try await duties.prepareActing()
        try await expectExactly(.viewer, besides: ["client|list"]) { configuration in
            try await duties.look(configuration)
            try await duties.act(configuration)
        }
    }

    @Test func aWorkerSendsWhatItsRulesAllow() async throws {
        let duties = duties()
        try await duties.prepareWorking()
        try await expectExactly(.worker, besides: ["client|list"]) { try await duties.work($0) }
    }

    // MARK: - Without one of them

    @Test func withoutClusterSlotsTheNodesOfTheURLAreLookedThrough() async throws {
        let duties = duties()
        try await duties.prepareActing()
        let configuration = try await place.user(.viewer, without: "+cluster|slots")
        try await duties.look(configuration)
        try await duties.act(configuration)
        let ids = try await place.jobs("found")
        for id in ids { try await place.say("needle", to: id) }
        let source = RedisJobSource(configuration: configuration)
        let search = JobSearch(
            JobSearch.Question(LogFilter(pattern: LogPattern(literal: "needle", ignoresCase: false))))
        let (end, progress) = await search.run(over: source) { _ in }
        #expect(end == .complete && progress.hits == 3 && progress.problem == nil)
        #expect(try await Set(place.refusals()) == ["cluster|slots"])
        let worker = try await place.user(.worker, without: "+cluster|slots")
        try await duties.prepareWorking()
        try await duties.work(worker)
        #expect(try await Set(place.refusals()) == ["cluster|slots"])
    }

    @Test(arguments: AccessRole.allCases) func withoutAskingKeysThatAreMovingAreRefused(_ role: AccessRole) async throws
    {
        let configuration = try await place.user(role, without: "+asking")
        let id = try await place.job("moving", on: 0)
        try await place.say("here", to: id)
        let connection = RedisConnection(configuration)
        let read = RedisCommand("LRANGE", .key(JobKeys().logs(id)), 0, -1)
        _ = try await place.moveLog(of: id, from: 0) { step in
            let reply = try await connection.send([read])[0]
            // Between the move of the key and that of its slot.
            #expect(step == 1 ? reply.error != nil : reply.array?.count == 1)
        }
        #expect(try await Set(place.refusals()) == ["asking"])
    }

    /// Each node keeps the users for itself.
    @Test(arguments: AccessRole.allCases) func aDoctorMissesARightAtOneNode(_ role: AccessRole) async throws {
        for word in ["+cluster|slots", "+asking", "+ping", "+get"] {
            let configuration = try await place.user(role)
            _ = try await place.user(role, without: word, at: [1])
            let diagnosis = try await Doctor(configuration, role: role).examine()
            let missing = diagnosis.missing(role).filter { $0.right.use(of: role)?.isExtra == false }
            #expect(missing.map { "+" + $0.right.name } == [word])
            #expect(missing.first?.reason.hasPrefix("at 127.0.0.1:\(place.cluster.servers[1].port ?? 0): ") == true)
        }
    }
}
