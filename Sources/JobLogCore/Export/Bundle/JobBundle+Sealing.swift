extension JobBundle {
    /// The file's content, what looks like a secret scrubbed from all of it.
    package func sealed() -> SealedBundle {
        var scrub = BundleScrub()
        var body: [UInt8] = []
        body.reserveCapacity(records.reduce(1_000) { $0 + $1.bytes.count + 16 })
        body += scrubbedFacts(&scrub).encode(escapeTerminal: true)
        body.append(UInt8(ascii: "\n"))
        for record in records {
            body += scrub.entry(record).encode(escapeTerminal: true)
            body.append(UInt8(ascii: "\n"))
        }
        let header = Self.header(length: body.count, checksum: Self.checksum(body[...]))
        return SealedBundle(bytes: header + body, lineCount: records.count, scrubbed: scrub.found)
    }

    static func header(length: Int, checksum: UInt32) -> [UInt8] {
        let digits = String(checksum, radix: 16)
        let text = String(repeating: "0", count: 8 - digits.count) + digits
        return Array(
            "{\"format\":\"\(format)\",\"version\":\(version),\"bytes\":\(length),\"crc32\":\"\(text)\"}\n".utf8)
    }

    static func checksum(_ bytes: ArraySlice<UInt8>) -> UInt32 {
        bytes.withUnsafeBytes { CRC32.checksum($0, seed: 0) }
    }

    private func scrubbedFacts(_ scrub: inout BundleScrub) -> JSONValue {
        var object = JSONObject()
        object.append("savedAt", JSONValue(savedAt))
        object.append("source", scrub.value(.string(source), "source"))
        object.append("jobId", .string(job.lossyText))
        object.append("jobIdBase64", job.text == nil ? .string(job.base64) : nil)
        object.append("job", snapshot.map { scrub.value($0.facts, "job") })
        if let checkpoint {
            let value = (try? JSONValue(parsing: checkpoint.encode()[...])) ?? .null
            object.append("checkpoint", scrub.value(value, "checkpoint"))
            object.append("checkpointBytes", JSONValue(checkpoint.byteCount))
        }
        object.append("view", scrub.value(view.json, "view"))
        return .object(object)
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

    /// An entry as it stands in the file.
    mutating func entry(_ record: LogRecord) -> JSONValue {
        if let value = try? JSONValue(parsing: record.bytes), value.object != nil { return self.value(value, "log") }
        let text = String(decoding: record.bytes, as: UTF8.self)
        let (scrubbed, findings) = scrubber.scrub(text, path: "log")
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
