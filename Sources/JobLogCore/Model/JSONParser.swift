/// Why a text is no JSON.
public struct JSONError: Error, Hashable, CustomStringConvertible {
    /// What does not fit.
    public enum Code: String, Sendable {
        /// A byte that fits nowhere here, or the end of the text where there should be more.
        case unexpected
        /// More after the value.
        case trailing
        /// Arrays and objects nested deeper than allowed.
        case tooDeep
    }

    /// What does not fit.
    public let code: Code
    /// Where, in bytes from the start of the text.
    public let offset: Int

    /// An error at a byte.
    public init(code: Code, offset: Int) {
        self.code = code
        self.offset = offset
    }

    /// A sentence for people.
    public var description: String {
        switch code {
        case .unexpected: "not JSON at byte \(offset)"
        case .trailing: "more than one JSON value at byte \(offset)"
        case .tooDeep: "JSON nested too deep at byte \(offset)"
        }
    }
}

/// Parses UTF-8 JSON: RFC 8259 and nothing more, except that invalid UTF-8 and lone surrogates become U+FFFD.
///
/// It keeps its own stack of open arrays and objects: no input makes it overflow the thread's.
public struct JSONParser {
    /// How deep arrays and objects may nest unless told otherwise.
    public static let defaultDepth = 512

    /// An array or object whose end has not been seen yet; what it holds so far lies on the common stacks.
    private struct Open {
        let isObject: Bool
        let firstValue: Int
        let firstKey: Int
    }

    /// How many members the stacks have room for from the start.
    private static let usualCount = 16

    private let buffer: UnsafeBufferPointer<UInt8>
    private var cursor: JSONCursor
    private let maximumDepth: Int
    private var open: [Open] = []
    private var values: [JSONValue] = []
    private var keys: [String] = []

