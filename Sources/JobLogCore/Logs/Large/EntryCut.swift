/// The beginning of a large entry, with all that is to be known of it without the rest: it is an entry itself.
///
/// Time, level, id, the beginning of the message, and the short members of the metadata are kept, the worker's signature
/// among them. Of what is no JSON the beginning is kept as it is.
struct EntryCut {
    /// The most bytes of the message, decoded, and of anything that is no JSON.
    static let messageBytes = 16_384
    /// The most bytes of the metadata that are kept, and of one of its members.
    private static let (metadataBytes, memberBytes) = (4_096, 512)
    /// The most bytes of an id and of an unknown type.
    private static let nameBytes = 1_024
    /// What the viewer looks for in metadata: kept before all else.
    private static let names = ["worker", "clockSkewMs", "recoverable", "code", "sentryEventId", "audit"]

    /// The entry of which less is there.
    let bytes: [UInt8]
    /// The bytes and the digest of the whole message.
    let (messageSize, messageDigest): (Int, UInt64)

    init(_ whole: UnsafeBufferPointer<UInt8>) {
        if let head = LogScanner.scan(whole) {
            let content = UnsafeBufferPointer(rebasing: whole[head.message])
            var start: String
            if head.messageHasEscapes {
                var message = JSONParser.text(content, hasEscapes: true)
                (messageSize, messageDigest) = (message.utf8.count, message.withUTF8 { ByteDigest.of($0) })
                start = message.withUTF8 { Self.start(of: $0) }
            } else {
                (messageSize, messageDigest) = (content.count, ByteDigest.of(content))
                start = Self.start(of: content)
            }
            let id = head.id.flatMap { range in
                range.count <= Self.nameBytes ? String(decoding: whole[range], as: UTF8.self) : nil
            }
            let entry = LogEntry(timestamp: head.timestamp, level: head.level, message: start, id: id)
            let metadata = head.metadata.flatMap { Self.kept(of: UnsafeBufferPointer(rebasing: whole[$0])) }
            bytes = Self.encode(entry, metadata: metadata)
            return
        }
        var entry = LogEntry.parse(Array(whole)[...])
        (messageSize, messageDigest) = (entry.message.utf8.count, entry.message.withUTF8 { ByteDigest.of($0) })
        guard entry.isJSON else {
            bytes = Array(whole.prefix(Self.end(of: whole, before: Self.messageBytes)))
            return
        }
        entry.message = entry.message.withUTF8 { Self.start(of: $0) }
        if entry.id.map({ $0.utf8.count > Self.nameBytes }) == true { entry.id = nil }
        entry.typeText = entry.typeText.map { String(decoding: $0.utf8.prefix(Self.nameBytes), as: UTF8.self) }
        let metadata = entry.metadata?.encode().withUnsafeBufferPointer { Self.kept(of: $0) }
        bytes = Self.encode(entry, metadata: metadata)
    }

    /// An entry's bytes, as workers write them.
    static func encode(_ entry: LogEntry, metadata: JSONValue?) -> [UInt8] {
        var writer = JSONWriter(capacity: entry.message.utf8.count + 256)
        writer.open()
        writer.member("timestamp", entry.timestamp)
        writer.member("type", entry.level?.wire ?? entry.typeText)
        writer.member("message", entry.message)
        writer.member("metadata", value: metadata)
        writer.member("id", entry.id)
        writer.close()
        return writer.bytes
    }

    private static func start(of text: UnsafeBufferPointer<UInt8>) -> String {
        String(decoding: text.prefix(end(of: text, before: messageBytes)), as: UTF8.self)
    }

    /// Where a text can be cut between two characters.
    private static func end(of text: UnsafeBufferPointer<UInt8>, before limit: Int) -> Int {
        guard text.count > limit else { return text.count }
        var end = limit
        while end > limit - 4, text[end] & 0xC0 == 0x80 { end -= 1 }
        return end
    }

    /// What is kept of metadata; an empty object for what is no object, nil for null.
    private static func kept(of json: UnsafeBufferPointer<UInt8>) -> JSONValue? {
        if json.count <= metadataBytes { return (try? JSONValue(parsing: Array(json)[...]))?.nonNull }
        var members: [JSONObject.Member] = []
        var cursor = JSONCursor(json)
        cursor.skipSpace()
        guard cursor.take(UInt8(ascii: "{")) else { return .object(JSONObject([])) }
        // Member by member: as values, megabytes would take many times their size.
        repeat {
            cursor.skipSpace()
            let start = cursor.at
            guard cursor.string() != nil else { break }
            cursor.skipSpace()
            guard cursor.take(UInt8(ascii: ":")), cursor.skipValue() else { break }
            if cursor.at - start <= memberBytes {
                let object = [UInt8(ascii: "{")] + json[start..<cursor.at] + [UInt8(ascii: "}")]
                members += (try? JSONValue(parsing: object[...]))?.object?.members ?? []
            }
            cursor.skipSpace()
        } while cursor.take(UInt8(ascii: ","))
        return .object(JSONObject(withinBounds(members)))
    }

    private static func withinBounds(_ members: [JSONObject.Member]) -> [JSONObject.Member] {
        var left = metadataBytes
        var isKept = [Bool](repeating: false, count: members.count)
        for isNamed in [true, false] {
            for (index, member) in members.enumerated() where names.contains(member.key) == isNamed {
                let size = member.key.utf8.count + member.value.encode().count + 4
                guard size <= left else { continue }
                isKept[index] = true
                left -= size
            }
        }
        return members.indices.filter { isKept[$0] }.map { members[$0] }
    }
}
