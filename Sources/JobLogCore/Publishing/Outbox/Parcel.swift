import RedisClient

/// What one call sends: a log entry, or commands, or both.
struct Parcel: Sendable {
    /// Its place in the order of all parcels.
    var number = 0
    /// The entry; sent first, and kept where Redis does not take it.
    var entry: OutboundEntry?
    /// Commands that follow it; sent once, and never kept.
    var riders: [RedisCommand] = []
    /// Told what became of it; nil where nobody waits.
    var promise: Promise<ParcelOutcome>?

    /// What it costs to keep it, in bytes.
    var cost: Int { (entry?.cost ?? 0) + riders.count * OutboundEntry.overhead }
}

/// What became of a parcel.
struct ParcelOutcome: Sendable {
    /// What became of its entry; `.stored` when it had none.
    var delivery: LogDelivery
    /// The replies to its riders, or why there are none.
    var riders: Result<[RedisReply], RedisError>
}
