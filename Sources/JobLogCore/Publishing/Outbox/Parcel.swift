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

    /// It came with others whose caller waits for all of them.
    var isBulk = false

    /// What it costs to keep it, in bytes.
    var cost: Int { (entry?.cost ?? 0) + riders.count * OutboundEntry.overhead }
}

/// What became of a parcel. An object, since nearly all parcels have the same one.
final class ParcelOutcome: Sendable {
    /// What became of its entry; `.stored` when it had none.
    let delivery: LogDelivery
    /// The replies to its riders, or why there are none.
    let riders: Result<[RedisReply], RedisError>

    init(delivery: LogDelivery, riders: Result<[RedisReply], RedisError>) {
        self.delivery = delivery
        self.riders = riders
    }

    /// That of an entry that Redis took, and that travelled alone.
    static let stored = ParcelOutcome(delivery: .stored, riders: .success([]))
}
