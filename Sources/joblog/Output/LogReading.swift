import ArgumentParser
import JobLogCore
import RedisClient

extension ExportFormat: ExpressibleByArgument {}

extension JobSource {
    /// The lines of jobs, merged by time where there are several. An error that is about a key names it.
    func lines(of jobs: [JobID], reasoning: Bool, keys: JobKeys) async throws -> [ExportLine] {
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
