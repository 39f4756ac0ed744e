import JobLogCore

/// The jobs that are shown, in order, by their numbers. News of a few jobs cost one pass over the numbers; the place of a
/// job is found by halving.
struct JobListing: Sendable {
    typealias Number = JobRoster.Number

    /// Above this part of all, sorting anew is less work than putting each in its place.
    private static let rebuildShare = 4

    private var order: [Number] = []
    /// The key by which each job has its place, by number.
    private var keys: [JobSortKey] = []
    private var isReversed = false

    var count: Int { order.count }
    var isEmpty: Bool { order.isEmpty }

    subscript(index: Int) -> Number { order[index] }

    /// The jobs of some rows.
    func numbers(_ range: Range<Int>) -> ArraySlice<Number> { order[range.clamped(to: 0..<count)] }

    func contains(_ number: Number) -> Bool { Int(number) < keys.count && keys[Int(number)] != .none }

    /// Where a job stands.
    func index(of number: Number, _ roster: JobRoster) -> Int? {
        guard contains(number) else { return nil }
        let index = place(of: number, in: order, roster)
        return index < count && order[index] == number ? index : nil
    }

    /// All anew: every job of the roster that `key` gives a place.
    mutating func rebuild(_ roster: JobRoster, isReversed: Bool, _ key: (RosterEntry, Number) -> JobSortKey?) {
        self.isReversed = isReversed
        keys = Array(repeating: .none, count: roster.limit)
        order = []
        order.reserveCapacity(roster.count)
        for number in 0..<Number(roster.limit) {
            guard let entry = roster.entry(number), let key = key(entry, number) else { continue }
            keys[Int(number)] = key
            order.append(number)
        }
        sort(roster)
    }

    /// A job with all that tells most jobs apart, so that few need a look at their ids.
    private struct Sortable {
        var primary: UInt64
        var digits: UInt64
        var number: Number
        var name: UInt32
    }

    private mutating func sort(_ roster: JobRoster) {
        let (keys, isReversed) = (keys, isReversed)
        let ranks = roster.names.ranks(of: Set(order.lazy.map { keys[Int($0)].name }))
        order = roster.ids.comparing { ids in
            let prefix = ids.commonPrefix(of: order)
            var jobs = order.map { number in
                let key = keys[Int(number)]
                let digits = ids.digits(of: number, after: prefix)
                let rank = key.name == 0 ? 0 : ranks[key.name] ?? 0
                return Sortable(
                    primary: key.primary, digits: isReversed ? ~digits : digits, number: number,
                    name: isReversed ? ~rank : rank)
            }
            jobs.sort { one, other in
                if one.primary != other.primary { return one.primary < other.primary }
                if one.name != other.name { return one.name < other.name }
                if one.digits != other.digits { return one.digits < other.digits }
                let order = ids.order(one.number, other.number)
                return isReversed ? order > 0 : order < 0
            }
            return jobs.map(\.number)
        }
    }

    /// Some jobs have other places now, or none.
    mutating func update(_ moved: Set<Number>, _ roster: JobRoster, _ key: (RosterEntry, Number) -> JobSortKey?) {
        guard moved.count <= max(64, roster.count / Self.rebuildShare) else {
            return rebuild(roster, isReversed: isReversed, key)
        }
        if keys.count < roster.limit {
            keys.append(contentsOf: repeatElement(.none, count: roster.limit - keys.count))
        }
        var gone: Set<Number> = []
        var placed: [(number: Number, key: JobSortKey)] = []
        for number in moved {
            let new = roster.entry(number).flatMap { key($0, number) } ?? .none
            let old = keys[Int(number)]
            guard new != old else { continue }
            if old != .none { gone.insert(number) }
            if new != .none { placed.append((number, new)) }
        }
        guard !gone.isEmpty || !placed.isEmpty else { return }
        remove(gone, roster)
        for (number, key) in placed { keys[Int(number)] = key }
        insert(placed.map(\.number).sorted { precedes($0, $1, roster) }, roster)
    }

    /// Keys are still those by which the jobs have their places; a job that was removed has its id until the roster settles.
    private mutating func remove(_ gone: Set<Number>, _ roster: JobRoster) {
        if gone.count > 8 {
            order.removeAll { gone.contains($0) }
        } else {
            for number in gone {
                if let index = index(of: number, roster) { order.remove(at: index) }
            }
        }
        for number in gone { keys[Int(number)] = .none }
    }

    /// Merges numbers, which are sorted.
    private mutating func insert(_ sorted: [Number], _ roster: JobRoster) {
        guard sorted.count > 8 else {
            for number in sorted { order.insert(number, at: place(of: number, in: order, roster)) }
            return
        }
        var merged: [Number] = []
        merged.reserveCapacity(order.count + sorted.count)
        var start = 0
        for number in sorted {
            let end = place(of: number, in: order, roster)
            merged += order[start..<end]
            merged.append(number)
            start = end
        }
        merged += order[start...]
        order = merged
    }

    /// The first place whose job does not precede this one.
    private func place(of number: Number, in order: [Number], _ roster: JobRoster) -> Int {
        var low = 0
        var high = order.count
        while low < high {
            let middle = (low + high) / 2
            if precedes(order[middle], number, roster) { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// Whether a job stands above another one. Both have keys.
    private func precedes(_ one: Number, _ other: Number, _ roster: JobRoster) -> Bool {
        let (first, second) = (keys[Int(one)], keys[Int(other)])
        if first.primary != second.primary { return first.primary < second.primary }
        if first.name != second.name {
            return (roster.names[first.name] ?? "" < roster.names[second.name] ?? "") != isReversed
        }
        let order = roster.ids.comparing { $0.order(one, other) }
        return isReversed ? order > 0 : order < 0
    }
}
