import ArgumentParser
import JobLogCore
import RedisClient

extension ExportFormat: ExpressibleByArgument {}

extension JobSource {
    /// The lines of jobs, merged by time where there are several. An error that is about a key names it.
    func lines(of jobs: [JobID], reasoning: Bool, keys: JobKeys) async throws -> [ExportLine] {
        var lines: [ExportLine] = []
        for job in jobs {
            var document = LogDocument()
            do {
                document.append(
                    reasoning
                        ? try await self.reasoning(job) : try await log(job, newest: LogSelection.everything))
            } catch let error as RedisError where error.code == .wrongType {
                let key = reasoning ? keys.reasoning(job) : keys.logs(job)
                throw Failure(.error, "\(TerminalText.line(key[...])): \(error.message)")
            }
            lines += document.lines.compactMap { ExportLine(job, $0) }
        }
        if jobs.count > 1 { lines.sortByTime() }
        return lines
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
