import JobLogCore

/// A feed and what it tells, until the test ends.
public struct FeedViewer: Sendable {
    /// The feed.
    public let feed: any JobFeed
    /// What it tells; one reader only.
    public let updates: AsyncStream<FeedUpdate>

    /// Begins a feed, with what is on screen.
    public init(_ feed: any JobFeed, _ interest: FeedInterest) async {
        self.feed = feed
        let (stream, sink) = AsyncStream.makeStream(of: FeedUpdate.self)
        updates = stream
        await feed.watch(interest)
        await feed.start { sink.yield($0) }
    }

    /// Waits for the first update of which `find` makes something.
    @discardableResult
    public func first<T>(_ find: (FeedUpdate) -> T?) async throws -> T {
        for await update in updates {
            if let found = find(update) { return found }
        }
        throw SubprocessError("the feed ended")
    }

    /// Collects the messages of a log until one of them is `last`; marks are in brackets.
    public func messages(until last: String) async throws -> [String] {
        var all: [String] = []
        for await update in updates {
            guard case .log(_, let change) = update else { continue }
            switch change {
            case .opened(let records, _), .appended(let records, false): all += records.map(\.entry.message)
            case .appended(let records, true): all += records.map(\.entry.message)
            case .gap(_, let then): all += ["[gap]"] + then.map(\.entry.message)
            case .cleared(let then): all += ["[cleared]"] + then.map(\.entry.message)
            case .older, .unreadable: break
            }
            if all.contains(last) { return all }
        }
        throw SubprocessError("the feed ended")
    }

    /// Waits until it is online; gives what it says does not work.
    public func notice() async throws -> String? {
        try await first { update -> String?? in
            if case .connection(.online(let notice, _, _)) = update { .some(notice) } else { nil }
        }
    }

    /// Waits until it is online with a notice that has this in it, and with no other before.
    public func notice(with text: String) async throws -> String {
        try await first { update in
            if case .connection(.online(let notice?, _, _)) = update, notice.contains(text) { notice } else { nil }
        }
    }

    /// All entries of a log: those that are held, after all that precede them.
    public func whole(_ id: JobID, from held: [LogRecord]) async throws -> [LogRecord] {
        var held = held
        var isWhole = false
        while !isWhole {
            await feed.loadOlder(of: id, before: Array(held.prefix(16)), held: held.count)
            let older = try await first { update -> [LogRecord]? in
                guard case .log(_, .older(let records, let whole)) = update else { return nil }
                isWhole = whole
                return records
            }
            held = older + held
        }
        return held
    }

    /// Waits until a job is told of.
    @discardableResult
    public func job(_ id: String, where condition: (JobReading) -> Bool = { _ in true }) async throws -> JobReading {
        try await first { update in
            guard case .jobs(let jobs) = update else { return nil }
            return jobs.first { $0.snapshot.id == JobID(id) && condition($0) }
        }
    }
}
