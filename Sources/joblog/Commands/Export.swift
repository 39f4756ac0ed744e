import ArgumentParser
import JobLogCore

/// `joblog export ID…`: the lines of logs in a file, or on standard output.
struct Export: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Write the logs of jobs to a file.",
        discussion: """
            All lines that the filters admit are written, as text for people, in the stored JSON, as a table or as a page \
            that needs nothing else. A file is written whole or not at all, only its owner can read it, and none is \
            replaced without --force.
            """)

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var appearance: AppearanceOptions
    @OptionGroup var filter: LogFilterOptions

    @Argument(help: "Jobs: ids, beginnings of ids, or base64:… for bytes that are no text.", completion: .jobs)
    var ids: [String]

    @Option(
        name: [.customShort("o"), .long],
        help: "How to write the lines: text, json, jsonl, csv or html; else what the end of the file's name says.")
    var format: ExportFormat?

    @Option(
        name: .customLong("output"),
        help: ArgumentHelp("The file to write; standard output without one.", valueName: "file"), completion: .file())
    var file: String?

    @Option(
        help: ArgumentHelp(
            "Write a bundle for `joblog open`: logs, states, checkpoints and reasoning, secrets scrubbed.",
            discussion: "The filters are saved with it. What is scrubbed is told on standard error.",
            valueName: "file"), completion: .file())
    var bundle: String?

    @Flag(help: "With --bundle: only tell what would be scrubbed.")
    var dryRun = false

    @Flag(help: "Replace a file that is there.")
    var force = false

    @Option(name: [.customShort("n"), .long], help: ArgumentHelp("The last so many lines.", valueName: "count"))
    var tail: Int?

    @Flag(help: "Write the reasoning of the jobs instead of their logs.")
    var reasoning = false

    func validate() throws {
        if let tail, tail < 0 { throw ValidationError("-n takes a number of at least 0, not \(tail).") }
        if force, file == nil, bundle == nil { throw ValidationError("--force goes with a file.") }
        if dryRun, bundle == nil { throw ValidationError("--dry-run goes with --bundle.") }
        if bundle != nil { try validateBundle() }
        if file == "" || bundle == "" { throw ValidationError("The file needs a name.") }
    }

    func run() async throws {
        let logFilter = try filter.filter(now: Timestamp.now())
        if let bundle { return try await writeBundle(bundle) }
        // Said before anything is asked of Redis.
        if let file { try ExportFile.check(file, replaces: force) }
        let source = try connection.source()
        let jobs = try await source.find(ids)
        let lines = try await source.lines(of: jobs, reasoning: reasoning, keys: connection.keys)
        var selection = LogSelection(filter: logFilter, context: filter.context, count: tail)
        let chosen = selection.take(lines, isFirst: true)
        let usual = Settings.current.choice(.exportOutput, ExportFormat?.none) ?? .text
        let format = format ?? file.flatMap { ExportFormat(fileName: $0) } ?? usual
        guard let file else {
            var writer = LogWriter(format: format, appearance.options(for: jobs))
            writer.begin()
            writer.write(chosen)
            return writer.end()
        }
        var options = appearance.options(for: jobs)
        options.colors = appearance.color == .always
        var target = try ExportFile(file, replaces: force)
        var exporter = LogExporter(format, options)
        var piece = Array(exporter.begin().utf8)
        for line in chosen {
            piece += exporter.next(line.line, entry: line.entry, followsGap: line.followsGap).utf8
            guard piece.count >= 1 << 16 else { continue }
            try target.write(piece)
            piece.removeAll(keepingCapacity: true)
        }
        try target.write(piece + exporter.end().utf8)
        try target.finish()
    }
}
