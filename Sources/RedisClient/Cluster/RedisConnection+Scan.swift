/// One step of a `SCAN`.
public struct ScanStep: Sendable {
    /// Where to go on; ``RedisConnection/scanStart`` at the end.
    public let next: [UInt8]
    /// The keys that were found, an array of strings.
    public let keys: RedisReply?
    /// How long the server took.
    public let took: Duration
    /// Why some keys are missing: a node of the cluster that cannot be asked, in a sentence.
    public let problem: RedisError?
}

extension RedisConnection {
    /// The cursor with which a `SCAN` begins and ends.
    public static var scanStart: [UInt8] { [UInt8(ascii: "0")] }

    /// One step of a `SCAN`; in a cluster it goes through the nodes that have slots, one after the other, and over all
    /// of them once more where slots have moved meanwhile.
    ///
    /// - Parameters:
    ///   - cursor: Where to go on: ``scanStart``, or ``ScanStep/next`` of the step before.
    ///   - pattern: Which keys.
    ///   - count: How many keys the server looks at.
    /// - Returns: What was found, and where to go on.
    /// - Throws: What the connection died of, or the server's refusal.
    public nonisolated(nonsending) func scan(
        from cursor: [UInt8], matching pattern: [UInt8], count: Int
    ) async throws(RedisError) -> ScanStep {
        if cluster == nil {
            let (reply, took) = try await sendTimed(Self.step(cursor, pattern, count))
            if let reply { return try Self.scanStep(reply, took) }
        }
        guard let cluster else { throw .closed(configuration.url) }
        return try await scan(from: cursor, pattern, count, cluster)
    }

    private static func step(_ cursor: [UInt8], _ pattern: [UInt8], _ count: Int) -> RedisCommand {
        RedisCommand("SCAN", .bytes(cursor), "MATCH", .bytes(pattern), "COUNT", .integer(count))
    }

    private static func scanStep(_ reply: RedisReply, _ took: Duration) throws(RedisError) -> ScanStep {
        if let error = reply.error { throw error.naming("SCAN") }
        guard let parts = reply.array, parts.count == 2, let cursor = parts[0].bytes else {
            return ScanStep(next: scanStart, keys: nil, took: took, problem: nil)
        }
        return ScanStep(next: Array(cursor), keys: parts[1], took: took, problem: nil)
    }

    private nonisolated(nonsending) func scan(
        from cursor: [UInt8], _ pattern: [UInt8], _ count: Int, _ cluster: ClusterRouter
    ) async throws(RedisError) -> ScanStep {
        if cluster.isStale { try await learn(cluster) }
        let primaries = cluster.topology.primaries
        var place = ClusterScanPlace(cursor) ?? ClusterScanPlace(version: cluster.version)
        guard let primary = place.settle(among: primaries) else {
            return ScanStep(next: Self.scanStart, keys: nil, took: .zero, problem: nil)
        }
        let start = ContinuousClock.now
        let reply: RedisReply
        do throws(RedisError) {
            reply = try await send([Self.step(place.cursor, pattern, count)], to: primary.endpoint, cluster)[0]
        } catch {
            guard !Task.isCancelled, error.isConnectionFailure, primaries.count > 1 else { throw error }
            cluster.becomeStale()
            let absence = RedisError(reply: ClusterDelivery.absence(of: primary.endpoint, error), command: "SCAN")
            let next = try await following(place, cluster)
            return ScanStep(next: next, keys: nil, took: .now - start, problem: absence)
        }
        let took = ContinuousClock.now - start
        let step = try Self.scanStep(reply, took)
        place.cursor = step.next
        let next = step.next == Self.scanStart ? try await following(place, cluster) : place.encoded
        return ScanStep(next: next, keys: step.keys, took: took, problem: nil)
    }

    /// Where to go on when a node is done.
    private nonisolated(nonsending) func following(
        _ place: ClusterScanPlace, _ cluster: ClusterRouter
    ) async throws(RedisError) -> [UInt8] {
        if let next = place.following(among: cluster.topology.primaries) { return next.encoded }
        // Keys that moved from a node that was still to come to one that was done were not seen.
        try await learn(cluster)
        return place.again(version: cluster.version)?.encoded ?? Self.scanStart
    }
}

/// Where a `SCAN` of a cluster is: at which cursor of which node.
struct ClusterScanPlace: Sendable, Hashable {
    private static let mostRounds = 3

    /// The node's own cursor.
    var cursor = RedisConnection.scanStart
    /// The least slot of the node: another one may take its place.
    private(set) var slot = 0
    /// The node.
    private(set) var endpoint: String?
    /// What the topology's version was at the start.
    private let version: Int
    private let round: Int

    /// The beginning.
    init(version: Int) {
        self.init(version: version, round: 1)
    }

    private init(version: Int, round: Int) {
        self.version = version
        self.round = round
    }

    /// Reads what ``encoded`` wrote; nil for anything else.
    init?(_ bytes: [UInt8]) {
        let parts = String(decoding: bytes, as: UTF8.self).split(separator: " ", maxSplits: 4).map(String.init)
        guard parts.count == 5, let slot = Int(parts[1]), let version = Int(parts[2]), let round = Int(parts[3]) else {
            return nil
        }
        self.init(version: version, round: round)
        cursor = Array(parts[0].utf8)
        self.slot = slot
        endpoint = parts[4] == "-" ? nil : parts[4]
    }

    /// The place as a cursor.
    var encoded: [UInt8] {
        cursor + Array(" \(slot) \(version) \(round) \(endpoint ?? "-")".utf8)
    }

    /// The node that this is on: where another one has the slots now, its keys are looked through from the start.
    mutating func settle(among primaries: [ClusterTopology.Primary]) -> ClusterTopology.Primary? {
        guard
            let primary = primaries.first(where: { $0.endpoint.description == endpoint })
                ?? primaries.last(where: { $0.firstSlot <= slot }) ?? primaries.first
        else { return nil }
        if primary.endpoint.description != endpoint {
            endpoint = primary.endpoint.description
            cursor = RedisConnection.scanStart
            slot = max(slot, primary.firstSlot)
        }
        return primary
    }

    /// The beginning of the next node; nil behind the last.
    func following(among primaries: [ClusterTopology.Primary]) -> ClusterScanPlace? {
        guard let next = primaries.first(where: { $0.firstSlot > slot }) else { return nil }
        var place = ClusterScanPlace(version: version, round: round)
        place.slot = next.firstSlot
        place.endpoint = next.endpoint.description
        return place
    }

    /// The beginning of another round; nil where no slot has moved, or they move all the time.
    func again(version: Int) -> ClusterScanPlace? {
        guard version != self.version, round < Self.mostRounds else { return nil }
        return ClusterScanPlace(version: version, round: round + 1)
    }
}
