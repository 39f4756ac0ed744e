/// The words that screen and text output share.
extension JobSnapshot {
    /// The state in a word: `stalled` and `lost` stand for a running job of which nothing was heard for long.
    public var stateWord: String {
        condition.description
    }
}

extension LogEntry {
    /// The level's badge; an unknown type as it is written, at most five letters.
    public var badge: String { LogLevel.badge(level, typeText) }
}

extension LogHeadline {
    /// The level's badge; an unknown type as it is written, at most five letters.
    public var badge: String { LogLevel.badge(level, typeText) }
}

extension LogLevel {
    fileprivate static func badge(_ level: LogLevel?, _ typeText: String?) -> String {
        level?.badge ?? typeText.map { String(TerminalText.line($0).uppercased().prefix(5)) } ?? ""
    }
}

extension LogRecord {
    /// The entry as the data that the command line and the API give: the JSON that is stored, `{"raw": text}` for an
    /// entry that is no JSON object, `{"rawBase64": text}` where it is no text either.
    public func json() -> JSONValue {
        if let value = try? JSONValue(parsing: bytes), value.object != nil { return value }
        if let text = String(validating: bytes, as: UTF8.self) { return ["raw": .string(text)] }
        return ["rawBase64": .string(Base64.encode(bytes))]
    }

    /// Whether its bytes are a JSON object that needs no escape, so that they can stand as they are for what ``json()`` gives.
    var isHarmlessJSON: Bool { PlainText.isHarmless(bytes) && LogScanner.scan(bytes) != nil }

    /// The entry of which ``json()`` has made `json`; its members keep their order, its numbers their digits.
    package init(json: JSONValue) {
        guard let object = json.object, object.members.count == 1, let record = LogRecord(raw: object) else {
            self.init(bytes: json.encode())
            return
        }
        self = record
    }

    /// An entry that is no JSON object, by the member that holds its text or bytes; nil where there is no such member.
    init?(raw object: JSONObject) {
        if let text = object["raw"]?.string {
            self.init(text)
        } else if let bytes = object["rawBase64"]?.string.flatMap({ Base64.decode($0) }) {
            self.init(bytes: bytes)
        } else {
            return nil
        }
    }
}

extension Checkpoint {
    /// What people want to know of a checkpoint: number, step, progress, age, size.
    public func parts(now: Int64) -> [String] {
        var parts: [String] = []
        if let sequence { parts.append("seq \(sequence)") }
        let place = [step.map { TerminalText.line($0) }, progress.map { "@ " + Percent.text($0) }]
        let text = place.compactMap(\.self).joined(separator: " ")
        if !text.isEmpty { parts.append(text) }
        if let timestamp { parts.append("\(RelativeTime.age(max(0, now - timestamp))) ago") }
        if byteCount > 0 { parts.append(ByteCount.text(byteCount)) }
        return parts
    }

    /// The checkpoint as JSON.
    public func json() -> JSONValue { (try? JSONValue(parsing: encode()[...])) ?? .null }
}

/// Sizes for people.
public enum ByteCount {
    /// `214 B`, `3.2 KB`, `5.0 MB`.
    public static func text(_ bytes: Int) -> String {
        switch bytes {
        case ..<1_000: "\(bytes) B"
        case ..<1_000_000: tenths(bytes / 100) + " KB"
        default: tenths(bytes / 100_000) + " MB"
        }
    }

    private static func tenths(_ value: Int) -> String { "\(value / 10).\(value % 10)" }
}
