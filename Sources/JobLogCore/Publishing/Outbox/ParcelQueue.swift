/// Parcels in their order, from which the oldest of the least serious can be taken out when there are too many.
struct ParcelQueue: Sendable {
    /// A queue whose front moves: taking and putting back at the front cost the same however long it is.
    private struct Lane {
        private var parcels: [Parcel?] = []
        private var front = 0

        var first: Parcel? { front < parcels.count ? parcels[front] : nil }

        mutating func append(_ parcel: Parcel) { parcels.append(parcel) }

        mutating func removeFirst() -> Parcel? {
            guard front < parcels.count else { return nil }
            defer {
                parcels[front] = nil
                front += 1
                if front == parcels.count {
                    parcels.removeAll(keepingCapacity: front < 1_024)
                    front = 0
                } else if front >= 1_024, front * 2 > parcels.count {
                    parcels.removeFirst(front)
                    front = 0
                }
            }
            return parcels[front]
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

    /// One lane a level, the least serious first; parcels without an entry travel with the errors.
    private var lanes = [Lane](repeating: Lane(), count: LogLevel.allCases.count)
    /// How many parcels there are.
    private(set) var count = 0
    /// What keeping them costs, in bytes.
    private(set) var cost = 0

    /// Whether there is none.
    var isEmpty: Bool { count == 0 }

    /// Adds a parcel behind all others.
    mutating func append(_ parcel: Parcel) {
        lanes[Self.lane(parcel)].append(parcel)
        count += 1
        cost += parcel.cost
    }

    /// Puts parcels back that were taken, in their order, before all others.
    mutating func putBack(_ parcels: [Parcel]) {
        for parcel in parcels.reversed() {
            lanes[Self.lane(parcel)].prepend(parcel)
            count += 1
            cost += parcel.cost
        }
    }

    /// Takes the oldest parcel.
    mutating func removeFirst() -> Parcel? {
        var oldest: (lane: Int, number: Int)?
        for index in lanes.indices {
            guard let number = lanes[index].first?.number else { continue }
            if number < oldest?.number ?? .max { oldest = (index, number) }
        }
        return oldest.flatMap { remove(from: $0.lane) }
    }

    /// Takes the oldest parcels, as many as fit into both bounds, at least one where there is any.
    mutating func take(count limit: Int, cost budget: Int) -> [Parcel] {
        var taken: [Parcel] = []
        taken.reserveCapacity(min(limit, count))
        var spent = 0
        while taken.count < limit, spent < budget, let parcel = removeFirst() {
            taken.append(parcel)
            spent += parcel.cost
        }
        return taken
    }

    /// Takes the oldest of the least serious parcels.
    mutating func evict() -> Parcel? {
        for index in lanes.indices where lanes[index].first != nil { return remove(from: index) }
        return nil
    }

    private mutating func remove(from lane: Int) -> Parcel? {
        guard let parcel = lanes[lane].removeFirst() else { return nil }
        count -= 1
        cost -= parcel.cost
        return parcel
    }

    private static func lane(_ parcel: Parcel) -> Int { (parcel.entry?.level ?? .error).rawValue }
}
