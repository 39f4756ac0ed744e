/// What is said of a job in one line without columns.
package enum JobSentence {
    /// How a job came to be what it is now: `job-1 failed at step Half done, 33%: no memory left`.
    package static func text(of turn: JobTurn) -> String {
        let name = turn.job.id.display
        guard let condition = turn.to else { return "\(name) is gone: nothing is left of it" }
        switch condition {
        case .lost: return "\(name) is lost: nothing was heard of it for an hour"
        case .stalled: return "\(name) stalled\(place(of: turn.job)): nothing was heard of it for 5 minutes"
        case .failed:
            return "\(name) failed\(place(of: turn.job))" + (turn.job.error.map { ": \(TerminalText.line($0))" } ?? "")
        case .completed: return "\(name) completed\(duration(of: turn.job))"
        case .cancelled: return "\(name) was cancelled\(place(of: turn.job))"
        case .created: return "\(name) was created\(kind(of: turn.job))"
        case .running where turn.from == .stalled || turn.from == .paused:
            return "\(name) runs again\(place(of: turn.job))"
        case .running: return "\(name) runs\(kind(of: turn.job))\(place(of: turn.job))"
        case .paused: return "\(name) was paused\(place(of: turn.job))"
        case .unknown: return "\(name) is there\(kind(of: turn.job))"
        }
    }

    /// How a job is: `job-1: running, research, Generating response, 64%, heard of 12s ago`.
    package static func text(of job: JobSnapshot, now: Int64) -> String {
        var parts = [job.requested.map { "\(job.condition), \($0) requested" } ?? job.condition.description]
        parts += [job.type, job.step].compactMap { $0.map { TerminalText.line($0) } }
        if let progress = job.progress { parts.append(Percent.text(progress)) }
        if let heard = job.lastHeard { parts.append("heard of \(RelativeTime.age(max(0, now - heard))) ago") }
        if job.state == .failed, let error = job.error { parts.append(TerminalText.line(error)) }
        return "\(job.id.display): \(parts.joined(separator: ", "))"
    }

    private static func kind(of job: JobSnapshot) -> String {
        job.type.map { ", type \(TerminalText.line($0))" } ?? ""
    }

    private static func place(of job: JobSnapshot) -> String {
        let step = job.step.map { "step \(TerminalText.line($0))" }
        let parts = [step, job.progress.map(Percent.text)].compactMap(\.self)
        return parts.isEmpty ? "" : " at " + parts.joined(separator: ", ")
    }

    private static func duration(of job: JobSnapshot) -> String {
        guard let start = job.startedAt ?? job.createdAt, let end = job.completedAt, end >= start else { return "" }
        return " after \(Durations.text(end - start))"
    }
}
