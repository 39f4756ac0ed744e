/// What a scan of a log entry found, as positions in its bytes: offsets from the entry's first byte.
public struct LogHead: Sendable, Hashable {
    /// Unix time in ms, when there is a timestamp.
    public var timestamp: Int64?
    /// The level, when there is a `type`.
    public var level: LogLevel?
    /// The message between its quotes: valid UTF-8.
    public var message: Range<Int> = 0..<0
    /// Whether the message has escapes that must be decoded.
    public var messageHasEscapes = false
    /// The `id` between its quotes: valid UTF-8 without escapes.
    public var id: Range<Int>?
    /// The JSON text of `metadata`, checked.
    public var metadata: Range<Int>?

    /// The part of `bytes`, the slice that was scanned, that `range` means.
    public func slice(_ bytes: ArraySlice<UInt8>, _ range: Range<Int>) -> ArraySlice<UInt8> {
        bytes[(bytes.startIndex + range.lowerBound)..<(bytes.startIndex + range.upperBound)]
    }
}
