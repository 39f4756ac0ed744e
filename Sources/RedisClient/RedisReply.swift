/// A reply, or an element of one: a view into storage that all replies of a pipeline share.
///
/// Looking costs nothing, keeping costs the whole pipeline's memory: copy with `Array(bytes)` what is kept for long.
public struct RedisReply: Sendable, CustomStringConvertible {
    /// What a reply is.
    public enum Kind: Sendable {
        /// Nothing: a missing key, or a transaction that was not carried out.
        case null
        /// A short word such as `OK`.
        case status
        /// An error.
        case error
        /// A number.
        case integer
        /// Bytes.
        case string
        /// Several replies.
        case array

        var hasBytes: Bool { self == .string || self == .status || self == .error }
    }

    private let storage: ReplyStorage
    private let index: Int

    init(storage: ReplyStorage, index: Int) {
        self.storage = storage
        self.index = index
    }

    /// A number, as if a server had sent it.
    init(integer: Int) {
        self.init(
            storage: ReplyStorage(nodes: [ReplyNode(kind: .integer, value: integer)], bytes: [], hasErrors: false),
            index: 0)
    }

    /// An error, as if a server had sent it.
    init(error text: String) {
        let bytes = Array(text.utf8)
        self.init(
            storage: ReplyStorage(
                nodes: [ReplyNode(kind: .error, value: 0, count: bytes.count)], bytes: bytes, hasErrors: true),
            index: 0)
    }

    private var node: ReplyNode { storage.nodes[index] }

    /// What it is.
    public var kind: Kind { node.kind }

    /// Whether any reply that was read together with it may be an error: tells at once when none is.
    var hasErrorsBeside: Bool { storage.hasErrors }

    /// Whether it is nothing.
    public var isNull: Bool { kind == .null }

    /// The number, or the number that a string spells in decimal.
    public var integer: Int? {
        switch kind {
        case .integer: node.value
        case .string, .status: storage.bytes[byteRange].asInteger
        default: nil
        }
    }

    /// The bytes of a string or a status.
    public var bytes: ArraySlice<UInt8>? {
        switch kind {
        case .string, .status: storage.bytes[byteRange]
        default: nil
        }
    }

    /// The text of a string or a status, repaired where it is not UTF-8.
    public var string: String? {
        bytes.map { String(decoding: $0, as: UTF8.self) }
    }

    /// The error, typed by its first word.
    public var error: RedisError? {
        guard kind == .error else { return nil }
        return RedisError(reply: String(decoding: storage.bytes[byteRange], as: UTF8.self))
    }

    /// What an array of names and values by turns, such as the reply to `HELLO`, has by its names; empty for anything else.
    public var fields: [String: RedisReply] {
        let parts = array.map { Array($0) } ?? []
        var fields: [String: RedisReply] = [:]
        for place in stride(from: 0, to: parts.count - 1, by: 2) {
            if let name = parts[place].string { fields[name] = parts[place + 1] }
        }
        return fields
    }

    /// The elements of an array.
    public var array: Elements? {
        guard kind == .array else { return nil }
        return Elements(storage: storage, parent: index)
    }

    /// What `transform` makes of the bytes of each string in an array; other elements are passed over.
    ///
    /// The same as going through ``array``, without making a reply of each element.
    public func mapStrings<Value>(_ transform: (ArraySlice<UInt8>) -> Value) -> [Value] {
        mapStrings { bytes, _ in transform(bytes) }
    }

    /// The same, told of each string whether a ``ReplyShortener`` has made it.
    public func mapStrings<Value>(_ transform: (ArraySlice<UInt8>, _ isShortened: Bool) -> Value) -> [Value] {
        guard kind == .array else { return [] }
        var values: [Value] = []
        values.reserveCapacity(node.count)
        var place = index + 1
        for _ in 0..<node.count {
            let element = storage.nodes[place]
            if element.kind == .string {
                let bytes = storage.bytes[element.value..<(element.value + element.count)]
                values.append(transform(bytes, element.isShortened))
            }
            place += Int(element.span)
        }
        return values
    }

    /// Returns itself, or throws the error that it is.
    ///
    /// - Throws: The error reply.
    public func get() throws(RedisError) -> RedisReply {
        if let error { throw error }
        return self
    }

    /// The reply for debugging, as `redis-cli` would print it on one line.
    public var description: String {
        switch kind {
        case .null: "(nil)"
        case .integer: "\(node.value)"
        case .error: "(error) \(error?.serverMessage ?? "")"
        case .status: RedisError.printable(string ?? "")
        case .string: (string ?? "").debugDescription
        case .array: "[" + Elements(storage: storage, parent: index).map(\.description).joined(separator: ", ") + "]"
        }
    }

    private var byteRange: Range<Int> { node.value..<(node.value + node.count) }

    /// The elements of an array reply.
    ///
    /// Going through them in order is always linear. Access by index takes constant time when no element is itself
    /// an array, and otherwise time in proportion to the index.
    public struct Elements: RandomAccessCollection, Sendable {
        private let storage: ReplyStorage
        private let parent: Int

        init(storage: ReplyStorage, parent: Int) {
            self.storage = storage
            self.parent = parent
        }

        /// Always 0.
        public var startIndex: Int { 0 }

        /// How many there are.
        public var endIndex: Int { storage.nodes[parent].count }

        /// The element at `position`, which must be within bounds.
        public subscript(position: Int) -> RedisReply {
            precondition(indices.contains(position), "no such element")
            let node = storage.nodes[parent]
            guard Int(node.span) != node.count + 1 else {
                return RedisReply(storage: storage, index: parent + 1 + position)
            }
            var index = parent + 1
            for _ in 0..<position {
                index += Int(storage.nodes[index].span)
            }
            return RedisReply(storage: storage, index: index)
        }

        /// Goes through the elements in order.
        public func makeIterator() -> Iterator {
            Iterator(storage: storage, index: parent + 1, remaining: count)
        }

        /// Goes through the elements in order.
        public struct Iterator: IteratorProtocol {
            fileprivate let storage: ReplyStorage
            fileprivate var index: Int
            fileprivate var remaining: Int

            /// The next element.
            public mutating func next() -> RedisReply? {
                guard remaining > 0 else { return nil }
                remaining -= 1
                defer { index += Int(storage.nodes[index].span) }
                return RedisReply(storage: storage, index: index)
            }
        }
    }
}

extension ArraySlice<UInt8> {
    /// The integer that the bytes spell in decimal, as Redis itself writes it.
    fileprivate var asInteger: Int? {
        guard (1...20).contains(count), first != UInt8(ascii: "+") else { return nil }
        return Int(String(decoding: self, as: UTF8.self))
    }
}
