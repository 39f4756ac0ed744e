/// All that is to be seen of a job, or of several whose logs are merged, in one file: log, state, checkpoint and reasoning,
/// and how somebody looked at it.
///
/// The file is JSON lines: a header with the format, its version and a checksum of all that follows; what is known of the
/// job; then an entry of the log a line, an object as it is stored, other text as a string, bytes that are no text in an
/// array as base 64. Of several jobs, which is version 2, each has a line of its own and its entries behind that.
package struct JobBundle: Sendable, Hashable {
    /// The end of the names of such files.
    package static let fileExtension = ".joblog"
    /// What the header calls it.
    static let format = "joblog-bundle"
    /// The newest version that can be read. One job is written as version 1, so that an older joblog can open it: what it
    /// does not know of it leaves out.
    static let newestVersion = 2

    /// One of the jobs.
    package struct Job: Sendable, Hashable {
        /// Its id.
        package var id: JobID
        /// The log, in the order in which it is shown.
        package var records: [LogRecord]
        /// What was known of the job; nil for a log alone.
        package var snapshot: JobSnapshot?
        /// Its checkpoint.
        package var checkpoint: Checkpoint?
        /// Its reasoning, oldest first; nil where that was not read.
        package var reasoning: [LogRecord]?

        /// A job of these parts.
        package init(
            id: JobID, records: [LogRecord], snapshot: JobSnapshot? = nil, checkpoint: Checkpoint? = nil,
            reasoning: [LogRecord]? = nil
        ) {
            self.id = id
            self.records = records
            self.snapshot = snapshot
            self.checkpoint = checkpoint
            self.reasoning = reasoning
        }
    }

    /// The jobs, at least one.
    package var jobs: [Job]
    /// When it was saved, Unix ms.
    package var savedAt: Int64
    /// Where it was read from, for people.
    package var source: String
    /// How it was looked at.
    package var view: LogView

    /// A bundle of these parts.
    package init(_ jobs: [Job], savedAt: Int64, source: String, view: LogView = LogView()) {
        self.jobs = jobs
        self.savedAt = savedAt
        self.source = source
        self.view = view
    }

    var version: Int { jobs.count == 1 ? 1 : 2 }

    /// Whether large entries are still to be read whole.
    package var hasCutEntries: Bool { jobs.contains { $0.records.contains(where: \.isCut) } }

    /// Reads large entries whole; one that is not there any more says that it is cut.
    package mutating func readLargeEntries(from source: any JobSource) async {
        for index in jobs.indices {
            for place in jobs[index].records.indices where jobs[index].records[place].isCut {
                let record = jobs[index].records[place]
                let whole = try? await source.whole(record, of: jobs[index].id)
                jobs[index].records[place] = whole ?? record.admittingCut()
            }
        }
    }

    /// Reads the jobs' reasoning; where it cannot be read the bundle goes without, and says so.
    package mutating func readReasoning(from source: any JobSource) async {
        for index in jobs.indices { jobs[index].reasoning = try? await source.reasoning(jobs[index].id) }
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
    /// How many jobs it holds.
    package let jobCount: Int
    /// How many lines their logs have.
    package let lineCount: Int
    /// How many steps of reasoning they have.
    package let stepCount: Int
    /// The jobs whose reasoning could not be read.
    package let unread: [JobID]
    /// What was scrubbed, in the order in which it was found.
    package let scrubbed: [Scrubbed]

    /// What is in it and what was scrubbed from it, for people; a line each.
    package var preview: [String] {
        var parts = jobCount == 1 ? [] : ["\(jobCount) jobs"]
        parts.append("\(lineCount) \(lineCount == 1 ? "line" : "lines")")
        if stepCount > 0 { parts.append("\(stepCount) \(stepCount == 1 ? "step" : "steps") of reasoning") }
        var lines = ["\(parts.joined(separator: ", ")), \(ByteCount.text(bytes.count)) in all."]
        if !unread.isEmpty {
            let names =
                unread.prefix(3).map(\.display).joined(separator: ", ") + (unread.count > 3 ? " and others" : "")
            lines.append("The reasoning of \(names) could not be read, and is not in it.")
        }
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
