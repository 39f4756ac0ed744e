import JobLogCore
import Synchronization

/// Lines that leave the screen: in a file, on the clipboard, through a pipe.
public struct OutLines: Sendable, Hashable {
    /// The jobs in whose log they were shown.
    package let jobs: [JobID]
    /// The lines, oldest first.
    package let lines: [ExportLine]
    /// What is written besides them.
    package let options: LogExporter.Options
    /// What they are: `3 marked lines`.
    package let what: String

    /// The lines as they are written: large entries are read whole by `fetch`, one at a time; what cannot be had says that
    /// it is cut, and is counted in `missing`.
    package func whole(
        _ fetch: @escaping @Sendable (ExportLine) -> LogRecord?, counting missing: MissingEntries
    ) -> some Sequence<ExportLine> {
        lines.lazy.map { missing.complete($0, by: fetch) }
    }
}

/// Counts large entries that were to leave the screen and could not be read whole.
package final class MissingEntries: Sendable {
    private let total = Atomic(0)

    package init() {}

    /// The line with all of its entry, as far as it can be had.
    package func complete(_ line: ExportLine, by fetch: (ExportLine) -> LogRecord?) -> ExportLine {
        guard line.record.isCut else { return line }
        if let record = fetch(line) { return line.replacing(record) }
        total.add(1, ordering: .relaxed)
        return line
    }

    /// What is to be said of them; empty where there are none.
    package var remark: String {
        switch total.load(ordering: .relaxed) {
        case 0: ""
        case 1: "; a large entry is cut: the rest is no longer there, or cannot be read"
        case let count: "; \(count) large entries are cut: the rest is no longer there, or cannot be read"
        }
    }
}

/// What is to go where, beyond the screen and the source.
public enum OutRequest: Sendable, Hashable {
    /// Text for the clipboard; `what` says what it is.
    case copy(CopyOrder)
    /// Lines for a file.
    case save(SaveOrder)
    /// Lines for the standard input of a command, which gets the terminal.
    case pipe(PipeOrder)
    /// The rest of a file's name.
    case complete(String)

    /// What is copied.
    public struct CopyOrder: Sendable, Hashable {
        /// The text's pieces.
        package enum Content: Sendable, Hashable {
            case text(String)
            case lines([ExportLine], ExportFormat, LogExporter.Options)
        }

        package let content: Content
        /// What it is: `3 marked lines`.
        package let what: String

        /// The order for the text alone, made already.
        package init(text: String, what: String) { self.init(content: .text(text), what: what) }

        init(content: Content, what: String) {
            self.content = content
            self.what = what
        }

        /// Whether large entries are to be read whole first.
        package var isCut: Bool {
            if case .lines(let lines, _, _) = content { lines.contains(where: \.record.isCut) } else { false }
        }

        /// The text, made now.
        package func text(_ complete: (ExportLine) -> ExportLine = { $0 }) -> [UInt8] {
            switch content {
            case .text(let text): return Array(text.utf8)
            case .lines(let lines, let format, let options):
                let lines = lines.map(complete)
                var bytes = LogExporter.text(lines, as: format, options)
                // Pasted into a sentence or a shell, a line is to have no end.
                if lines.count == 1, bytes.last == UInt8(ascii: "\n") { bytes.removeLast() }
                return bytes
            }
        }
    }

    /// What is saved.
    public struct SaveOrder: Sendable, Hashable {
        package let lines: OutLines
        /// The file's name as it was typed.
        package let path: String
        /// Whether a file of that name may be replaced.
        package var replaces = false
        /// What a bundle is to hold; nil for lines alone.
        package var bundle: JobBundle?
        /// The bundle as it will be written, once it is known what had to be scrubbed.
        package var sealed: SealedBundle?

        /// Whether the reasoning of a bundle's jobs, or large entries of their logs, are still to be read.
        package var isIncomplete: Bool {
            guard sealed == nil, let bundle else { return false }
            return bundle.jobs.contains { $0.reasoning == nil } || bundle.hasCutEntries
        }

        /// What the name says, else text.
        package var format: ExportFormat { ExportFormat(fileName: path) ?? .text }
    }

    /// What is piped.
    public struct PipeOrder: Sendable, Hashable {
        package let lines: OutLines
        package let format: ExportFormat
        /// For the shell; empty for the user's pager.
        package let command: String
    }
}

/// What has come of a request.
public enum OutReport: Sendable {
    /// A sentence.
    case said(String)
    /// Text that had to be read first, for the clipboard of a terminal that takes so much.
    case text(OutRequest.CopyOrder)
    /// There is a file of that name.
    case exists(OutRequest.SaveOrder)
    /// The file cannot be written; a sentence says why.
    case notSaved(OutRequest.SaveOrder, String)
    /// What a bundle holds and what was scrubbed from it: it is written when that is agreed to.
    case preview(OutRequest.SaveOrder)
    /// The beginning of a file's name, and what it may go on to, the common part first.
    case completed(String, to: String, choices: [String])
}