    /// Parses all of `bytes`.
    ///
    /// - Throws: ``JSONError``; its offset counts from the first of `bytes`.
    public static func parse(
        _ bytes: ArraySlice<UInt8>, maximumDepth: Int = defaultDepth
    ) throws(JSONError) -> JSONValue {
        let result: Result<JSONValue, JSONError> = bytes.withUnsafeBufferPointer { buffer in
            var parser = JSONParser(buffer, maximumDepth)
            do throws(JSONError) {
                return .success(try parser.document())
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }

    private init(_ buffer: UnsafeBufferPointer<UInt8>, _ maximumDepth: Int) {
        self.buffer = buffer
        self.maximumDepth = maximumDepth
        cursor = JSONCursor(buffer)
        // Most objects have some members: the stacks need not grow from nothing for each.
        if buffer.count > 2 {
            values.reserveCapacity(Self.usualCount)
            keys.reserveCapacity(Self.usualCount)
        }
    }

    private var unexpected: JSONError { JSONError(code: .unexpected, offset: cursor.at) }

    private mutating func document() throws(JSONError) -> JSONValue {
        while true {
            guard var value = try start() else { continue }
            while let container = open.last {
                values.append(value)
                guard let closed = try next(in: container) else { break }
                value = closed
            }
            if open.isEmpty {
                cursor.skipSpace()
                guard cursor.isAtEnd else { throw JSONError(code: .trailing, offset: cursor.at) }
                return value
            }
        }
    }

    /// What comes after an element: the whole container when it ends there, nil when another element follows.
    private mutating func next(in container: Open) throws(JSONError) -> JSONValue? {
        cursor.skipSpace()
        if cursor.take(UInt8(ascii: ",")) {
            if container.isObject { keys.append(try memberKey()) }
            return nil
        }
        guard cursor.take(container.isObject ? UInt8(ascii: "}") : UInt8(ascii: "]")) else { throw unexpected }
        open.removeLast()
        defer {
            values.removeSubrange(container.firstValue...)
            keys.removeSubrange(container.firstKey...)
        }
        let elements = values[container.firstValue...]
        guard container.isObject else { return .array(Array(elements)) }
        return .object(JSONObject(zip(keys[container.firstKey...], elements).map(JSONObject.Member.init)))
    }

    /// A scalar or an empty container as a whole; nil when a container was opened whose first element follows.
    private mutating func start() throws(JSONError) -> JSONValue? {
        cursor.skipSpace()
        switch cursor.byte {
        case UInt8(ascii: "{"):
            try enter()
            if cursor.take(UInt8(ascii: "}")) { return .object(JSONObject()) }
            open.append(Open(isObject: true, firstValue: values.count, firstKey: keys.count))
            keys.append(try memberKey())
            return nil
        case UInt8(ascii: "["):
            try enter()
            if cursor.take(UInt8(ascii: "]")) { return .array([]) }
            open.append(Open(isObject: false, firstValue: values.count, firstKey: keys.count))
            return nil
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t") where cursor.take(word: "true"): return .bool(true)
        case UInt8(ascii: "f") where cursor.take(word: "false"): return .bool(false)
        case UInt8(ascii: "n") where cursor.take(word: "null"): return .null
        default:
            guard let range = cursor.number() else { throw unexpected }
            let text = String(decoding: UnsafeBufferPointer(rebasing: buffer[range]), as: UTF8.self)
            return .number(JSONNumber(checked: text))
        }
    }

    private mutating func enter() throws(JSONError) {
        guard open.count < maximumDepth else { throw JSONError(code: .tooDeep, offset: cursor.at) }
        cursor.at += 1
        cursor.skipSpace()
    }

    private mutating func memberKey() throws(JSONError) -> String {
        cursor.skipSpace()
        let key = try string()
        cursor.skipSpace()
        guard cursor.take(UInt8(ascii: ":")) else { throw unexpected }
        return key
    }

    private mutating func string() throws(JSONError) -> String {
        guard let text = cursor.string() else { throw unexpected }
        return JSONParser.text(UnsafeBufferPointer(rebasing: buffer[text.range]), hasEscapes: text.hasEscapes)
    }

    /// The text of a string's content, whose grammar has been checked.
    static func text(_ content: UnsafeBufferPointer<UInt8>, hasEscapes: Bool) -> String {
        guard hasEscapes else { return String(decoding: content, as: UTF8.self) }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(content.count)
        var at = 0
        while at < content.count {
            guard content[at] == UInt8(ascii: "\\") else {
                bytes.append(content[at])
                at += 1
                continue
            }
            switch content[at + 1] {
            case UInt8(ascii: "b"): bytes.append(0x08)
            case UInt8(ascii: "f"): bytes.append(0x0C)
            case UInt8(ascii: "n"): bytes.append(0x0A)
            case UInt8(ascii: "r"): bytes.append(0x0D)
            case UInt8(ascii: "t"): bytes.append(0x09)
            case UInt8(ascii: "u"):
                at += appendUnicode(content, at, to: &bytes)
                continue
            case let other: bytes.append(other)
            }
            at += 2
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Appends the character of the `\uXXXX` at `at`; answers how many bytes it took (12 for a pair of surrogates).
    private static func appendUnicode(_ content: UnsafeBufferPointer<UInt8>, _ at: Int, to bytes: inout [UInt8]) -> Int
    {
        let first = hexUnit(content, at + 2)
        var length = 6
        var code = first
        if 0xD800..<0xDC00 ~= first, at + 12 <= content.count, content[at + 6] == UInt8(ascii: "\\"),
            content[at + 7] == UInt8(ascii: "u")
        {
            let second = hexUnit(content, at + 8)
            if 0xDC00..<0xE000 ~= second {
                code = 0x10000 + (first - 0xD800) << 10 + (second - 0xDC00)
                length = 12
            }
        }
        bytes.append(contentsOf: String(Character(Unicode.Scalar(code) ?? "\u{FFFD}")).utf8)
        return length
    }

    private static func hexUnit(_ content: UnsafeBufferPointer<UInt8>, _ at: Int) -> UInt32 {
        (at..<(at + 4)).reduce(0) { $0 << 4 | (JSONCursor.hexDigit(content[$1]) ?? 0) }
    }
}
