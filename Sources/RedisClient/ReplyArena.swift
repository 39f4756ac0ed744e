/// One element of a reply, in preorder: an array is followed by its children.
struct ReplyNode: Sendable {
    var kind: RedisReply.Kind
    /// Whether the bytes stand for longer ones.
    var isShortened = false
    /// The nodes of the element and all below it.
    var span: UInt32 = 1
    /// The number itself, or where the bytes start.
    var value: Int
    /// How many bytes, or how many children.
    var count: Int = 0
}

/// The replies of one exchange: all nodes and all bytes, immutable, shared by every ``RedisReply`` that points into it.
final class ReplyStorage: Sendable {
    let nodes: [ReplyNode]
    let bytes: [UInt8]
    /// Whether any of them may be an error.
    let hasErrors: Bool

    init(nodes: [ReplyNode], bytes: [UInt8], hasErrors: Bool) {
        self.nodes = nodes
        self.bytes = bytes
        self.hasErrors = hasErrors
    }
}

/// Where the parser puts replies down: two growing arrays, nothing allocated for a single element.
struct ReplyArena {
    private var nodes: [ReplyNode] = []
    private var bytes: [UInt8] = []
    // The reply that is being read; what comes before it is complete.
    private var currentNode = 0
    private var currentByte = 0
    private var hasErrors = false
    /// Shortens long strings in arrays; nil leaves all as they are.
    var shortener: ReplyShortener?

    mutating func reserve(nodes count: Int) {
        nodes.reserveCapacity(count)
    }

    /// Makes room for so many more bytes, doubling, so that a reply of many parts is not copied for each.
    mutating func reserve(bytes more: Int) {
        let needed = bytes.count + more
        if bytes.capacity < needed { bytes.reserveCapacity(max(needed, 2 * bytes.capacity)) }
    }

    /// Adds an element and returns its place, counted from the start of the reply that is being read.
    mutating func append(_ node: ReplyNode) -> Int {
        nodes.append(node)
        return nodes.count - 1 - currentNode
    }

    mutating func append(_ kind: RedisReply.Kind, bytes added: UnsafeRawBufferPointer) -> Int {
        let start = bytes.count
        bytes.append(contentsOf: added)
        if kind == .error { hasErrors = true }
        return append(ReplyNode(kind: kind, value: start, count: added.count))
    }

    /// Adds a string in an array.
    mutating func append(element: UnsafeRawBufferPointer) -> Int {
        guard let shortener, element.count > shortener.limit else { return append(.string, bytes: element) }
        let start = bytes.count
        let short = shortener.shorten(element)
        bytes += short
        return append(ReplyNode(kind: .string, isShortened: true, value: start, count: short.count))
    }

    /// Counts one more element below the array at `place`.
    mutating func extend(_ place: Int) {
        nodes[currentNode + place].span += 1
    }

    /// The reply that was being read is complete.
    mutating func complete() {
        currentNode = nodes.count
        currentByte = bytes.count
    }

    /// Hands out the complete replies, in order, and keeps what was read of the next one.
    mutating func take() -> [RedisReply] {
        let complete = currentNode
        guard complete > 0 else { return [] }
        var restNodes: [ReplyNode] = []
        var restBytes: [UInt8] = []
        if nodes.count > complete {
            restBytes = Array(bytes[currentByte...])
            restNodes = nodes[complete...].map { node in
                var moved = node
                if node.kind.hasBytes { moved.value -= currentByte }
                return moved
            }
        }
        let storage = ReplyStorage(nodes: nodes, bytes: bytes, hasErrors: hasErrors)
        // What is left of the next reply may be one.
        hasErrors = hasErrors && !restNodes.isEmpty
        nodes = restNodes
        bytes = restBytes
        currentNode = 0
        currentByte = 0

        var replies: [RedisReply] = []
        replies.reserveCapacity(complete)
        var index = 0
        while index < complete {
            replies.append(RedisReply(storage: storage, index: index))
            index += Int(storage.nodes[index].span)
        }
        return replies
    }
}
