/// The logs of several jobs as they were read, in one document.
package struct GatheredLogs: Sendable {
    /// The lines; a job's log is the source whose number is the job's place among those that were asked for.
    package let document: LogDocument
    /// The jobs whose logs cannot be read, each with a sentence that says why.
    package let unreadable: [(job: JobID, reason: String)]
}

extension JobSource {
    /// Reads the logs of jobs whole, and merges them.
    package func gather(_ jobs: [JobID]) async throws -> GatheredLogs {
        try await withReading(of: jobs) { reading throws in
            try await reading.gather(Array(jobs.indices)) { reader, ids in try await reader.logs(of: ids) }
        }
    }

    /// Reads as much of the logs of jobs as it takes to know the newest `count` lines of all: they are the document's
    /// last ones. Others are in it too, and there lines may be missing.
    ///
    /// A log is judged by the newest time among its last four entries, and read from its end on, 200 entries or `count`.
    /// Where times go back and forth by more than that, newer lines further up are missed: nothing short of reading all
    /// logs whole, which ``gather(_:)`` does, would find them.
    package func gather(_ jobs: [JobID], newest count: Int) async throws -> GatheredLogs {
        try await withReading(of: jobs) { reading throws in
            let newest = try await reading.newestTimes()
            // Whoever has one of these lines is among as many jobs of the newest ends, or tells no time there.
            let untold = jobs.indices.filter { newest[$0] == nil }
            let told = newest.enumerated().compactMap { place, time in time.map { (time: $0, place: place) } }
                .sorted { ($1.time, $1.place) < ($0.time, $0.place) }.prefix(count).map(\.place)
            let depth = max(count, LogRetention().entries)
            return try await reading.gather((untold + told).sorted()) { reader, ids in
                try await reader.ends(of: ids, count: depth)
            }
        }
    }

    private func withReading<Value>(
        of jobs: [JobID], _ body: (LogReading) async throws -> Value
    ) async throws -> Value {
        let reading = LogReading(reader: bulkReader(), jobs: jobs)
        let result: Result<Value, any Error>
        do {
            result = .success(try await body(reading))
        } catch {
            result = .failure(error)
        }
        await reading.reader.close()
        return try result.get()
    }
}

/// Reads logs of many jobs, some of them in one round trip; while they are looked at the next ones are on their way.
private struct LogReading {
    typealias Ask = @Sendable (any BulkReader, [JobID]) async throws -> [LogContent]

    /// How many logs are read together.
    private static let depth = 64
    /// How many lines at a log's end are looked at for the newest: the clocks of its workers may differ.
    private static let endLength = 4

    let reader: any BulkReader
    let jobs: [JobID]

    /// The logs of the jobs at some places, in one document.
    func gather(_ places: [Int], _ ask: @escaping Ask) async throws -> GatheredLogs {
        var gatherer = LogGatherer(sources: jobs.count)
        var unreadable: [(job: JobID, reason: String)] = []
        try await read(places, Self.depth, ask) { place, content in
            switch content {
            case .entries(let records): gatherer.add(records, from: place)
            case .unreadable(let reason): unreadable.append((jobs[place], reason))
            }
        }
        return GatheredLogs(document: gatherer.finish(), unreadable: unreadable)
    }

    /// The newest time at the end of each log, Unix ms; nil where nothing tells, the least for an empty one.
    func newestTimes() async throws -> [Int64?] {
        var times = [Int64?](repeating: nil, count: jobs.count)
        try await read(Array(jobs.indices), 8 * Self.depth) { reader, ids in
            try await reader.ends(of: ids, count: Self.endLength)
        } take: { place, content in
            guard case .entries(let records) = content else { return }
            times[place] = records.isEmpty ? .min : records.compactMap { LineFacts.read($0).facts.own }.max()
        }
        return times
    }

    private func read(
        _ places: [Int], _ depth: Int, _ ask: @escaping Ask, take: (Int, LogContent) -> Void
    ) async throws {
        let pieces = places.chunked(by: depth)
        try await withThrowingTaskGroup(of: [LogContent].self) { group in
            for (number, piece) in pieces.enumerated() {
                if number == 0 { group.addTask { [reader, jobs] in try await ask(reader, piece.map { jobs[$0] }) } }
                guard let contents = try await group.next() else { break }
                if number + 1 < pieces.count {
                    let next = pieces[number + 1].map { jobs[$0] }
                    group.addTask { [reader] in try await ask(reader, next) }
                }
                for (place, content) in zip(piece, contents) { take(place, content) }
            }
        }
    }
}
