/// Where a command goes in a cluster, and what may be done with it.
extension RedisCommand {
    /// Who of a cluster's nodes is asked.
    enum Addressees: Sendable, Hashable {
        /// The node that has this slot.
        case slot(Int)
        /// Any node: the answer is the same, or concerns no key.
        case anyNode
        /// Every node that has slots: the answer is made of theirs.
        case everyPrimary
    }

    /// Where it goes.
    ///
    /// Commands without a key go to any node, except for these: `DBSIZE` and `PING` concern all of them, and what is
    /// published is published from the node of the channel's own slot, so that one channel's messages keep their order.
    /// `SCAN` is for ``RedisConnection/scan(from:matching:count:)``, which knows on which node it is.
    var addressees: Addressees {
        if let key = firstKeyBytes { return .slot(HashSlot.of(key)) }
        return switch name {
        case "PUBLISH": firstArgument.map { .slot(HashSlot.of($0)) } ?? .anyNode
        case "DBSIZE", "PING": .everyPrimary
        default: .anyNode
        }
    }

    /// Whether it may be sent again where nobody knows whether it was carried out.
    var isHarmless: Bool { Self.harmless.contains(name) }

    private static let harmless: Set<String> = [
        "GET", "LLEN", "LRANGE", "LINDEX", "EXISTS", "TYPE", "TTL", "STRLEN", "MEMORY", "XRANGE", "XLEN", "HGET",
        "HGETALL", "ZREVRANGE", "ZRANGE", "ZSCORE", "ZCARD", "SCAN", "DBSIZE", "PING", "TIME", "INFO", "CLUSTER",
        "MULTI", "EXEC",
    ]

    /// The argument behind the name.
    private var firstArgument: ArraySlice<UInt8>? {
        // *2\r\n$4\r\nNAME\r\n$5\r\nfirst\r\n
        var lines = 0
        var start = encoded.startIndex
        var length = 0
        while lines < 4 {
            guard let end = encoded[start...].firstIndex(of: UInt8(ascii: "\r")) else { return nil }
            if lines == 3 { length = Int(String(decoding: encoded[(start + 1)..<end], as: UTF8.self)) ?? 0 }
            start = end + 2
            lines += 1
        }
        guard start + length <= encoded.count else { return nil }
        return encoded[start..<(start + length)]
    }
}

extension RedisReply {
    /// What answers of several nodes to one command come to: the first error, the sum of numbers, else the first.
    static func merged(_ replies: [RedisReply]) -> RedisReply? {
        if let error = replies.first(where: { $0.kind == .error }) { return error }
        guard let first = replies.first, first.kind == .integer else { return replies.first }
        return RedisReply(integer: replies.reduce(0) { $0 + ($1.integer ?? 0) })
    }
}
