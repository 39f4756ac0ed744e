/// All that is to be seen of one job, in one file: its log, its state, its checkpoint, and how somebody looked at it.
///
/// The file is JSON lines: a header with the format, its version and a checksum of all that follows; what is known of the
/// job; then an entry of the log a line, an object as it is stored, other text as a string, bytes that are no text in an
/// array as base 64.
package struct JobBundle: Sendable, Hashable {
    /// The end of the names of such files.
    package static let fileExtension = ".joblog"
    /// What the header calls it.
    static let format = "joblog-bundle"
    /// The newest version that can be read, and the one that is written.
    static let version = 1

    /// The job.
    package var job: JobID
    /// When it was saved, Unix ms.
    package var savedAt: Int64
    /// Where it was read from, for people.
    package var source: String
    /// The log, in the order in which it is shown.
    package var records: [LogRecord]
    /// What was known of the job; nil for a log alone.
    package var snapshot: JobSnapshot?
    /// Its checkpoint.
    package var checkpoint: Checkpoint?
    /// How it was looked at.
    package var view: LogView

    /// A bundle of these parts.
    package init(
        job: JobID, savedAt: Int64, source: String, records: [LogRecord], snapshot: JobSnapshot? = nil,
        checkpoint: Checkpoint? = nil, view: LogView = LogView()
    ) {
        self.job = job
        self.savedAt = savedAt
        self.source = source
        self.records = records
        self.snapshot = snapshot
        self.checkpoint = checkpoint
        self.view = view
    }
}

/// A bundle as it is written, and what was scrubbed from it.
package struct SealedBundle: Sendable, Hashable {
    /// Secrets of one kind that stood in one place.
    package struct Scrubbed: Sendable, Hashable {
        /// Where: `log.metadata.token`.
        package let place: String
        /// Why.
        package let kind: SecretScrubber.Reason
        /// How many.
        package var count: Int
    }

    /// The file's content.
    package let bytes: [UInt8]
    /// How many lines the log has.
    package let lineCount: Int
    /// What was scrubbed, in the order in which it was found.
    package let scrubbed: [Scrubbed]

    /// What is in it and what was scrubbed from it, for people; a line each.
    package var preview: [String] {
        var lines = ["\(lineCount) \(lineCount == 1 ? "line" : "lines"), \(ByteCount.text(bytes.count)) in all."]
        guard !scrubbed.isEmpty else {
            return lines + ["Nothing in it looks like a secret. Whatever does not look like one is still there."]
        }
        let total = scrubbed.reduce(0) { $0 + $1.count }
        lines.append("\(total) \(total == 1 ? "secret is" : "secrets are") scrubbed, as far as they look like one:")
        return lines + scrubbed.map { "\($0.count) × \(TerminalText.line($0.place)): \($0.kind.sentence)" }
    }
}

extension SecretScrubber.Reason {
    /// The kind of secret in a few words.
    package var sentence: String {
        switch self {
        case .name: "named like a secret"
        case .authorization: "authorization"
        case .jwt: "JSON web token"
        case .url: "password in a URL"
        case .serviceKey: "key of a service"
        case .privateKey: "private key"
        }
    }
}
