import RedisClient

/// How far this machine's clock is ahead of a server's.
enum ClockSkew {
    /// In ms, from the reply to a `TIME` that was sent and answered at these times; nil where the reply is none, or took so
    /// long that nobody knows when the server looked at its clock.
    static func of(_ reply: RedisReply, sentAt: Int64, receivedAt: Int64) -> Int64? {
        guard receivedAt - sentAt < 1_000, let parts = reply.array, parts.count == 2, let seconds = parts[0].integer,
            let microseconds = parts[1].integer
        else { return nil }
        return (sentAt + receivedAt) / 2 - Int64(seconds * 1_000 + microseconds / 1_000)
    }
}
