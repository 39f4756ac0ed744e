import RedisClient
import TestSupport
import Testing

@testable import JobLogCore

/// A private cluster, a connection that looks at it from outside, and jobs whose logs are on a certain node.
struct ClusterPlace: Sendable {
    let cluster: RedisCluster
    let client: RedisConnection

    init(hasReplicas: Bool = false, arguments: [String] = []) async throws {
        cluster = try await RedisCluster(hasReplicas: hasReplicas, arguments: arguments)
        client = RedisConnection(RedisConfiguration(url: try RedisURL(parsing: cluster.urlText)))
    }

    func configuration(_ name: String? = nil) throws -> RedisConfiguration {
        RedisConfiguration(
            url: try RedisURL(parsing: cluster.urlText), clientName: name, connectTimeout: .seconds(2),
            commandTimeout: .seconds(2))
    }

    /// The first job of a name whose log is on one of the primaries.
    func job(_ name: String, on place: Int) async throws -> JobID {
        JobID(try await cluster.name(on: place) { ("\(name)-\($0)", "job:logs:\(name)-\($0)") })
    }

    /// A job for each of the primaries, in their order, whose log is there.
    func jobs(_ name: String) async throws -> [JobID] {
        var jobs: [JobID] = []
        for place in 0..<RedisCluster.size { jobs.append(try await job(name, on: place)) }
        return jobs
    }

    /// Appends a line as another program would.
    func say(_ message: String, to id: JobID) async throws {
        let entry = LogEntry.encode(timestamp: Timestamp.now(), type: .info, message: message)
        _ = try await client.send(RedisCommand("RPUSH", .key(JobKeys().logs(id)), .bytes(entry)))
    }

    func messages(of id: JobID) async throws -> [String] {
        try await client.send(RedisCommand("LRANGE", .key(JobKeys().logs(id)), 0, -1)).records.map(\.entry.message)
    }

    /// Moves the slot of a job's log from the primary where it is to the next one.
    func moveLog(of id: JobID, from place: Int, step: (Int) async throws -> Void = { _ in }) async throws -> Int {
        let target = (place + 1) % RedisCluster.size
        let slot = try await cluster.slot(of: "job:logs:\(id.display)")
        try await cluster.beginMoving(slot, from: place, to: target)
        try await step(0)
        try await cluster.moveKeys(of: slot, from: place, to: target)
        try await step(1)
        try await cluster.endMoving(slot, from: place, to: target)
        try await step(2)
        return target
    }
}
