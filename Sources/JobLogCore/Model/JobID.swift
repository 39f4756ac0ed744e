#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// The id of a job: bytes, because Redis keys are bytes and nothing makes an id valid UTF-8.
public struct JobID: Hashable, Comparable, Sendable, CustomStringConvertible {
    private static let base64Prefix = "base64:"

    /// The id as it stands in the key.
    public let bytes: [UInt8]

    /// An id from text.
    public init(_ text: String) {
        bytes = Array(text.utf8)
    }

    /// An id from a key's bytes.
    public init(bytes: some Sequence<UInt8>) {
        self.bytes = Array(bytes)
    }

    /// An id from a part of other bytes.
    public init(bytes: ArraySlice<UInt8>) {
        self.bytes = Array(bytes)
    }

    /// An id as people type it: text, or `base64:` and the bytes in base 64; nil when it is empty or not base 64.
    public init?(argument: String) {
        if argument.hasPrefix(JobID.base64Prefix) {
            guard let bytes = Base64.decode(argument.dropFirst(JobID.base64Prefix.count)) else { return nil }
            self.bytes = bytes
        } else {
            bytes = Array(argument.utf8)
        }
        if bytes.isEmpty { return nil }
    }

    /// The id as text; nil when it is not UTF-8.
    public var text: String? { String(validating: bytes, as: UTF8.self) }

    /// The id as text for a JSON `jobId` field, where bytes that are not UTF-8 become U+FFFD.
    public var lossyText: String { String(decoding: bytes, as: UTF8.self) }

    /// The id's bytes in base 64.
    public var base64: String { Base64.encode(bytes) }

    /// What ``init(argument:)`` takes to mean this id again.
    public var argument: String {
        guard let text, !text.hasPrefix(JobID.base64Prefix) else { return JobID.base64Prefix + base64 }
        return text
    }

    /// The id for people: one line, harmless to a terminal.
    public var display: String { TerminalText.line(bytes[...]) }

    /// The id for people: see ``display``.
    public var description: String { display }

    /// Whether the id has no bytes; no key has such an id.
    public var isEmpty: Bool { bytes.isEmpty }

    /// Hashes all bytes at once: of a hundred thousand jobs each is looked up many times.
    public func hash(into hasher: inout Hasher) {
        bytes.withUnsafeBytes { hasher.combine(bytes: $0) }
    }

    /// The order of the bytes.
    public static func < (lhs: JobID, rhs: JobID) -> Bool {
        lhs.bytes.withUnsafeBytes { left in
            rhs.bytes.withUnsafeBytes { right in
                let common = min(left.count, right.count)
                guard common > 0, let start = left.baseAddress, let other = right.baseAddress else {
                    return left.count < right.count
                }
                let order = memcmp(start, other, common)
                return order != 0 ? order < 0 : left.count < right.count
            }
        }
    }
}
