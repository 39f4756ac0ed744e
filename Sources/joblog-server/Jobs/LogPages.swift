import JobLogCore
import RedisClient

/// Some entries of a log.
struct LogPage: Sendable {
    var records: [LogRecord]
    /// How many entries the log has.
    var length: Int
    /// Where the entries before these end; nil where there are none.
    var before: LogPosition?
}

/// A job's log, as a caller may read it.
struct LogPages: Sendable {
    let desk: JobDesk
    let id: JobID
    let caller: Caller

    /// The newest entries.
    func newest(_ count: Int) async throws -> LogPage {
        let (records, length) = try await read(from: -count, through: -1)
        let first = length - records.count
        return LogPage(
            records: records, length: length, before: first > 0 ? LogPosition(before: records, ordinal: first) : nil)
    }

    /// The last entries before a position.
    ///
    /// Only those at the position's number are read, and a few behind it that say whether it still stands there: it does
    /// unless the log was trimmed. Then all are read, as many as the log's writers keep.
    func last(_ count: Int, before position: LogPosition) async throws -> LogPage {
        let first = max(0, position.ordinal - count)
        let (records, length) = try await read(from: first, through: position.ordinal + LogPosition.reach - 1)
        let chosen = records.prefix(position.ordinal - first)
        guard position.stands(before: records[chosen.endIndex...]) else {
            return try await last(count, before: position, nil)
        }
        return LogPage(
            records: Array(chosen), length: length,
            before: first > 0 ? LogPosition(before: records, ordinal: first) : nil)
    }

    /// The last entries that a filter admits, before a position where there is one. All of the log is read for that.
    func last(_ count: Int, before position: LogPosition?, _ filter: LogFilter?) async throws -> LogPage {
        let (all, length) = try await read(from: 0, through: -1)
        let end = position.map { $0.place(before: all) ?? 0 } ?? all.count
        let (chosen, first) = select(all[..<end], filter, count)
        return LogPage(
            records: chosen, length: length,
            before: first > 0 ? LogPosition(before: all[first...], ordinal: first) : nil)
    }

    /// The last entries that the filter admits, and where the first of them is.
    private func select(
        _ records: ArraySlice<LogRecord>, _ filter: LogFilter?, _ count: Int
    ) -> (chosen: [LogRecord], first: Int) {
        guard let filter else {
            let chosen = records.suffix(count)
            return (Array(chosen), chosen.startIndex)
        }
        let lines = ExportLine.merged([(JobID(""), Array(records))])
        let times = Dictionary(lines.map { ($0.record, $0.time) }, uniquingKeysWith: { first, _ in first })
        var chosen: [LogRecord] = []
        for index in records.indices.reversed()
        where filter.admits(records[index].entry, time: times[records[index]] ?? 0) {
            chosen.append(records[index])
            if chosen.count == count { return (chosen.reversed(), index) }
        }
        return (chosen.reversed(), 0)
    }

    /// Entries by their places in the list, and how many it has, at one moment.
    ///
    /// Whose the job is stands in its state as a rule, which is read with them: one round trip does.
    private func read(from first: Int, through last: Int) async throws -> (records: [LogRecord], length: Int) {
        let key = desk.keys.logs(id)
        let replies = try await desk.pipeline.send([
            RedisCommand("GET", .key(desk.keys.state(id))), RedisCommand("LLEN", .key(key)),
            RedisCommand("LRANGE", .key(key), .integer(first), .integer(last)),
        ])
        if let owner = replies[0].bytes.flatMap({ JobStateRecord.decode($0) })?.userID {
            guard caller.maySee(jobOf: owner) else { throw Answer.forbidden }
        } else {
            _ = try await desk.job(id, for: caller)
        }
        for reply in replies.dropFirst() {
            if let error = reply.error { throw error }
        }
        let records = replies[2].records
        // What was appended between the two was not counted.
        return (records, max(records.count, replies[1].integer ?? 0))
    }
}
