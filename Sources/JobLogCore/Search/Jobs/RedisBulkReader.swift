import RedisClient
import Synchronization

/// Reads many logs from a Redis, by pipelines over a connection of its own.
final class RedisBulkReader: BulkReader {
    /// How many bytes an entry is taken to have where the server does not tell how large a list is.
    private static let entryGuess = 256

    private let connection: RedisConnection
    private let keys: JobKeys
    private let lister: JobLister
    /// Whether the server tells how much memory a key takes: not every user may ask, nor every server answers.
    private let tellsMemory = Atomic(true)

    init(_ configuration: RedisConfiguration, keys: JobKeys) {
        connection = RedisConnection(configuration)
        self.keys = keys
        lister = JobLister(keys: keys)
    }

    func ids(after cursor: JobCursor?) async throws -> JobIDPage {
        let page = try await lister.pageOrEnd(after: cursor, over: connection)
        var isOrdered = true
        if case .scan = cursor?.position { isOrdered = false }
        return JobIDPage(
            ids: page.ids, isOrdered: isOrdered, next: page.next, progress: page.progress,
            problem: page.problem?.message)
    }

    func activity(of ids: [JobID]) async throws -> [Int64?] {
        try await ask(ids.map { RedisCommand("LINDEX", .key(keys.logs($0)), -1) }).map { reply in
            reply.bytes.flatMap { LogRecord($0).timestamp }
        }
    }

    func sizes(of ids: [JobID]) async throws -> [Int] {
        if tellsMemory.load(ordering: .relaxed) {
            let replies = try await connection.send(
                ids.map { RedisCommand("MEMORY", "USAGE", .key(keys.logs($0)), "SAMPLES", 5) })
            if let error = replies.lazy.compactMap(\.error).first {
                if error.isNotReady, error.code != .clusterDown { throw error }
                tellsMemory.store(false, ordering: .relaxed)
            } else {
                return replies.map { $0.integer ?? 0 }
            }
        }
        return try await ask(ids.map { RedisCommand("LLEN", .key(keys.logs($0))) }).map { reply in
            // What is no list is found out when it is read.
            (reply.error == nil ? reply.integer ?? 0 : 1) * Self.entryGuess
        }
    }

    func logs(of ids: [JobID]) async throws -> [LogContent] { try await entries(of: ids, from: 0) }

    func ends(of ids: [JobID], count: Int) async throws -> [LogContent] {
        // Minus nothing would be all.
        try await entries(of: ids, from: -max(1, count))
    }

    private func entries(of ids: [JobID], from first: Int) async throws -> [LogContent] {
        let replies = try await ask(ids.map { RedisCommand("LRANGE", .key(keys.logs($0)), .integer(first), -1) })
        return zip(ids, replies).map { id, reply in
            guard let error = reply.error else { return .entries(reply.records) }
            return .unreadable("\(TerminalText.line(keys.logs(id)[...])): \(error.message)")
        }
    }

    func length(of id: JobID) async throws -> Int {
        try await ask([RedisCommand("LLEN", .key(keys.logs(id)))])[0].integer ?? 0
    }

    func log(_ id: JobID, fromEnd range: Range<Int>) async throws -> [LogRecord] {
        guard !range.isEmpty else { return [] }
        let command = RedisCommand(
            "LRANGE", .key(keys.logs(id)), .integer(-range.upperBound), .integer(-range.lowerBound - 1))
        return try await ask([command])[0].records
    }

    func jobs(_ ids: [JobID]) async throws -> [JobReading] {
        let known = try await JobReader(keys: keys).read(ids, looksForRequests: true, over: connection)
        let now = Timestamp.now()
        return known.compactMap { $0.hasKeys == true ? $0.reading(now: now) : nil }
    }

    var waited: Duration { connection.waited }

    func close() async { await connection.disconnect() }

    /// The replies; throws where the server cannot serve anybody just now. Of a cluster a part may be away: then only its
    /// logs cannot be read.
    private func ask(_ commands: [RedisCommand]) async throws -> [RedisReply] {
        let replies = try await connection.send(commands)
        if let error = replies.lazy.compactMap(\.error).first(where: { $0.isNotReady && $0.code != .clusterDown }) {
            throw error
        }
        return replies
    }
}
