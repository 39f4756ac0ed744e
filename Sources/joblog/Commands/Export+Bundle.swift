import ArgumentParser
import JobLogCore

/// `joblog export ID… --bundle FILE`.
extension Export {
    func validateBundle() throws {
        guard file == nil, format == nil else { throw ValidationError("--bundle goes without -o and --output.") }
        guard !reasoning, tail == nil, filter.context == (0, 0) else {
            throw ValidationError(
                "--bundle holds the whole log and the reasoning: it goes without -n, -A, -B, -C and --reasoning.")
        }
        if case .exactly = try filter.filter(now: 0).levels {
            throw ValidationError("--bundle takes a least level, such as -l warn.")
        }
    }

    func writeBundle(_ path: String) async throws {
        if !dryRun { try ExportFile.check(path, replaces: force) }
        let source = try connection.source()
        var jobs: [JobBundle.Job] = []
        for id in try await source.find(ids) {
            let reading = try await source.job(id)
            let lines = try await source.lines(of: [id], reasoning: false, keys: connection.keys)
            jobs.append(
                JobBundle.Job(
                    id: id, records: lines.map(\.record), snapshot: reading?.snapshot ?? JobSnapshot(id: id),
                    checkpoint: reading?.checkpoint))
        }
        let now = Timestamp.now()
        var bundle = JobBundle(jobs, savedAt: now, source: source.name, view: try view(now))
        await bundle.readReasoning(from: source)
        let sealed = bundle.sealed()
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
