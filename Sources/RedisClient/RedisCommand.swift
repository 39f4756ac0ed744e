/// One argument of a command.
public enum RedisArgument: Sendable, ExpressibleByStringLiteral, ExpressibleByIntegerLiteral {
    /// The name of a key; its place is remembered, see ``RedisCommand/keys``.
    case key([UInt8])
    /// Bytes as they are.
    case bytes([UInt8])
    /// A part of other bytes, as it is.
    case slice(ArraySlice<UInt8>)
    /// Text, sent as UTF-8.
    case text(String)
    /// A number, sent in decimal.
    case integer(Int)

    /// A literal is text.
    public init(stringLiteral value: String) {
        self = .text(value)
    }

    /// A literal is a number.
    public init(integerLiteral value: Int) {
        self = .integer(value)
    }

    var lengthBound: Int {
        switch self {
        case .key(let bytes), .bytes(let bytes): bytes.count
        case .slice(let bytes): bytes.count
        case .text(let text): text.utf8.count
        case .integer: RespWriter.integerBound
        }
    }
}

/// One command, encoded as it goes over the wire, with the places of the keys that it touches.
///
/// It is encoded once, when it is made, into a single byte array: sending it again or in a pipeline costs one copy.
public struct RedisCommand: Sendable, CustomStringConvertible, CustomReflectable {
    let encoded: [UInt8]
    private let staticName: StaticString
    // Nearly every command touches one key or none: only the others pay for an array.
    private let firstKey: Range<Int>?
    private let otherKeys: [Range<Int>]
    /// Whether it tells others of what the commands beside it do: in a cluster, where these may be on other nodes, it is
    /// sent when they are answered.
    public var isAnnouncement = false

    /// Makes a command.
    ///
    /// - Parameters:
    ///   - name: The command's name, one word; a subcommand is the first argument.
    ///   - arguments: Its arguments, in order.
    public init(_ name: StaticString, _ arguments: RedisArgument...) {
        self.init(name, arguments: arguments)
    }

    /// Makes a command.
    ///
    /// - Parameters:
    ///   - name: The command's name, one word; a subcommand is the first argument.
    ///   - arguments: Its arguments, in order.
    public init(_ name: StaticString, arguments: [RedisArgument]) {
        var bound = RespWriter.headerBound + RespWriter.frameBound + name.utf8CodeUnitCount
        for argument in arguments {
            bound += RespWriter.frameBound + argument.lengthBound
        }
        var firstKey: Range<Int>?
        var otherKeys: [Range<Int>] = []
        encoded = [UInt8](unsafeUninitializedCapacity: bound) { buffer, count in
            var writer = RespWriter(buffer)
            writer.header("*", arguments.count + 1)
            name.withUTF8Buffer { _ = writer.bulk($0) }
            for argument in arguments {
                switch argument {
                case .key(let bytes):
                    let place = bytes.withUnsafeBufferPointer { writer.bulk($0) }
                    if firstKey == nil { firstKey = place } else { otherKeys.append(place) }
                case .bytes(let bytes):
                    _ = bytes.withUnsafeBufferPointer { writer.bulk($0) }
                case .slice(let bytes):
                    _ = bytes.withUnsafeBufferPointer { writer.bulk($0) }
                case .text(var text):
                    _ = text.withUTF8 { writer.bulk($0) }
                case .integer(let value):
                    writer.bulk(integer: value)
                }
            }
            count = writer.count
        }
        staticName = name
        self.firstKey = firstKey
        self.otherKeys = otherKeys
    }

    /// The command's name.
    public var name: String { staticName.description }

    /// The keys that it touches, in order.
    public var keys: [ArraySlice<UInt8>] {
        guard let firstKey else { return [] }
        return [encoded[firstKey]] + otherKeys.map { encoded[$0] }
    }

    /// The first of them.
    var firstKeyBytes: ArraySlice<UInt8>? { firstKey.map { encoded[$0] } }

    /// The name alone: arguments may be secret.
    public var description: String { name }

    /// Shows nothing of the arguments.
    public var customMirror: Mirror { Mirror(self, children: [:]) }
}

/// Writes RESP into memory that is large enough.
private struct RespWriter {
    /// The most bytes that a number in decimal takes.
    static let integerBound = 20
    /// The most bytes of a line such as `*3\r\n`.
    static let headerBound = 1 + integerBound + 2
    /// The most bytes around an argument.
    static let frameBound = headerBound + 2

    private let buffer: UnsafeMutableBufferPointer<UInt8>
    private(set) var count = 0

    init(_ buffer: UnsafeMutableBufferPointer<UInt8>) {
        self.buffer = buffer
    }

    mutating func header(_ mark: Unicode.Scalar, _ value: Int) {
        put(UInt8(truncatingIfNeeded: mark.value))
        digits(value)
        lineEnd()
    }

    /// Writes an argument and returns where its bytes are.
    mutating func bulk(_ bytes: UnsafeBufferPointer<UInt8>) -> Range<Int> {
        header("$", bytes.count)
        let start = count
        if let source = bytes.baseAddress, let target = buffer.baseAddress {
            (target + start).initialize(from: source, count: bytes.count)
        }
        count += bytes.count
        lineEnd()
        return start..<(start + bytes.count)
    }

    mutating func bulk(integer value: Int) {
        var width = value < 0 ? 2 : 1
        var rest = value.magnitude
        while rest >= 10 {
            rest /= 10
            width += 1
        }
        header("$", width)
        digits(value)
        lineEnd()
    }

    private mutating func digits(_ value: Int) {
        if value < 0 { put(UInt8(ascii: "-")) }
        let start = count
        var rest = value.magnitude
        repeat {
            put(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10))
            rest /= 10
        } while rest > 0
        buffer[start..<count].reverse()
    }

    private mutating func lineEnd() {
        put(UInt8(ascii: "\r"))
        put(UInt8(ascii: "\n"))
    }

    private mutating func put(_ byte: UInt8) {
        buffer.initializeElement(at: count, to: byte)
        count += 1
    }
}
