/// What a worker's signature adds to the metadata of all its entries: the same on every line, and so left out where a
/// line is shown in short.
public enum LogSignature {
    private static let names = ["worker", "clockSkewMs"]
    private static let marks = names.map { ByteSearch(Array("\"\($0)\"".utf8), ignoresCase: false) }
    /// What a clock may be wrong by, in ms: more is no skew but nonsense.
    private static let mostSkew: Int64 = 400 * 86_400_000

    /// Who wrote an entry, as it is found in its bytes.
    enum Worker: Sendable {
        case none
        /// These bytes of the entry, counted from its first one.
        case plain(Range<Int>)
        case text(String)
    }

    /// What an entry says of its writer.
    struct Found: Sendable {
        var worker = Worker.none
        /// By how much the worker's clock is ahead, in ms.
        var clockSkew: Int64 = 0
    }

    /// The metadata without the signature; nil when nothing else is in it.
    public static func removed(from metadata: JSONValue?) -> JSONValue? {
        guard let object = metadata?.object, names.contains(where: { object[$0] != nil }) else { return metadata }
        let rest = object.members.filter { !names.contains($0.key) }
        return rest.isEmpty ? nil : .object(JSONObject(rest))
    }

    /// The same for metadata that is not parsed yet; of metadata without a signature nothing is parsed.
    public static func removed(from metadata: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        guard metadata.withUnsafeBufferPointer(mayBe(in:)), let value = try? JSONValue(parsing: metadata) else {
            return metadata
        }
        return removed(from: value).map { $0.encode()[...] }
    }

    /// By how much the clock of an entry's worker is ahead, in ms, as its metadata's JSON says; 0 where it does not.
    public static func clockSkew(in metadata: ArraySlice<UInt8>) -> Int64 {
        (try? JSONValue(parsing: metadata)).map { find(in: $0).clockSkew } ?? 0
    }

    private static func mayBe(in metadata: UnsafeBufferPointer<UInt8>) -> Bool {
        marks.contains { $0.first(in: metadata, from: 0) != nil }
    }

    /// The signature in the metadata that a range of an entry's bytes is, checked JSON.
    static func find(in bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) -> Found {
        let metadata = UnsafeBufferPointer(rebasing: bytes[range])
        guard mayBe(in: metadata) else { return Found() }
        var cursor = JSONCursor(metadata)
        return members(&cursor, offset: range.lowerBound)
            ?? ((try? JSONValue(parsing: Array(metadata)[...])).map { find(in: $0) } ?? Found())
    }

    /// The same in metadata that was parsed.
    static func find(in metadata: JSONValue?) -> Found {
        guard let object = metadata?.object else { return Found() }
        var found = Found()
        if let worker = object["worker"]?.string, !worker.isEmpty { found.worker = .text(worker) }
        found.clockSkew = checked(UnixTime.milliseconds(object["clockSkewMs"]) ?? 0)
        return found
    }

    private static func checked(_ skew: Int64) -> Int64 { abs(skew) <= mostSkew ? skew : 0 }

    /// Passes over the members of an object; nil for what is not as workers write it.
    private static func members(_ cursor: inout JSONCursor, offset: Int) -> Found? {
        var found = Found()
        guard cursor.take(UInt8(ascii: "{")) else { return nil }
        repeat {
            guard let key = cursor.string(), !key.hasEscapes, cursor.take(UInt8(ascii: ":")) else { return nil }
            if key.range.count == 6, cursor.matches("worker", at: key.range.lowerBound) {
                guard case .none = found.worker, let text = cursor.string(), !text.hasEscapes, text.isValid else {
                    return nil
                }
                let range = text.range
                if !range.isEmpty { found.worker = .plain(range.lowerBound + offset..<range.upperBound + offset) }
            } else if key.range.count == 11, cursor.matches("clockSkewMs", at: key.range.lowerBound) {
                let start = cursor.at
                guard found.clockSkew == 0, let number = cursor.number() else { return nil }
                var value: Int64 = 0
                let isNegative = cursor.matches("-", at: start)
                for place in (isNegative ? start + 1 : start)..<number.upperBound {
                    guard let digit = cursor.digit(at: place), number.count < 16 else { return nil }
                    value = value * 10 + digit
                }
                found.clockSkew = checked(isNegative ? -value : value)
            } else if !cursor.skipValue() {
                return nil
            }
        } while cursor.take(UInt8(ascii: ","))
        return cursor.take(UInt8(ascii: "}")) ? found : nil
    }
}

extension JSONCursor {
    fileprivate func digit(at place: Int) -> Int64? {
        guard let base, place < count, 0x30...0x39 ~= base[place] else { return nil }
        return Int64(base[place] - 0x30)
    }
}
