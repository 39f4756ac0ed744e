import RedisClient
import TestSupport
import Testing

@testable import JobLogCore

/// Workers and viewers on a cluster that runs no scripts for them: states are compared and written by transactions.
@Suite(.inTurn) struct ClusterUnscriptedTests {
    private let place: ClusterPlace

    init() async throws {
        place = try await ClusterPlace()
        for server in 0..<RedisCluster.size {
            let words = ["SETUSER", "plain", "reset", "on", ">CHANGE-ME", "~*", "&*", "+@all", "-eval"]
            try await place.cluster.send(
                RedisCommand("ACL", arguments: words.map { .text($0) }), to: server)
        }
    }

    private func connection() throws -> RedisConnection {
        var configuration = try place.configuration()
        (configuration.user, configuration.password) = ("plain", RedisPassword("CHANGE-ME"))
        return RedisConnection(configuration)
    }

    private func publisher(_ name: String = "w") throws -> JobPublisher {
        JobPublisher(connection: try connection(), worker: WorkerIdentity(name: name), console: { _ in })
    }

    private func state(_ id: JobID) async throws -> JobStateRecord? {
        try await JobStateStore(connection: place.client).load(id)
    }

    /// Moves the slot of a job's state around the cluster, after each step of which `step` is awaited.
    private func moveState(of id: JobID, step: () async throws -> Void) async throws {
        let key = "job:state:\(id.display)"
        let slot = try await place.cluster.slot(of: key)
        var home = try await place.cluster.home(of: key)
        for _ in 0..<3 {
            let next = (home + 1) % RedisCluster.size
            try await place.cluster.beginMoving(slot, from: home, to: next)
            try await step()
            try await place.cluster.moveKeys(of: slot, from: home, to: next)
            try await step()
            try await place.cluster.endMoving(slot, from: home, to: next)
            try await step()
            home = next
        }
    }

    @Test func aJobLivesAndIsActedUpon() async throws {
        let publisher = try publisher()
        let actions = JobActions(connection: try connection(), actor: "me@here")
        for number in 0..<4 {
            let id = JobID("job-\(number)")
            try await publisher.created(id, user: "u", type: "t")
            try await publisher.running(id)
            try await publisher.progress(id, step: "S", percent: 5)
            #expect(try await actions.pause(id).problems == [])
            #expect(try await actions.resume(id).problems == [])
            #expect(try await actions.cancel(id).problems == [])
            #expect(try await state(id)?.status == .cancelled)
            await #expect {
                try await publisher.progress(id, step: "S", percent: 20)
            } throws: {
                if case PublishError.notAllowed(_, from: .cancelled, to: .running) = $0 { true } else { false }
            }
            #expect(try await actions.restart(id).problems == [])
            #expect(try await state(id)?.attempt == 2)
            #expect(try await actions.cancel(id).problems == [])
            #expect(try await actions.deleteLogs(id).problems == [])
            #expect(try await place.messages(of: id) == ["logs deleted by me@here"])
            #expect(try await actions.remove(id).problems == [])
        }
        await publisher.close()
        #expect(try await place.client.send(RedisCommand("DBSIZE")).integer == 0)
    }

    @Test func aStateIsWrittenWhileItsSlotMoves() async throws {
        let publisher = try publisher()
        let id = JobID("job")
        try await publisher.created(id, user: "u")
        var percent = 0.0
        try await moveState(of: id) {
            percent += 1
            try await publisher.progress(id, step: "S", percent: percent)
            #expect(try await state(id)?.progress == percent)
        }
        try await publisher.complete(id)
        #expect(try await state(id)?.status == .completed)
        #expect(try await place.cluster.refusals("ASK") > 0)
        await publisher.close()
    }

    /// Of writers that want the same change one gets it each time, whatever the slot does.
    @Test func oneWinsEachRaceWhileTheSlotMoves() async throws {
        let id = JobID("job")
        let stores = [JobStateStore(connection: try connection()), JobStateStore(connection: try connection())]
        try await JobPublisher(connection: place.client, console: { _ in }).created(id, user: "u")
        var rounds = 0
        try await moveState(of: id) {
            for next in [JobState.running, .paused, .running, .cancelled] {
                let wins = try await withThrowingTaskGroup(of: Bool.self) { group in
                    for (number, store) in stores.enumerated() {
                        group.addTask {
                            do throws(JobStateError) {
                                // What two write alike in the same millisecond is one write.
                                try await store.transition(id, to: next, by: "worker-\(number)")
                                return true
                            } catch {
                                guard case .notAllowed = error else { throw error }
                                return false
                            }
                        }
                    }
                    return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
                }
                #expect(wins == 1)
                #expect(try await state(id)?.status == next)
            }
            try await stores[0].transition(id, JobTransition.restart)
            rounds += 1
        }
        #expect(rounds == 9)
        #expect(try await state(id)?.attempt == 10)
    }
}
