import RedisClient

/// The counts of the logs of rows on screen.
extension RedisFeed {
    /// Reads logs whole of which only the end is counted, and tells of their jobs.
    func countLogsIfDue() async throws(RedisError) {
        guard let due = counts.due, due <= .now else { return }
        // All in one piece: what is counted must be of the moment of its reading.
        let most = configuration.traffic?.piece.map { max(1, $0 / 2) } ?? RowCounts.batch
        let ids = counts.begin(at: .now, most: most)
        guard !ids.isEmpty else { return }
        let commands = ids.flatMap { id in
            [
                RedisCommand("LLEN", .key(keys.logs(id))),
                RedisCommand("LRANGE", .key(keys.logs(id)), .integer(-LogCensus.reach), -1),
            ]
        }
        let replies = try await ask { reader throws(RedisError) in
            try await reader.send(commands, shortening: shortener)
        }
        let now = Timestamp.now()
        var readings: [JobReading] = []
        for (index, id) in ids.enumerated() {
            // What cannot be read is told by the row's own reading.
            guard planner.interest.rows.contains(id), var job = directory[id],
                var window = try? LogTail.Window(length: replies[2 * index], newest: replies[2 * index + 1])
            else { continue }
            // The two are not of one moment.
            window.length = max(window.length, window.newest.count)
            job.counts = counts.count(window, of: id)
            let reading = job.reading(now: now)
            job.counts?.times = nil
            directory.learn(job, isActive: reading.snapshot.isListedAsActive, isKept: true)
            readings.append(reading)
        }
        if !readings.isEmpty { sink(.jobs(readings)) }
    }
}
