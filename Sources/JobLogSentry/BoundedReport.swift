import JobLogCore

/// A report cut to what may wait in memory, and about how much that is.
///
/// It is made while the worker waits, so it only measures and cuts; secrets are taken out later. Text is kept a little
/// longer than it is shown, so that a secret that the final cut goes through has been recognised before.
struct BoundedReport: Sendable {
    /// How much of the message an event shows.
    static let messageBytes = 8_192
    /// How much of a log line's message an event shows.
    static let lineBytes = 2_048
    /// How large the metadata of a log line may be.
    static let lineMetadataBytes = 8_192
    /// How much of any other field an event shows.
    static let fieldBytes = 1_024
    /// What is kept beyond what is shown.
    static let slack = 2_048

    let report: ErrorReport
    /// About how many bytes it takes.
    let bytes: Int
    /// What was cut already.
    let trimmed: [String]

    /// Bounds a report for events of `eventBytes`.
    init(_ report: ErrorReport, eventBytes: Int) {
        var report = report
        var trimmed: [String] = []
        var bytes = 512
        func kept(_ text: String?, _ limit: Int) -> String? {
            guard let text else { return nil }
            let kept = Self.cut(text, to: limit + Self.slack)
            bytes += kept.utf8.count
            return kept
        }
        func kept(_ metadata: JSONValue?, _ limit: Int, _ what: String) -> JSONValue? {
            guard let metadata else { return nil }
            guard let size = Self.size(metadata, atMost: limit) else {
                if !trimmed.contains(what) { trimmed.append(what) }
                return nil
            }
            bytes += size
            return metadata
        }
        report.message = kept(report.message, Self.messageBytes) ?? ""
        report.userID = kept(report.userID, Self.fieldBytes)
        report.worker = kept(report.worker, Self.fieldBytes)
        report.type = kept(report.type, Self.fieldBytes)
        report.step = kept(report.step, Self.fieldBytes)
        report.code = kept(report.code, Self.fieldBytes)
        report.metadata = kept(report.metadata, eventBytes, "metadata: too large")
        if report.jobID.bytes.count > Self.fieldBytes {
            let front = report.jobID.bytes.prefix(Self.fieldBytes)
            // What is text stays text: no character is cut.
            let text = (0..<4).lazy.map { front.dropLast($0) }.first { String(validating: $0, as: UTF8.self) != nil }
            report.jobID = JobID(bytes: text ?? front)
        }
        bytes += report.jobID.bytes.count
        let lines = report.breadcrumbs.map { line in
            bytes += 64
            var line = line
            line.message = kept(line.message, Self.lineBytes) ?? ""
            line.metadata = kept(line.metadata, Self.lineMetadataBytes, "metadata of log lines: too large")
            return line
        }
        report.setBreadcrumbs(lines)
        self.report = report
        self.bytes = bytes
        self.trimmed = trimmed
    }

    /// The front of a text, at most `limit` bytes, cut on a character's boundary.
    static func cut(_ text: String, to limit: Int) -> String {
        guard text.utf8.count > limit else { return text }
        var end = text.utf8.index(text.startIndex, offsetBy: limit)
        // Back to where a scalar begins.
        while end > text.startIndex, end.samePosition(in: text.unicodeScalars) == nil {
            end = text.utf8.index(before: end)
        }
        // A copy: the rest may be megabytes.
        return String(decoding: Array(text.utf8[..<end]), as: UTF8.self)
    }

    /// About how long a value's JSON is; nil when it is more than `limit`. No depth and no size makes it long to tell.
    static func size(_ value: JSONValue, atMost limit: Int) -> Int? {
        var total = 0
        var open = [value]
        while let value = open.popLast() {
            switch value {
            case .null, .bool: total += 5
            case .number(let number): total += number.text.utf8.count + 1
            case .string(let text): total += text.utf8.count + 3
            case .array(let elements):
                total += 2
                guard total + elements.count <= limit else { return nil }
                open += elements
            case .object(let object):
                total += 2
                guard total + object.members.count <= limit else { return nil }
                for member in object.members {
                    total += member.key.utf8.count + 4
                    open.append(member.value)
                }
            }
            guard total <= limit else { return nil }
        }
        return total
    }
}
