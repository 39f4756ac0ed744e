import ArgumentParser
import JobLogCore
import JobLogTUI

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// `joblog open FILE`: a saved bundle on the screen, without a server.
struct Open: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "open",
        abstract: "Show a bundle that was saved, or a log in JSON lines.",
        discussion: """
            The screen opens at the log, or at the merged logs of several jobs, with the filters and at the place that were \
            saved. Where the output is no terminal, \
            the lines are printed.
            """)

    @OptionGroup(title: "Configuration")
    var settingsOptions: SettingsOptions
    @OptionGroup var appearance: AppearanceOptions
    @OptionGroup var state: StateOptions
    @OptionGroup var screen: ScreenOptions

    @Argument(help: "A file of `joblog export --bundle`, or of `joblog export -o jsonl`.", completion: .file())
    var file: String

    func run() async throws {
        signal(SIGPIPE, SIG_IGN)
        let bundle = try BundleFile.open(file)
        guard StandardOutput.isTerminal else { return print(bundle) }
        let (savedAt, openedAt) = (bundle.savedAt, Timestamp.now())
        let saved = state.restored()
        let isUTC = appearance.askedUTC ?? saved.remembered.isUTC
        try await Screen(
            source: BundleJobSource(bundle, name: file, isUTC: isUTC), opening: bundle.jobs[0].id,
            others: bundle.jobs.dropFirst().map(\.id), appearance: appearance, options: screen, access: .saved,
            closesAfter: nil, view: bundle.view, saved: saved,
            // Ages are those of the time when it was saved.
            clock: { savedAt + Timestamp.now() - openedAt }
        ).run()
    }

    private func print(_ bundle: JobBundle) {
        var out = StandardOutput()
        let options = LogExporter.Options(
            namesJobs: bundle.jobs.count > 1, isUTC: appearance.utc, colors: appearance.colors)
        var exporter = LogExporter(.text, options)
        for line in ExportLine.merged(bundle.jobs.map { ($0.id, $0.records) }) { out.add(exporter.next(line)) }
        out.flush()
    }
}

/// Reads bundles from files.
enum BundleFile {
    /// The largest file that is read, in bytes.
    private static let limit = 512_000_000

    /// The bundle in a file. Throws a `Failure` that says why there is none.
    static func open(_ path: String) throws(Failure) -> JobBundle {
        let bytes: [UInt8]
        do throws(InputFile.Trouble) {
            bytes = try InputFile.read(path, limit: limit, what: "a bundle")
        } catch {
            switch error {
            case .missing: throw Failure(.error, "\(TerminalText.line(path)) cannot be read: there is no such file.")
            case .failed(let sentence): throw Failure(.error, sentence)
            }
        }
        do throws(BundleError) {
            return try JobBundle(opening: bytes, name: path)
        } catch {
            throw Failure(.error, error.description)
        }
    }
}
