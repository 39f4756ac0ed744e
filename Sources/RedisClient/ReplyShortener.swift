/// Makes long strings in arrays of replies short while the replies are read, so that no more than one of them is in memory
/// at a time, however many a reply has.
///
///     let reply = try await connection.send([range], shortening: ReplyShortener(above: 65_536) { Array($0.prefix(100)) })
public struct ReplyShortener: Sendable {
    let limit: Int
    let shorten: @Sendable (UnsafeRawBufferPointer) -> [UInt8]

    /// A shortener of strings of more than `limit` bytes.
    ///
    /// - Parameters:
    ///   - limit: Strings of so many bytes and less stay as they are.
    ///   - shorten: What stands in the place of a longer one; called where the connection runs.
    public init(above limit: Int, _ shorten: @escaping @Sendable (UnsafeRawBufferPointer) -> [UInt8]) {
        self.limit = limit
        self.shorten = shorten
    }
}
