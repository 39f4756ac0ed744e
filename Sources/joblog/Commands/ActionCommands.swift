import ArgumentParser
import JobLogCore

/// What the commands that do something to a job have in common.
struct ActionTarget: ParsableArguments {
    /// How the job is written afterwards.
    enum Format: String, ExpressibleByArgument, CaseIterable {
        case text, json
    }

    @OptionGroup var connection: ConnectionOptions

    @Argument(help: "The job's id, the beginning of it, or base64:… for bytes that are no text.", completion: .jobs)
    var id: String

    @Option(name: .shortAndLong, help: "How to write what became of the job: text or json.")
    var output: Format?

    /// Acts on a job; on the one that the argument names unless it was found before. Throws a `Failure`.
    func act(_ action: JobAction, on found: JobID? = nil, reason: String? = nil) async throws {
        try connection.checkWriting()
        let id: JobID
        if let found { id = found } else { id = try await connection.source().find(self.id) }
        write(try await connection.actingSource().perform(action, on: id, reason: reason), id)
    }

    private func write(_ outcome: JobActions.Outcome, _ id: JobID) {
        var out = StandardOutput()
        switch Settings.current.choice(.actionsOutput, output) ?? .text {
        case .json:
            out.line((outcome.job?.snapshot.json() ?? removal(outcome, id)).text(escapeTerminal: true))
        case .text:
            let done = outcome.isRequested ? "\(outcome.action) requested" : outcome.action.done
            out.line("\(id.display): \(done)")
            for key in outcome.removed { out.line("  \(key)") }
            if outcome.isRequested { out.line("  It has no state in Redis: only its worker can do that.") }
        }
        out.flush()
        for problem in outcome.problems { StandardError.say(problem) }
    }

    /// Nothing is left of a job: what is gone stands in its place.
    private func removal(_ outcome: JobActions.Outcome, _ id: JobID) -> JSONValue {
        var object = JSONObject()
        object.append("id", .string(id.lossyText))
        object.append("idBase64", id.text == nil ? .string(id.base64) : nil)
        object.append("removed", .array(outcome.removed.map { $0.json() }))
        return .object(object)
    }
}

/// A command that changes a job's state, or asks its worker to.
protocol StateCommand: AsyncParsableCommand {
    static var action: JobAction { get }
    var target: ActionTarget { get }
    var reason: ReasonOption { get }
}

extension StateCommand {
    func run() async throws {
        try await target.act(Self.action, reason: reason.text)
    }
}

/// `joblog cancel ID`.
struct CancelJob: StateCommand {
    static let configuration = CommandConfiguration(
        commandName: "cancel", abstract: "Cancel a job, or ask its worker to.")
    static let action = JobAction.cancel
    @OptionGroup var target: ActionTarget
    @OptionGroup var reason: ReasonOption
}

/// `joblog pause ID`.
struct PauseJob: StateCommand {
    static let configuration = CommandConfiguration(
        commandName: "pause", abstract: "Set a running job aside, or ask its worker to.")
    static let action = JobAction.pause
    @OptionGroup var target: ActionTarget
    @OptionGroup var reason: ReasonOption
}

/// `joblog resume ID`.
struct ResumeJob: StateCommand {
    static let configuration = CommandConfiguration(
        commandName: "resume", abstract: "Let a paused job go on, or a failed one from its checkpoint.")
    static let action = JobAction.resume
    @OptionGroup var target: ActionTarget
    @OptionGroup var reason: ReasonOption
}

/// `joblog restart ID`.
struct RestartJob: StateCommand {
    static let configuration = CommandConfiguration(
        commandName: "restart", abstract: "Take a failed or cancelled job back to the start.")
    static let action = JobAction.restart
    @OptionGroup var target: ActionTarget
    @OptionGroup var reason: ReasonOption
}

/// Why something is done.
struct ReasonOption: ParsableArguments {
    @Option(
        name: .customLong("reason"),
        help: ArgumentHelp("Why; stands in the job's log and in the event.", valueName: "reason"))
    var text: String?
}
