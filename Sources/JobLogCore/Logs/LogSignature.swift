/// What a worker's signature adds to the metadata of all its entries: the same on every line, and so left out where a
/// line is shown in short.
public enum LogSignature {
    private static let names = ["worker", "clockSkewMs"]
    private static let mark = Array(#""worker":"#.utf8)

    /// The metadata without the signature; nil when nothing else is in it.
    public static func removed(from metadata: JSONValue?) -> JSONValue? {
        guard let object = metadata?.object, names.contains(where: { object[$0] != nil }) else { return metadata }
        let rest = object.members.filter { !names.contains($0.key) }
        return rest.isEmpty ? nil : .object(JSONObject(rest))
    }

    /// The same for metadata that is not parsed yet; of metadata without a signature nothing is parsed.
    public static func removed(from metadata: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        guard metadata.firstRange(of: mark) != nil, let value = try? JSONValue(parsing: metadata) else {
            return metadata
        }
        return removed(from: value).map { $0.encode()[...] }
    }
}
