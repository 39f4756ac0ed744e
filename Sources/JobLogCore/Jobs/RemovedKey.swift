/// Something that was deleted from Redis: a whole key, or one member of it.
public struct RemovedKey: Sendable, Hashable, CustomStringConvertible {
    /// The key.
    public let key: [UInt8]
    /// The member of a sorted set, or field of a hash, that was taken out; nil when the whole key is gone.
    public let member: [UInt8]?

    init(_ key: [UInt8], member: [UInt8]? = nil) {
        self.key = key
        self.member = member
    }

    /// The key for people, on one line.
    public var description: String {
        let name = TerminalText.line(key[...])
        return member.map { "\(TerminalText.line($0[...])) in \(name)" } ?? name
    }

    /// `{"key", "member"?}`, with `keyBase64` and `memberBase64` as well where the bytes are no text.
    public func json() -> JSONValue {
        var object = JSONObject()
        for (name, bytes) in [("key", key), ("member", member)] {
            guard let bytes else { continue }
            object.append(name, .string(String(decoding: bytes, as: UTF8.self)))
            let isText = String(validating: bytes, as: UTF8.self) != nil
            object.append(name + "Base64", isText ? nil : .string(Base64.encode(bytes)))
        }
        return .object(object)
    }
}
