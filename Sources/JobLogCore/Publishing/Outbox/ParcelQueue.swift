/// Parcels in their order, from which the oldest of the least serious can be taken out when there are too many.
struct ParcelQueue: Sendable {
    /// A queue whose front moves: taking and putting back at the front cost the same however long it is.
    private struct Lane {
        private var parcels: [Parcel?] = []
        private var front = 0

        var isEmpty: Bool { front >= parcels.count }

        /// The number of its first parcel, of which no copy is made.
        var firstNumber: Int? { isEmpty ? nil : parcels[front]?.number }

        /// Whether a caller waits for its first parcel alone.
        var firstIsAwaited: Bool { !isEmpty && parcels[front]?.promise != nil && parcels[front]?.isBulk == false }

        mutating func append(_ parcel: Parcel) { parcels.append(parcel) }

        mutating func removeFirst() -> Parcel? {
            guard !isEmpty else { return nil }
            let parcel = parcels[front].take()
            front += 1
            if isEmpty {
                parcels.removeAll(keepingCapacity: front < 1_024)
                front = 0
            } else if front >= 1_024, front * 2 > parcels.count {
                parcels.removeFirst(front)
                front = 0
            }
            return parcel
        }

        mutating func prepend(_ parcel: Parcel) {
            if front == 0 {
                let room = max(64, parcels.count)
                parcels.insert(contentsOf: repeatElement(nil, count: room), at: 0)
                front = room
            }
            front -= 1
            parcels[front] = parcel
        }
    }

    /// Parcels that are never taken out: it is not known whether Redis has them.
    private static let pinned = 0

    /// The pinned ones, then a lane a level, the least serious first; parcels without an entry travel with the errors.
    /// Numbers ascend in each.
    private var lanes = [Lane](repeating: Lane(), count: 1 + LogLevel.allCases.count)
    /// How many parcels there are.
    private(set) var count = 0
    /// How many of them are pinned.
    private(set) var pinnedCount = 0
    /// What keeping them costs, in bytes.
    private(set) var cost = 0

    /// Whether there is none.
    var isEmpty: Bool { count == 0 }

    /// Whether a caller waits for the oldest parcel alone.
    var oldestIsAwaited: Bool { oldest(in: lanes.indices).map { lanes[$0].firstIsAwaited } ?? false }

    /// Adds a parcel behind all others.
    mutating func append(_ parcel: Parcel) {
        lanes[Self.lane(parcel)].append(parcel)
        count += 1
        cost += parcel.cost
    }

    /// Puts parcels back that were taken, in their order, before all others. Suspects are pinned; where
    /// `pinning` is asked for, all are.
    ///
    /// - Precondition: no older ones are where they go, which is so for what ``take(count:cost:)`` gave.
    mutating func putBack(_ parcels: [Parcel], pinning: Bool = false) {
        for parcel in parcels.reversed() {
            let isPinned = pinning || parcel.entry?.isSuspect ?? false
            lanes[isPinned ? Self.pinned : Self.lane(parcel)].prepend(parcel)
            count += 1
            cost += parcel.cost
            if isPinned { pinnedCount += 1 }
        }
    }

    /// Takes the oldest parcels, as many as fit into both bounds, at least one where there is any.
    mutating func take(count limit: Int, cost budget: Int) -> [Parcel] {
        take(limit, budget, from: Self.pinned..<lanes.count)
    }

    /// Takes the oldest of the pinned parcels in the same way.
    mutating func takePinned(count limit: Int, cost budget: Int) -> [Parcel] {
        take(limit, budget, from: Self.pinned..<(Self.pinned + 1))
    }

    /// Takes the oldest that are not pinned; all of them unless told otherwise.
    mutating func takeUnpinned(count limit: Int = .max) -> [Parcel] {
        take(limit, .max, from: (Self.pinned + 1)..<lanes.count)
    }

    /// Takes the oldest of the least serious parcels that are not pinned.
    mutating func evict() -> Parcel? {
        lanes.indices.dropFirst().first { !lanes[$0].isEmpty }.flatMap { remove(from: $0) }
    }

    private mutating func take(_ limit: Int, _ budget: Int, from places: Range<Int>) -> [Parcel] {
        var taken: [Parcel] = []
        taken.reserveCapacity(min(limit, count))
        var spent = 0
        while taken.count < limit, spent < budget, let lane = oldest(in: places), let parcel = remove(from: lane) {
            taken.append(parcel)
            spent += parcel.cost
        }
        return taken
    }

    /// The lane, among some, whose first parcel is the oldest.
    private func oldest(in places: Range<Int>) -> Int? {
        var oldest: (lane: Int, number: Int)?
        for index in places {
            guard let number = lanes[index].firstNumber else { continue }
            if number < oldest?.number ?? .max { oldest = (index, number) }
        }
        return oldest?.lane
    }

    private mutating func remove(from lane: Int) -> Parcel? {
        guard let parcel = lanes[lane].removeFirst() else { return nil }
        count -= 1
        cost -= parcel.cost
        if lane == Self.pinned { pinnedCount -= 1 }
        return parcel
    }

    private static func lane(_ parcel: Parcel) -> Int { 1 + (parcel.entry?.level ?? .error).rawValue }
}
