import JobLogCore

/// `joblog ls --watch`: the list, then a line whenever a job comes into another state.
extension List {
    /// Goes on until it is interrupted.
    func watch(_ source: any JobSource) async {
        let feed = source.feed()
        var turns = JobTurns()
        var remarks = ConnectionRemarks(server: source.server)
        /// What there is before the first round of looking is over is a list, and no news.
        var first: [JobID: JobSnapshot]? = [:]
        /// The jobs that the list holds; when one leaves it that is told too.
        var listed: Set<JobID> = []
        var watched = WatchedJobs()
        var table: JobTable?
        var out = StandardOutput()
        for await news in await feed.news(of: FeedInterest(discovers: true)) {
            let now = Timestamp.now()
            var turned: [JobTurn] = []
            switch news {
            case .update(.connection(let connection)): remarks.take(connection).forEach(StandardError.say)
            case .update(.jobs(let readings)):
                turned = turns.take(readings, now: now)
                if first != nil { for job in readings { first?[job.snapshot.id] = job.snapshot.aged(to: now) } }
            case .update(.vanished(let ids)):
                turned = turns.lose(ids)
                for id in ids { first?[id] = nil }
            case .update(.listing(nil)):
                guard let found = first else { break }
                first = nil
                let jobs = found.values.filter(admits)
                listed = Set(jobs.map(\.id))
                table = write(arranged(jobs))
            case .tick: turned = turns.age(to: now)
            case .update, .timeIsUp, .typed: break
            }
            let before = watched.ids
            watched.take(turned)
            if watched.ids != before { await feed.watch(FeedInterest(rows: watched.ids, discovers: true)) }
            guard first == nil else { continue }
            for turn in turned {
                let wasListed = listed.remove(turn.job.id) != nil
                let isListed = turn.to != nil && admits(turn.job)
                if isListed { listed.insert(turn.job.id) }
                if isListed || wasListed { write(turn, in: &table, now: now, to: &out) }
            }
            out.flush()
        }
    }

    private func write(_ turn: JobTurn, in table: inout JobTable?, now: Int64, to out: inout StandardOutput) {
        if format != .table { return out.line(turn.json().text(escapeTerminal: true)) }
        guard turn.to != nil else { return out.line(JobSentence.text(of: turn)) }
        if let line = table?.line(of: turn.job, now: now) { out.line(line) }
    }
}
