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
        abstract: "Show a bundle that was saved, or a log in JSON lines.",
        discussion: """
            The screen opens at the log, with the filters and at the place that were saved. Where the output is no terminal, \
            the lines are printed.
            """)

    @OptionGroup var appearance: AppearanceOptions
    @OptionGroup var state: StateOptions

    @Argument(help: "A file of `joblog export --bundle`, or of `joblog export -o jsonl`.")
    var file: String

    func run() async throws {
        signal(SIGPIPE, SIG_IGN)
        let bundle = try BundleFile.open(file)
        guard StandardOutput.isTerminal else { return print(bundle) }
        let (savedAt, openedAt) = (bundle.savedAt, Timestamp.now())
        let saved = state.restored()
        let isUTC = appearance.utc || saved.remembered.isUTC
        try await Screen(
            source: BundleJobSource(bundle, name: file, isUTC: isUTC), opening: bundle.job, appearance: appearance,
            access: .saved, closesAfter: nil, view: bundle.view, saved: saved,
            // Ages are those of the time when it was saved.
            clock: { savedAt + Timestamp.now() - openedAt }
        ).run()
    }

    private func print(_ bundle: JobBundle) {
        var out = StandardOutput()
        var exporter = LogExporter(.text, LogExporter.Options(isUTC: appearance.utc, colors: appearance.colors))
        for line in ExportLine.merged([(bundle.job, bundle.records)]) { out.add(exporter.next(line)) }
        out.flush()
    }
}

/// Reads bundles from files.
enum BundleFile {
    /// The largest file that is read, in bytes.
    private static let limit = 512_000_000

    /// The bundle in a file. Throws a `Failure` that says why there is none.
    static func open(_ path: String) throws(Failure) -> JobBundle {
        let name = TerminalText.line(path)
        let bytes: [UInt8]
        do throws(FileBytes.Trouble) {
            bytes = try FileBytes.read(path, limit: limit)
        } catch .tooLarge {
            throw Failure(.error, "\(name) is too large: a bundle has at most \(ByteCount.text(limit)).")
        } catch {
            throw Failure(.error, "\(name) cannot be read: \(error.reason).")
        }
        do throws(BundleError) {
            return try JobBundle(opening: bytes, name: path)
        } catch {
            throw Failure(.error, error.description)
        }
    }
}
