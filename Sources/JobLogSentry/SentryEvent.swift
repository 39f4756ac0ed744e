import JobLogCore

/// The JSON of an event: the report with secrets taken out, within the size that Sentry takes.
struct SentryEvent {
    /// How long a tag's value may be, in characters.
    private static let tagLength = 200
    /// How deep metadata is sent; Sentry cuts it anyway.
    private static let depth = 16
    /// How many replaced secrets an event lists at most.
    private static let shownFindings = 50

    private let id: String
    private let bounded: BoundedReport
    private let configuration: SentryConfiguration
    private var findings: [SecretScrubber.Finding] = []
    private var trimmed: [String]

    init(id: String, report: BoundedReport, configuration: SentryConfiguration) {
        self.id = id
        bounded = report
        self.configuration = configuration
        trimmed = report.trimmed
    }

    /// The event's bytes, at most ``SentryConfiguration/eventBytes``: log lines go first, the oldest before the newer
    /// ones, then the metadata.
    mutating func encode() -> [UInt8] {
        let report = bounded.report
        let base = self.base(report)
        let metadata = report.metadata.map { scrubbed($0, "metadata") }
        let lines = report.breadcrumbs.enumerated().map { index, line in breadcrumb(line, index) }

        // What the marks of trimming may add.
        let limit = configuration.eventBytes - 1_024
        var room = limit - size(of: event(base, metadata: metadata, lines: []))
        var sent = metadata
        if room < 0, metadata != nil {
            sent = nil
            trimmed.append("metadata: the event was too large")
            room = limit - size(of: event(base, metadata: nil, lines: []))
        }
        var count = 0
        for line in lines.reversed() {
            room -= line.encode().count + 1
            guard room >= 0 else { break }
            count += 1
        }
        if count < lines.count {
            trimmed.append("breadcrumbs: \(lines.count - count) of \(lines.count) were too large for the event")
        }
        return event(base, metadata: sent, lines: Array(lines.suffix(count))).encode()
    }

    // MARK: - Parts

    private mutating func base(_ report: ErrorReport) -> JSONObject {
        let message = shown(report.message, "message", BoundedReport.messageBytes)
        let type = report.type.map { shown($0, "type") }
        let code = report.code.map { shown($0, "code") }
        let step = report.step.map { shown($0, "step") }
        let worker = report.worker.map { shown($0, "worker") }
        let job = shown(report.jobID.argument, "job")
        let progress = report.progress.flatMap { JSONNumber($0)?.text }

        var object = JSONObject()
        object.append("event_id", .string(id))
        object.append("timestamp", JSONValue(Double(UnixTime.clamp(report.timestamp)) / 1_000))
        object.append("platform", "other")
        object.append("level", "error")
        object.append("logger", "joblog")
        object.append("server_name", configuration.serverName.map { .string(Self.tag($0)) })
        object.append("release", configuration.release.map { .string(Self.tag($0)) })
        object.append("environment", configuration.environment.map { .string(Self.tag($0)) })
        object.append("transaction", type.map { .string(Self.tag($0)) })
        object.append("user", report.userID.map { ["id": .string(shown($0, "user"))] })
        var tags = JSONObject()
        for (name, value) in [
            ("job_id", job), ("user", report.userID.map { shown($0, "user") }), ("worker", worker), ("step", step),
            ("progress", progress), ("type", type), ("code", code), ("attempt", report.attempt.map(String.init)),
        ] {
            guard let value, !value.isEmpty else { continue }
            tags.append(name, .string(Self.tag(value)))
        }
        object.append("tags", .object(tags))
        var fingerprinted = report
        fingerprinted.type = type
        fingerprinted.code = code
        let parts = SentryFingerprint.parts(of: fingerprinted, message: message)
        object.append("fingerprint", .array(parts.map(JSONValue.string)))
        object.append(
            "exception",
            [
                "values": [
                    [
                        "type": .string(code.map(Self.tag) ?? "JobError"),
                        "value": .string(message.isEmpty ? "(no message)" : message),
                        "mechanism": ["type": "joblog", "handled": true],
                    ]
                ]
            ])
        object.append("sdk", ["name": .string(SentrySDK.name), "version": .string(SentrySDK.version)])
        return object
    }

