import Dispatch
import JobLogCore
import JobLogTUI
import TerminalUI

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// Carries out what leaves the screen, on a thread of its own where it may take time.
@MainActor
final class OutDesk {
    private nonisolated let queue = DispatchQueue(label: "joblog.out")
    private let backend: any TerminalBackend
    private nonisolated let mailbox: Mailbox<AppMessage>
    /// Reads a large entry whole, on the calling thread; nil where it cannot be had.
    private nonisolated let fetch: @Sendable (ExportLine) -> LogRecord?

    init(
        backend: any TerminalBackend, mailbox: Mailbox<AppMessage>,
        fetch: @escaping @Sendable (ExportLine) -> LogRecord?
    ) {
        self.fetch = fetch
        self.backend = backend
        self.mailbox = mailbox
    }

    /// Carries a request out; a report follows. Piping takes the terminal, and returns when it is back.
    func carryOut(_ request: OutRequest) {
        let mailbox = mailbox
        switch request {
        case .copy(let order): copy(order)
        case .save(let order): save(order)
        case .complete(let text): queue.async { @Sendable in mailbox.post(.out(FileNames.complete(text))) }
        case .pipe(let order):
            var report = OutReport.said("The terminal cannot be given away now")
            backend.lend { report = PipeRunner(order, fetch: fetch).run() }
            mailbox.post(.out(report))
        }
    }

    /// Writes a file, or looks for the secrets in a bundle; from any thread.
    nonisolated func save(_ order: OutRequest.SaveOrder) {
        queue.async { @Sendable [mailbox, fetch] in mailbox.post(.out(Self.save(order, fetch))) }
    }

    /// Waits for what is under way: a file is not to be lost because the screen was left.
    func finish() { queue.sync {} }

    private nonisolated static func save(
        _ order: OutRequest.SaveOrder, _ fetch: @escaping @Sendable (ExportLine) -> LogRecord?
    ) -> OutReport {
        let path = FileNames.expanded(order.path)
        if let bundle = order.bundle, order.sealed == nil {
            // What cannot be written is not looked through first; what is there is asked about when it comes to it.
            if let error = Self.trouble(path) { return .notSaved(order, error) }
            var order = order
            order.sealed = bundle.sealed()
            return .preview(order)
        }
        do throws(ExportError) {
            var size = 0
            var file = try ExportFile(path, replaces: order.replaces)
            if let sealed = order.sealed {
                try file.write(sealed.bytes)
                try file.finish()
                return .said("Saved a bundle to \(order.path), \(ByteCount.text(sealed.bytes.count))")
            }
            let missing = MissingEntries()
            let lines = order.lines.whole(fetch, counting: missing)
            try LogExporter.write(lines, as: order.format, order.lines.options) {
                (piece: [UInt8]) throws(ExportError) in
                try file.write(piece)
                size += piece.count
            }
            try file.finish()
            return .said(
                "Saved \(order.lines.what) to \(order.path) as \(order.format.name), \(ByteCount.text(size))"
                    + missing.remark)
        } catch {
            return error.code == .exists ? .exists(order) : .notSaved(order, error.description)
        }
    }

    private nonisolated static func trouble(_ path: String) -> String? {
        do throws(ExportError) {
            try ExportFile.check(path, replaces: true)
            return nil
        } catch {
            return error.description
        }
    }

    // MARK: - Copying

    /// Beyond this much even the text is made on another thread: it is too much for the terminal by far.
    private static let much = 1_000_000

    private func copy(_ order: OutRequest.CopyOrder) {
        var text: [UInt8]?
        var isSent = false
        if order.size <= Self.much, !order.isCut {
            let made = order.text()
            text = made
            if made.count <= Clipboard.limit { isSent = backend.copy(base64: Base64.encode(made)) }
        }
        let mailbox = mailbox
        queue.async { @Sendable [text, isSent, fetch] in
            let missing = MissingEntries()
            let text = text ?? order.text { missing.complete($0, by: fetch) }
            // Only the loop can give the terminal what it may take after all.
            if order.isCut, text.count <= Clipboard.limit {
                let whole = String(decoding: text, as: UTF8.self)
                return mailbox.post(.out(.text(.init(text: whole, what: order.what + missing.remark))))
            }
            mailbox.post(.out(.said(Self.copied(order.what, text, isSent: isSent) + missing.remark)))
        }
    }

    /// Gives the text to a clipboard tool where there is one; what to say of all.
    private nonisolated static func copied(_ what: String, _ text: [UInt8], isSent: Bool) -> String {
        var ways = isSent ? ["the terminal (OSC 52)"] : []
        var troubles: [String] = []
        if let tool = ClipboardTool.find(isSent: isSent) {
            do throws(Failure) {
                try tool.copy(text)
                ways.append(tool.name)
            } catch {
                troubles.append(error.message)
            }
        }
        let size = ByteCount.text(text.count)
        guard !ways.isEmpty else {
            let reason =
                text.count > Clipboard.limit
                ? "\(size) are too much for the terminal, which takes \(ByteCount.text(Clipboard.limit))"
                : "this terminal has no clipboard"
            let hint = troubles.first ?? "there is no wl-copy, xclip, xsel or pbcopy, or no display for it."
            return "Not copied: \(reason); \(hint) ^S saves to a file."
        }
        return (["Copied \(what), \(size), by \(ways.joined(separator: " and "))"] + troubles).joined(separator: ". ")
    }
}

extension OutRequest.CopyOrder {
    /// About how many bytes it is.
    fileprivate var size: Int {
        switch content {
        case .text(let text): text.utf8.count
        case .lines(let lines, _, _): lines.reduce(0) { $0 + $1.record.size }
        }
    }
}
