import ArgumentParser
import JobLogCore

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// `joblog rm ID`: deletes what a job has left, or all of it.
struct Remove: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rm", abstract: "Delete a job with all that Redis has of it, or only its log or checkpoint.",
        discussion: """
            It asks first. With --yes it does not, and takes the job's whole id only. A job that is worked on cannot be \
            removed: cancel it first. With --checkpoint the checkpoints that are archived for history stay.
            """)

    @OptionGroup var target: ActionTarget

    @Flag(help: "Delete its log only.")
    var logs = false

    @Flag(help: "Delete its checkpoint only.")
    var checkpoint = false

    @Flag(name: .shortAndLong, help: "Do not ask.")
    var yes = false

    func validate() throws {
        if logs, checkpoint { throw ValidationError("Give --logs or --checkpoint, not both.") }
    }

    func run() async throws {
        try target.connection.checkWriting()
        guard yes || Self.canAsk else {
            throw ValidationError("There is no terminal at which to ask: give --yes to delete without a question.")
        }
        // Said before the question.
        if action == .remove { try target.connection.checkRedis() }
        let source = try target.connection.source()
        let id = try await source.find(target.id)
        if yes, JobID(argument: target.id) != id {
            throw Failure(
                .noSuchJob, "no job \(TerminalText.line(target.id)); with --yes an id is given in full: \(id.argument)")
        }
        if !yes {
            let job = try await source.job(id)?.snapshot
            await source.rest()
            guard Self.confirms(question(id, job)) else { throw Failure(.error, "Nothing was deleted.") }
        }
        // Not looked up again: it must be the one that was asked about.
        try await target.act(action, on: id)
    }

    private var action: JobAction { logs ? .deleteLogs : checkpoint ? .clearCheckpoint : .remove }

    /// Names the job and what will be gone.
    private func question(_ id: JobID, _ job: JobSnapshot?) -> String {
        let lines = job?.logCount.map { "\($0) \($0 == 1 ? "line" : "lines")" } ?? "its lines"
        let name = "\(id.display) (\(job?.stateWord ?? "unknown"))"
        if logs { return "Delete the log of job \(name), \(lines)?" }
        if checkpoint {
            let number = job?.checkpoint?.sequence.map { " \($0)" } ?? ""
            return "Delete checkpoint\(number) of job \(name)? It cannot be resumed after a failure then."
        }
        return "Delete job \(name) with its log of \(lines), state, checkpoints and reasoning?"
    }

    private static var canAsk: Bool { isatty(STDIN_FILENO) == 1 && isatty(STDERR_FILENO) == 1 }

    private static func confirms(_ question: String) -> Bool {
        let text = Array((question + " [y/N] ").utf8)
        _ = text.withUnsafeBytes { write(STDERR_FILENO, $0.baseAddress, $0.count) }
        let answer = readLine()?.lowercased()
        return answer == "y" || answer == "yes"
    }
}
