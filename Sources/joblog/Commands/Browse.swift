import ArgumentParser
import JobLogCore

/// `joblog browse [ID]`: the screen.
struct Browse: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "browse",
        abstract: "Open the screen: the active jobs, or the log of one job.",
        discussion: "Where the output is no terminal, what `ls` or `logs` prints is printed instead.")

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var appearance: AppearanceOptions
    @OptionGroup var state: StateOptions
    @OptionGroup var screen: ScreenOptions

    @Argument(
        help: "The job at whose log to open: its id, the beginning of it, or base64:… for bytes that are no text.",
        completion: .jobs)
    var id: String?

    @Flag(
        help: ArgumentHelp(
            "Lines that stand in place of a screen, for screen readers: new lines and states are told as they come.",
            discussion: "Commands are typed: list, open, show, cancel and others, as help tells."))
    var plain = false

    func run() async throws {
        let source = try connection.source()
        if plain { return try await tell(source) }
        guard StandardOutput.isTerminal else { return try await print(from: source) }
        let opening: JobID?
        // The connection that looks it up is let go when the screen opens, which has its own two.
        if let id { opening = try await source.find(id) } else { opening = nil }
        let next = try await Screen(
            source: source, opening: opening, appearance: appearance, options: screen, access: connection.access,
            closesAfter: nil, isPlaceAssumed: Settings.current.isPlaceAssumed, profile: Settings.current.profile?.name,
            saved: state.restored()
        ).run()
        if case .demo = next {
            var demo = try await Demo.asyncParse([])
            (demo.appearance, demo.screen, demo.tour) = (appearance, screen, true)
            try await demo.run()
        }
    }

    private func tell(_ source: any JobSource) async throws {
        var opening: JobID?
        if let id { opening = try await source.find(id) }
        var refusal: String?
        do { try connection.checkWriting() } catch let failure as Failure { refusal = failure.message }
        await PlainScreen(source: source, opening: opening, isUTC: appearance.utc, refusal: refusal).run()
    }

    private func print(from source: any JobSource) async throws {
        if let id {
            var logs = try await Logs.asyncParse([id])
            logs.connection = connection
            logs.appearance = appearance
            try await logs.print([source.find(id)], from: source)
        } else {
            var list = try await List.asyncParse([])
            list.appearance = appearance
            try await list.print(from: source)
        }
    }
}
