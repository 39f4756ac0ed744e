import ArgumentParser
import JobLogCore

/// `joblog compare ID [ID]`: where the logs of two jobs part, as a unified diff.
struct Compare: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compare",
        abstract: "Compare the logs of two jobs.",
        discussion: """
            Lines correspond where level and message are the same but for numbers, ids and quoted text. Without a second \
            job the newest completed one of the same type is taken. Lines with + are in the first job's log only, those \
            with - in the other's. Like diff, it ends with 0 where there is no difference, and with 1 where there is one.
            """)

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var appearance: AppearanceOptions

    @Argument(help: "The job: its id, the beginning of it, or base64:… for bytes that are no text.", completion: .jobs)
    var id: String

    @Argument(
        help: "The job to compare it with; the newest completed one of the same type unless given.", completion: .jobs)
    var other: String?

    @Option(
        name: [.customShort("U"), .customLong("unified")],
        help: ArgumentHelp("So many lines around each difference.", valueName: "count"))
    var context: Int?

    func validate() throws {
        if let context, context < 0 { throw ValidationError("-U takes a number of at least 0, not \(context).") }
    }

    func run() async throws {
        let source = try connection.source()
        let this = try await source.find(id)
        var partner: JobID?
        if let other { partner = try await source.find(other) }
        let comparison: LogComparison
        do {
            comparison = try await LogComparison.read(this, with: partner, from: source)
        } catch let refusal as LogComparison.Refusal {
            let advice = refusal.lacksOther ? " Name one: joblog compare \(id) OTHER." : ""
            throw Failure(refusal.lacksJob ? .noSuchJob : .error, refusal.description + TerminalText.line(advice))
        }
        if let reason = comparison.reason {
            StandardError.say("compared with \(comparison.jobs[1].display), \(reason)")
        }
        let paint = Paint(isOn: appearance.colors)
        var out = StandardOutput()
        let context = Settings.current.number(.compareContext, context) ?? 3
        let lines = UnifiedDiff(comparison, context: context).lines
        for line in lines { out.line(paint(line.text, Self.role(of: line.kind))) }
        out.flush()
        if !lines.isEmpty { throw ExitCode(1) }
    }

    private static func role(of kind: UnifiedDiff.Line.Kind) -> Paint.Role? {
        switch kind {
        case .common: nil
        case .header, .hunk: .faint
        case .this: .good
        case .other: .bad
        }
    }
}
