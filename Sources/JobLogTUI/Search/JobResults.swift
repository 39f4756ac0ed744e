import JobLogCore

/// The results of a search through all logs: a header a job, a row a line that was found, and the place in them.
///
/// Jobs come in at their places, those of the newest activity first, while the user moves: the cursor stays on its line.
/// A frame costs the rows on screen.
struct JobResults: Sendable {
    /// A row.
    enum Row: Sendable, Hashable {
        /// The header of a job, by the place of its group.
        case header(Int)
        /// A line that was found, by the places of its group and in it.
        case hit(Int, Int)
    }

    let order: SearchOrder
    let pattern: LogPattern
    private(set) var groups: [ResultGroup] = []
    /// The first row of each group.
    private var starts: [Int] = []
    /// How many rows there are.
    private(set) var count = 0
    private(set) var cursor = 0
    private(set) var top = 0
    private(set) var height = 1
    private(set) var progress = JobSearch.Progress()
    /// How it ended; nil while it goes on.
    private(set) var end: JobSearch.End?
    /// Whether the user has moved: until then the first line that was found has the cursor.
    private var isMoved = false

    init(_ order: SearchOrder, _ pattern: LogPattern) {
        self.order = order
        self.pattern = pattern
    }

    var isRunning: Bool { end == nil }

    // MARK: - What the search says

    /// Takes news in, unless they are of another search.
    mutating func take(_ news: SearchNews) {
        guard news.number == order.number else { return }
        switch news.content {
        case .found(let group): insert(group)
        case .progress(let progress): self.progress = progress
        case .end(let end, let progress):
            self.end = end
            self.progress = progress
        }
    }

    private mutating func insert(_ group: ResultGroup) {
        var low = 0
        var high = groups.count
        while low < high {
            let middle = (low + high) / 2
            if groups[middle].activity >= group.activity { low = middle + 1 } else { high = middle }
        }
        let start = low < groups.count ? starts[low] : count
        groups.insert(group, at: low)
        starts.insert(start, at: low)
        for index in low + 1..<max(low + 1, groups.count) { starts[index] += group.rows }
        count += group.rows
        guard isMoved else {
            cursor = min(1, count - 1)
            return
        }
        if start <= cursor {
            cursor += group.rows
            top += group.rows
        }
    }

    // MARK: - Rows

    func row(_ index: Int) -> Row {
        var low = 0
        var high = groups.count
        while low < high {
            let middle = (low + high) / 2
            if starts[middle] <= index { low = middle + 1 } else { high = middle }
        }
        let group = max(0, low - 1)
        let place = index - starts[group]
        return place == 0 ? .header(group) : .hit(group, place - 1)
    }

    /// The group that the cursor is in; nil where there is none.
    var group: ResultGroup? {
        guard count > 0 else { return nil }
        switch row(cursor) {
        case .header(let group), .hit(let group, _): return groups[group]
        }
    }

    /// The line that the cursor is on; on a header, the newest line of the job.
    var hit: ResultHit? {
        guard count > 0 else { return nil }
        switch row(cursor) {
        case .header(let group): return groups[group].hits.last
        case .hit(let group, let place): return groups[group].hits[place]
        }
    }

    /// Which of the kept lines the cursor is on or behind.
    var place: Int {
        guard count > 0 else { return 0 }
        switch row(cursor) {
        case .header(let group): return starts[group] - group
        case .hit(let group, let place): return starts[group] - group + place + 1
        }
    }

    /// How many lines are kept.
    var hitCount: Int { count - groups.count }

    /// The rows on screen.
    var visible: Range<Int> { min(top, count)..<min(count, top + height) }

    /// The jobs on screen.
    var visibleJobs: Set<JobID> {
        Set(
            visible.map { index in
                switch row(index) {
                case .header(let group), .hit(let group, _): groups[group].id
                }
            })
    }

    // MARK: - Moving

    mutating func move(by rows: Int) { go(to: cursor + rows) }

    /// Puts the cursor on a row.
    mutating func select(_ row: Int) { go(to: row) }

    /// Moves what is on screen; the cursor stays on its row as long as that is in sight.
    mutating func roll(by rows: Int) {
        guard count > 0 else { return }
        top = max(0, min(top + rows, count - height))
        go(to: min(max(cursor, top), top + height - 1))
    }
    mutating func goToStart() { go(to: 0) }
    mutating func goToEnd() { go(to: count - 1) }

    private mutating func go(to row: Int) {
        isMoved = true
        cursor = max(0, min(row, count - 1))
    }

    /// The next line that was found in a direction, headers passed over; false where there is none.
    mutating func step(_ direction: Int) -> Bool {
        guard count > 0 else { return false }
        var target = cursor + direction
        while target >= 0, target < count, case .header = row(target) { target += direction }
        guard target >= 0, target < count else { return false }
        go(to: target)
        return true
    }

    /// The next job in a direction; backwards, first the header of this one. False where there is none.
    mutating func stepGroup(_ direction: Int) -> Bool {
        guard count > 0 else { return false }
        let target: Int
        switch row(cursor) {
        case .header(let group): target = group + direction
        case .hit(let group, _): target = direction < 0 ? group : group + 1
        }
        guard groups.indices.contains(target) else { return false }
        go(to: starts[target])
        return true
    }

    /// Keeps the cursor on screen, with the header above a job's first line.
    mutating func settle(height: Int) {
        self.height = max(1, height)
        var first = cursor
        if cursor > 0, self.height > 1, case .hit(_, 0) = row(cursor) { first -= 1 }
        if first < top { top = first }
        if cursor >= top + self.height { top = cursor - self.height + 1 }
        top = max(0, min(top, count - self.height))
    }
}