    private func event(_ base: JSONObject, metadata: JSONValue?, lines: [JSONValue]) -> JSONObject {
        let report = bounded.report
        var job = JSONObject()
        job.append("id", base["tags"]?["job_id"])
        job.append("step", base["tags"]?["step"])
        job.append("progress", report.progress.map { JSONValue($0) })
        job.append("attempt", report.attempt.map { JSONValue($0) })
        var contexts = JSONObject()
        contexts.append("job", .object(job))
        switch metadata {
        case nil: break
        case .object: contexts.append("metadata", metadata)
        default: contexts.append("metadata", ["value": metadata ?? .null])
        }
        var extra = JSONObject()
        if !trimmed.isEmpty { extra.append("trimmed", .array(trimmed.map(JSONValue.string))) }
        if !findings.isEmpty {
            extra.append("scrubbed", .array(findings.map { .string($0.description) }))
        }
        var object = base
        object.append("contexts", .object(contexts))
        if !extra.members.isEmpty { object.append("extra", .object(extra)) }
        object.append("breadcrumbs", ["values": .array(lines)])
        return object
    }

    private mutating func breadcrumb(_ line: LogLine, _ index: Int) -> JSONValue {
        let place = "breadcrumbs[\(index)]"
        var object = JSONObject()
        object.append("timestamp", JSONValue(Double(UnixTime.clamp(line.timestamp)) / 1_000))
        object.append("type", "default")
        object.append("level", .string(line.level == .warn ? "warning" : line.level.wire))
        object.append("category", "joblog")
        object.append("message", .string(shown(line.message, place, BoundedReport.lineBytes)))
        if let metadata = line.metadata {
            let data = scrubbed(metadata, "\(place).data")
            object.append("data", data.object == nil ? ["value": data] : data)
        }
        return .object(object)
    }

    private func size(of object: JSONObject) -> Int { object.encode().count }

    // MARK: - Scrubbing and cutting

    private mutating func shown(_ text: String, _ path: String, _ limit: Int = BoundedReport.fieldBytes) -> String {
        let (scrubbed, found) = configuration.scrubber.scrub(text, path: path)
        note(found)
        guard scrubbed.utf8.count > limit else { return scrubbed }
        return BoundedReport.cut(scrubbed, to: limit - 3) + "…"
    }

    private mutating func scrubbed(_ value: JSONValue, _ root: String) -> JSONValue {
        let (scrubbed, found) = configuration.scrubber.scrub(value, root: root)
        note(found)
        return Self.limited(scrubbed, depth: Self.depth)
    }

    private mutating func note(_ found: [SecretScrubber.Finding]) {
        for finding in found where findings.count < Self.shownFindings && !findings.contains(finding) {
            findings.append(finding)
        }
    }

    /// The value without what lies deeper than Sentry keeps.
    private static func limited(_ value: JSONValue, depth: Int) -> JSONValue {
        switch value {
        case .array(let elements):
            if depth == 0 { return "[nested too deep]" }
            return .array(elements.map { limited($0, depth: depth - 1) })
        case .object(let object):
            if depth == 0 { return "[nested too deep]" }
            return .object(
                JSONObject(object.members.map { .init(key: $0.key, value: limited($0.value, depth: depth - 1)) }))
        default: return value
        }
    }

    /// Text as a tag may have it: one line of at most 200 characters.
    private static func tag(_ text: String) -> String {
        var scalars = String.UnicodeScalarView()
        for scalar in text.unicodeScalars.prefix(tagLength) {
            let isControl =
                scalar.properties.generalCategory == .control || scalar.value == 0x2028 || scalar.value == 0x2029
            scalars.append(isControl ? " " : scalar)
        }
        return String(scalars)
    }
}
