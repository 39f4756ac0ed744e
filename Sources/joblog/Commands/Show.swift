import ArgumentParser
import JobLogCore
import TerminalUI

/// `joblog show ID`: one job in full.
struct Show: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show one job: state, progress, checkpoint, error.")

    /// How the job is written.
    enum Format: String, ExpressibleByArgument, CaseIterable {
        case text, json
    }

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var appearance: AppearanceOptions

    @Argument(help: "The job's id, the beginning of it, or base64:… for bytes that are no text.", completion: .jobs)
    var id: String

    @Option(name: .shortAndLong, help: "How to write the job: text or json.")
    var output: Format?

    func run() async throws {
        let source = try connection.source()
        let id = try await source.find(id)
        guard let job = try await source.job(id) else { throw Failure(.noSuchJob, "no job \(id.display)") }
        var out = StandardOutput()
        switch Settings.current.choice(.showOutput, output) ?? .text {
        case .json:
            var json = job.snapshot.json().object ?? JSONObject()
            json.append("checkpoint", job.checkpoint?.json())
            out.line(JSONValue.object(json).text(escapeTerminal: true))
        case .text:
            let sheet = JobSheet(job, isUTC: appearance.utc, colors: appearance.colors)
            for line in sheet.lines(now: Timestamp.now()) { out.line(line) }
        }
        out.flush()
    }
}
