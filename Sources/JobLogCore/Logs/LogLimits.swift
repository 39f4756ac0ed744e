/// How large an entry may be: what is larger is cut, and says so.
public struct LogLimits: Sendable, Hashable {
    /// The most bytes of a message, in UTF-8.
    public var messageBytes: Int
    /// The most bytes of the metadata's JSON.
    public var metadataBytes: Int
    /// How deep metadata may nest.
    public var metadataDepth: Int

    /// A megabyte a message, a quarter of one for the metadata, 64 levels deep, unless told otherwise.
    public init(messageBytes: Int = 1_000_000, metadataBytes: Int = 250_000, metadataDepth: Int = 64) {
        self.messageBytes = max(16, messageBytes)
        self.metadataBytes = max(64, metadataBytes)
        self.metadataDepth = max(1, metadataDepth)
    }

    /// The line as it may be stored.
    func apply(to line: LogLine) -> LogLine {
        var line = line
        line.message = cut(line.message)
        line.metadata = line.metadata.map { cut($0) }
        return line
    }

    /// Cut between two characters.
    private func cut(_ text: String) -> String {
        let size = text.utf8.count
        guard size > messageBytes else { return text }
        let limit = text.utf8.index(text.startIndex, offsetBy: messageBytes)
        // From inside a character to where it begins.
        let end = limit.samePosition(in: text) ?? text.index(before: text.index(after: limit))
        return text[..<end] + "… (cut: \(size) bytes in all)"
    }

    private func cut(_ metadata: JSONValue) -> JSONValue {
        let shallow = isDeeper(metadata, than: metadataDepth) ? flatten(metadata, depth: metadataDepth) : metadata
        // Metadata without long text cannot be too large, and is not written just to be measured.
        guard bound(shallow) > metadataBytes else { return shallow }
        let size = shallow.encode().count
        guard size > metadataBytes else { return shallow }
        return ["cut": .string("metadata of \(size) bytes left out")]
    }

    private func isDeeper(_ value: JSONValue, than depth: Int) -> Bool {
        switch value {
        case .array(let elements): depth == 0 || elements.contains { isDeeper($0, than: depth - 1) }
        case .object(let object): depth == 0 || object.members.contains { isDeeper($0.value, than: depth - 1) }
        default: false
        }
    }

    /// What is nested deeper becomes a mark.
    private func flatten(_ value: JSONValue, depth: Int) -> JSONValue {
        switch value {
        case .array(let elements):
            guard depth > 0 else { return "… (nested too deep)" }
            return .array(elements.map { flatten($0, depth: depth - 1) })
        case .object(let object):
            guard depth > 0 else { return "… (nested too deep)" }
            return .object(
                JSONObject(
                    object.members.map {
                        JSONObject.Member(key: $0.key, value: flatten($0.value, depth: depth - 1))
                    }))
        default: return value
        }
    }

    /// No less than the size of the value's JSON.
    private func bound(_ value: JSONValue) -> Int {
        switch value {
        case .null, .bool: 5
        case .number(let number): number.text.utf8.count
        case .string(let text): text.utf8.count * 6 + 2
        case .array(let elements): elements.reduce(2) { $0 + bound($1) + 1 }
        case .object(let object): object.members.reduce(2) { $0 + $1.key.utf8.count * 6 + 4 + bound($1.value) }
        }
    }
}
