import JobLogCore

/// Following logs.
extension APIFeed {
    /// How long a stream that tells less than was expected is waited for.
    private static let patience = Duration.seconds(1)
    /// How long to wait before a log that cannot be read is tried again.
    private static let pause = Duration.seconds(5)
    /// How many older entries are asked for at a time.
    private static let olderPage = 2_000

    /// Tells of a log until the task is cancelled.
    func followLog(_ id: JobID) async {
        while !Task.isCancelled {
            do throws(APIClientError) {
                try await open(id)
                try await hear(id)
            } catch {
                guard !Task.isCancelled else { return }
                switch error.code {
                case .notFound: told(id) { $0.settle() }
                case _ where error.mayPass: break
                default: tell(.log(id, .unreadable(error.message)))
                }
                try? await Task.sleep(for: Self.pause)
            }
        }
    }

    private func open(_ id: JobID) async throws(APIClientError) {
        guard logs[id]?.isOpen == false else { return }
        let length = try await client.logs(id, JobLogClient.LogQuery(limit: 1)).length
        told(id) { $0.expect(length: length) }
    }

    private func hear(_ id: JobID) async throws(APIClientError) {
        guard let log = logs[id] else { return }
        let reader = client.logReader(id, limit: OpenLog.reach, after: log.place)
        defer { reader.close() }
        var settling: Task<Void, Never>?
        defer { settling?.cancel() }
        if log.isOpen { logs[id]?.connectedAgain() }
        while !Task.isCancelled {
            switch try await reader.next() {
            case .connected(let isAgain):
                if isAgain { logs[id]?.connectedAgain() }
                guard settling == nil, logs[id]?.isOpen == false else { continue }
                settling = Task {
                    try? await Task.sleep(for: Self.patience)
                    guard !Task.isCancelled else { return }
                    told(id) { $0.settle() }
                }
            case .events(let events):
                guard !Task.isCancelled else { return }
                let news = events.compactMap { LogStreamEvent($0) }
                let place = reader.lastID
                told(id) { $0.take(news, place: place) }
            case .lost: break
            }
        }
    }

    private func told(_ id: JobID, _ body: (inout OpenLog) -> [LogChange]) {
        guard !Task.isCancelled, var log = logs[id] else { return }
        let changes = body(&log)
        logs[id] = log
        for change in changes { tell(.log(id, change)) }
    }

    /// Waits until the newest entry that a log has now was told, for a moment at most.
    func awaitNewest(of id: JobID) async {
        let record = try? await client.logs(id, JobLogClient.LogQuery(limit: 1)).records.last
        guard let record = cutsLargeEntries ? record?.cut() : record else { return }
        let deadline = ContinuousClock.now + Self.patience
        while let log = logs[id], log.newest != record, ContinuousClock.now < deadline {
            try? await Task.sleep(for: .milliseconds(10))
        }
    }

    func loadOlder(of id: JobID, before first: [LogRecord], held: Int) async {
        var before = logs[id]?.older.flatMap { $0.first == first.first ? $0.cursor : nil }
        let isKnown = before != nil
        var limit = isKnown ? Self.olderPage : min(APIJobSource.mostEntries, held + Self.olderPage)
        while true {
            let query = JobLogClient.LogQuery(limit: limit, before: before)
            guard let page = try? await client.logs(id, query), logs[id] != nil else { return }
            let records = cutsLargeEntries ? page.records.map { $0.cut() } : page.records
            // Positions are counted from the end and move: the place is found by what stands there.
            let place = isKnown ? records.count : LogTail.place(of: first, in: records)
            if let place, place > 0 || page.before == nil {
                logs[id]?.older = page.before.map { (records.first, $0) }
                return tell(.log(id, .older(Array(records[..<place]), isWhole: page.before == nil)))
            }
            guard let next = page.before else {
                // Trimmed meanwhile: nothing precedes what is held.
                return tell(.log(id, .older([], isWhole: true)))
            }
            (before, limit) = (next, APIJobSource.mostEntries)
        }
    }
}
