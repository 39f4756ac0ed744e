import JobLogCore

/// The jobs that are shown, in order. A job is found, and moved, by halving: of thousands only a few are looked at.
struct JobListing: Sendable {
    private var entries: [JobSortKey] = []
    private var keys: [JobID: JobSortKey] = [:]
    private(set) var isReversed = false

    var count: Int { entries.count }
    var isEmpty: Bool { entries.isEmpty }
    var first: JobID? { entries.first?.id }
    var last: JobID? { entries.last?.id }

    subscript(index: Int) -> JobID { entries[index].id }

    /// The jobs of some rows.
    func ids(_ range: Range<Int>) -> [JobID] { entries[range.clamped(to: 0..<count)].map(\.id) }

    func contains(_ id: JobID) -> Bool { keys[id] != nil }

    /// All anew.
    mutating func rebuild(_ all: [JobSortKey], isReversed: Bool) {
        self.isReversed = isReversed
        entries = all.sorted { $0.precedes($1, isReversed: isReversed) }
        keys = Dictionary(all.map { ($0.id, $0) }) { $1 }
    }

    /// One job has another place now, or none.
    mutating func update(_ id: JobID, to key: JobSortKey?) {
        let old = keys[id]
        guard old != key else { return }
        if let old { entries.remove(at: place(of: old)) }
        keys[id] = key
        if let key { entries.insert(key, at: place(of: key)) }
    }

    /// Where a job stands.
    func index(of id: JobID) -> Int? { keys[id].map(place) }

    /// The first place whose job does not precede this one.
    private func place(of key: JobSortKey) -> Int {
        var low = 0
        var high = entries.count
        while low < high {
            let middle = (low + high) / 2
            if entries[middle].precedes(key, isReversed: isReversed) { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
