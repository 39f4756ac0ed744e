import RedisClient

/// Finds large entries in their lists again, by size and digest, and reads them whole.
///
/// The list is read in pieces from its end on, or from where the entry was seen last: entries only ever move away from the
/// end. Of all others nothing is kept, and the one that is looked for comes whole with the piece in which it is, so that
/// nothing can be trimmed between finding and reading.
actor EntryFinder {
    private static let pieceBytes = 4 << 20
    private static let mostEntries = 1_000

    /// The log whose entries' places are known.
    private var log: JobID?
    /// Where large entries were seen last: 1 is the newest entry.
    private var places: [LargeEntry: Int] = [:]

    /// The whole entry; nil when it is no longer in the list.
    func find(
        _ record: LogRecord, of id: JobID, keys: JobKeys, over connection: RedisConnection
    ) async throws(RedisError) -> LogRecord? {
        guard let large = record.large else { return record }
        if log != id { (log, places) = (id, [:]) }
        if let place = places[large] {
            if let found = try await search(large, from: place, count: 1, keys.logs(id), connection) { return found }
        }
        return try await search(large, from: 1, count: 8, keys.logs(id), connection)
    }

    private func search(
        _ large: LargeEntry, from first: Int, count: Int, _ key: [UInt8], _ connection: RedisConnection
    ) async throws(RedisError) -> LogRecord? {
        // What is looked for stays whole; a mark tells it from what stands for others.
        let shortener = ReplyShortener(above: LargeEntry.limit) { bytes in
            large.isOf(bytes) ? Array(bytes) : LargeEntry.header(bytes)
        }
        var (place, count) = (first, count)
        while true {
            let range = RedisCommand("LRANGE", .key(key), .integer(1 - place - count), .integer(-place))
            let reply = try await connection.send([range], shortening: shortener)[0].get()
            var bytes = 0
            var found: LogRecord?
            let entries: [LargeEntry?] = reply.mapStrings { string, isShortened in
                guard isShortened else {
                    bytes += string.count
                    return nil
                }
                if string.withUnsafeBytes({ large.isOf($0) }) {
                    found = LogRecord(bytes: Array(string))
                    bytes += string.count
                    return large
                }
                let other = LargeEntry.read(string)?.large
                bytes += other?.size ?? 0
                return other
            }
            for (index, entry) in entries.reversed().enumerated() {
                if let entry { places[entry] = place + index }
            }
            if let found { return found }
            guard entries.count == count else { return nil }
            place += count
            count = min(max(1, Self.pieceBytes / max(1, bytes / count)), Self.mostEntries, 4 * count + 4)
        }
    }
}
