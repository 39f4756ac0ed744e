import ArgumentParser
import JobLogCore

/// `joblog export ID --bundle FILE`.
extension Export {
    func validateBundle() throws {
        guard file == nil, format == nil else { throw ValidationError("--bundle goes without -o and --output.") }
        guard ids.count == 1 else { throw ValidationError("--bundle takes one job, not \(ids.count).") }
        guard !reasoning, tail == nil, filter.context == (0, 0) else {
            throw ValidationError("--bundle holds the whole log: it goes without -n, -A, -B, -C and --reasoning.")
        }
        if case .exactly = try filter.filter(now: 0).levels {
            throw ValidationError("--bundle takes a least level, such as -l warn.")
        }
    }

    func writeBundle(_ path: String) async throws {
        if !dryRun { try ExportFile.check(path, replaces: force) }
        let source = try connection.source()
        let job = try await source.find(ids[0])
        let reading = try await source.job(job)
        let lines = try await source.lines(of: [job], reasoning: false, keys: connection.keys)
        let now = Timestamp.now()
        let sealed = JobBundle(
            job: job, savedAt: now, source: source.name, records: lines.map(\.record),
            snapshot: reading?.snapshot ?? JobSnapshot(id: job), checkpoint: reading?.checkpoint, view: try view(now)
        ).sealed()
        for line in sealed.preview { StandardError.say(line) }
        guard !dryRun else { return }
        var target = try ExportFile(path, replaces: force)
        try target.write(sealed.bytes)
        try target.finish()
    }

    /// The filters as the screen has them.
    private func view(_ now: Int64) throws -> LogView {
        let chosen = try filter.filter(now: now)
        var view = LogView()
        if case .least(let level) = chosen.levels { view.least = level }
        if let grep = filter.grep { view.filters = [LogView.Filter(text: grep, isInverted: filter.invert)] }
        view.since = chosen.since
        view.until = chosen.until
        view.rangeText = "\(filter.since ?? "")..\(filter.until ?? "")"
        return view
    }
}
