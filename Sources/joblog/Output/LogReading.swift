import ArgumentParser
import JobLogCore
import RedisClient

extension ExportFormat: ExpressibleByArgument {}

extension JobSource {
    /// The lines of jobs, merged by time where there are several; with `newest` that many at the end, before which some
    /// may be missing. An error that is about a key names it.
    func lines(of jobs: [JobID], reasoning: Bool, keys: JobKeys, newest: Int? = nil) async throws -> [ExportLine] {
        if jobs.count > 1, !reasoning { return try await mergedLines(of: jobs, newest: newest) }
        var logs: [(job: JobID, records: [LogRecord])] = []
        for job in jobs {
            do {
                logs.append(
                    (
                        job,
                        reasoning
                            ? try await self.reasoning(job) : try await log(job, newest: LogSelection.everything)
                    ))
            } catch let error as RedisError where error.code == .wrongType {
                let key = reasoning ? keys.reasoning(job) : keys.logs(job)
                throw Failure(.error, "\(TerminalText.line(key[...])): \(error.message)")
            }
        }
        return ExportLine.merged(logs)
    }

    private func mergedLines(of jobs: [JobID], newest: Int?) async throws -> [ExportLine] {
        let logs: GatheredLogs
        if let newest {
            logs = try await gather(jobs, newest: newest)
        } else {
            logs = try await gather(jobs)
        }
        if let first = logs.unreadable.first { throw Failure(.error, first.reason) }
        return ExportLine.all(of: logs.document, jobs: jobs)
    }
}

extension AppearanceOptions {
    /// How the lines of these jobs are written to standard output.
    func options(for jobs: [JobID]) -> LogExporter.Options {
        let title = jobs.count == 1 ? "Logs for job \(jobs[0].display)" : "Logs of \(jobs.count) jobs"
        return LogExporter.Options(
            namesJobs: jobs.count > 1, isUTC: utc, colors: colors, title: title,
            remark: "Written \(LogText.stamp(Timestamp.now(), isUTC: utc))\(utc ? " UTC" : "").")
    }
}
