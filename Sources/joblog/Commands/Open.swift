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

    @Argument(help: "A file of `joblog export --bundle`, or of `joblog export -o jsonl`.")
    var file: String

    func run() async throws {
        signal(SIGPIPE, SIG_IGN)
        let bundle = try BundleFile.open(file)
        guard StandardOutput.isTerminal else { return print(bundle) }
        let (savedAt, openedAt) = (bundle.savedAt, Timestamp.now())
        try await Screen(
            source: BundleJobSource(bundle, name: file, isUTC: appearance.utc), opening: bundle.job,
            appearance: appearance, access: .saved, closesAfter: nil, view: bundle.view,
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
    /// The largest file that is read, in bytes: an endless one must not take all memory.
    private static let limit = 512_000_000

    /// The bundle in a file. Throws a `Failure` that says why there is none.
    static func open(_ path: String) throws(Failure) -> JobBundle {
        let name = TerminalText.line(path)
        let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw trouble(name) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw trouble(name) }
        if status.st_mode & S_IFMT == S_IFREG, Int(status.st_size) > limit { throw tooLarge(name) }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(min(limit, max(0, Int(status.st_size)) + 1))
        var piece = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = read(descriptor, &piece, piece.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw trouble(name) }
            guard count > 0 else { break }
            bytes += piece[..<count]
            if bytes.count > limit { throw tooLarge(name) }
        }
        do throws(BundleError) {
            return try JobBundle(opening: bytes, name: path)
        } catch {
            throw Failure(.error, error.description)
        }
    }

    private static func trouble(_ name: String) -> Failure {
        Failure(.error, "\(name) cannot be read: \(String(cString: strerror(errno))).")
    }

    private static func tooLarge(_ name: String) -> Failure {
        Failure(.error, "\(name) is too large: a bundle has at most \(ByteCount.text(limit)).")
    }
}
