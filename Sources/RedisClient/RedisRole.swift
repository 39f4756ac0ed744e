/// What a server is to others, as `ROLE` tells it.
public enum RedisRole: Sendable, Hashable {
    /// It takes writes.
    case primary
    /// It has a copy of what another one has; out of touch with that one it falls behind.
    case replica(isInTouch: Bool)

    /// - Parameter reply: the answer to `ROLE`; nil is made of what is no server of data, or of a refusal.
    public init?(_ reply: RedisReply) {
        guard let parts = reply.array, let word = parts.first?.string else { return nil }
        switch word {
        case "master": self = .primary
        case "slave": self = .replica(isInTouch: parts.count > 3 && parts[3].string == "connected")
        default: return nil
        }
    }
}
