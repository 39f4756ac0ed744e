extension JobBundle {
    /// The file's content, what looks like a secret scrubbed from all of it.
    package func sealed() -> SealedBundle {
        var scrub = BundleScrub()
        var body: [UInt8] = []
        body.reserveCapacity(jobs.lazy.flatMap(\.records).reduce(1_000) { $0 + $1.bytes.count + 16 })
        let add = { (value: JSONValue) in
            body += value.encode(escapeTerminal: true)
            body.append(UInt8(ascii: "\n"))
        }
        var facts = scrubbedFacts(&scrub)
        if version > 1 {
            facts.append("jobs", JSONValue(jobs.count))
            add(.object(facts))
        }
        for job in jobs {
            var object = version > 1 ? JSONObject() : facts
            object.append("lines", version > 1 ? JSONValue(job.records.count) : nil)
            job.addScrubbed(to: &object, &scrub)
            add(.object(object))
            for record in job.records { add(scrub.entry(record, "log")) }
        }
        let header = Self.header(version: version, length: body.count, checksum: Self.checksum(body[...]))
        return SealedBundle(
            bytes: header + body, jobCount: jobs.count, lineCount: jobs.reduce(0) { $0 + $1.records.count },
            stepCount: jobs.reduce(0) { $0 + ($1.reasoning?.count ?? 0) },
            unread: jobs.filter { $0.reasoning == nil }.map(\.id), scrubbed: scrub.found)
    }

    static func header(version: Int, length: Int, checksum: UInt32) -> [UInt8] {
        let digits = String(checksum, radix: 16)
        let text = String(repeating: "0", count: 8 - digits.count) + digits
        return Array(
            "{\"format\":\"\(format)\",\"version\":\(version),\"bytes\":\(length),\"crc32\":\"\(text)\"}\n".utf8)
    }

    static func checksum(_ bytes: ArraySlice<UInt8>) -> UInt32 {
        bytes.withUnsafeBytes { CRC32.checksum($0, seed: 0) }
    }

    private func scrubbedFacts(_ scrub: inout BundleScrub) -> JSONObject {
        var object = JSONObject()
        object.append("savedAt", JSONValue(savedAt))
        object.append("source", scrub.value(.string(source), "source"))
        object.append("view", scrub.value(view.json, "view"))
        return object
    }
}

extension JobBundle.Job {
    /// Adds what a job's line has of it.
    fileprivate func addScrubbed(to object: inout JSONObject, _ scrub: inout BundleScrub) {
        object.append("jobId", .string(id.lossyText))
        object.append("jobIdBase64", id.text == nil ? .string(id.base64) : nil)
        object.append("job", snapshot.map { scrub.value($0.facts, "job") })
        if let checkpoint {
            let value = (try? JSONValue(parsing: checkpoint.encode()[...])) ?? .null
            object.append("checkpoint", scrub.value(value, "checkpoint"))
            object.append("checkpointBytes", JSONValue(checkpoint.byteCount))
        }
        if let reasoning { object.append("reasoning", .array(reasoning.map { scrub.entry($0, "reasoning") })) }
    }
}

/// Scrubs the parts of a bundle, and counts what it finds by place and kind.
private struct BundleScrub {
    private(set) var found: [SealedBundle.Scrubbed] = []
    private var places: [Place: Int] = [:]

    private struct Place: Hashable {
        let path: String
        let reason: SecretScrubber.Reason
    }

    private let scrubber = SecretScrubber()

    mutating func value(_ value: JSONValue, _ place: String) -> JSONValue {
        let (scrubbed, findings) = scrubber.scrub(value, root: place)
        count(findings)
        return scrubbed
    }

    /// An entry of a log, or a step of reasoning, as it stands in the file.
    mutating func entry(_ record: LogRecord, _ place: String) -> JSONValue {
        let record = record.admittingCut()
        if let value = try? JSONValue(parsing: record.bytes), value.object != nil { return self.value(value, place) }
        let text = String(decoding: record.bytes, as: UTF8.self)
        let (scrubbed, findings) = scrubber.scrub(text, path: place)
        count(findings)
        let isText = !findings.isEmpty || String(validating: record.bytes, as: UTF8.self) != nil
        return isText ? .string(scrubbed) : [.string(Base64.encode(record.bytes))]
    }

    private mutating func count(_ findings: [SecretScrubber.Finding]) {
        for finding in findings {
            // Places of a list are one place.
            let place = finding.path.replacing(/\[[0-9]+\]/, with: "[]")
            let finding = Place(path: place, reason: finding.reason)
            if let index = places[finding] {
                found[index].count += 1
            } else {
                places[finding] = found.count
                found.append(SealedBundle.Scrubbed(place: finding.path, kind: finding.reason, count: 1))
            }
        }
    }
}

extension JobSnapshot {
    /// All of it that a bundle keeps: what the command line gives, and what ages it.
    fileprivate var facts: JSONValue {
        var facts = JSONObject(
            (json().object?.members ?? []).filter { !$0.key.hasPrefix("checkpoint") && !$0.key.hasPrefix("id") })
        facts["state"] = state.map { .string($0.rawValue) }
        facts["lost"] = .bool(isLost)
        facts["derived"] = .bool(isDerived)
        facts["lastHeard"] = lastHeard.map { JSONValue($0) }
        return .object(facts)
    }
}
