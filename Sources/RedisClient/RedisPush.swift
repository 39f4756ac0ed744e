/// What the server sends to a connection in subscribe mode without being asked each time.
///
/// The slices point into storage that everything read at once shares: copy what is kept for long.
public enum RedisPush: Sendable {
    /// Someone published on a channel that was subscribed to by name.
    case message(channel: [UInt8], payload: ArraySlice<UInt8>)
    /// Someone published on a channel that matches a pattern.
    case patternMessage(pattern: [UInt8], channel: [UInt8], payload: ArraySlice<UInt8>)
    /// Keys that were read on a tracking connection have changed.
    case invalidate(keys: [ArraySlice<UInt8>])
    /// Every key may have changed: a database was emptied.
    case invalidateAll
}

/// What one reply on a connection in subscribe mode means.
enum SubscriberEvent {
    /// What a waiting command is told: one for every channel or pattern, one for a `PING`.
    enum Answer: String {
        case subscribe, psubscribe, unsubscribe, punsubscribe, pong
    }

    case push(RedisPush)
    case answer(Answer)
    case error(RedisError)
    case unknown

    private static let invalidation = Array("__redis__:invalidate".utf8)

    init(_ reply: RedisReply) {
        if let error = reply.error {
            self = .error(error)
        } else if let elements = reply.array {
            self = Self.decode(elements) ?? .unknown
        } else if reply.kind == .status, reply.string == "PONG" {
            // As long as nothing is subscribed, the connection answers like any other.
            self = .answer(.pong)
        } else {
            self = .unknown
        }
    }

    private static func decode(_ elements: RedisReply.Elements) -> SubscriberEvent? {
        var parts = elements.makeIterator()
        guard let kind = parts.next()?.bytes, let second = parts.next() else { return nil }
        if kind.elementsEqual("message".utf8) {
            guard let channel = second.bytes, let content = parts.next() else { return nil }
            if let payload = content.bytes {
                return .push(.message(channel: Array(channel), payload: payload))
            }
            guard channel.elementsEqual(invalidation) else { return nil }
            guard let keys = content.array else { return content.isNull ? .push(.invalidateAll) : nil }
            return .push(.invalidate(keys: keys.compactMap(\.bytes)))
        }
        if kind.elementsEqual("pmessage".utf8) {
            guard let pattern = second.bytes, let channel = parts.next()?.bytes, let payload = parts.next()?.bytes
            else { return nil }
            return .push(.patternMessage(pattern: Array(pattern), channel: Array(channel), payload: payload))
        }
        return Answer(rawValue: String(decoding: kind, as: UTF8.self)).map { .answer($0) }
    }
}
