import JobLogCore
import TerminalUI

/// The log of one job: its lines, which of them are shown, and the place in them.
struct LogPane: Sendable {
    /// How times are shown.
    enum TimeMode: Sendable, CaseIterable {
        case absolute, relative, off
    }

    /// A row on screen.
    struct VisibleRow: Sendable {
        /// The line's place among the shown ones.
        var line: Int
        /// The row within the line.
        var row: Int
    }

    let id: JobID
    private(set) var document = LogDocument()
    /// Why the log cannot be read; nil when it can.
    private(set) var problem: String?
    /// Whether the log was read.
    private(set) var isOpen = false
    /// Whether nothing precedes what is held.
    private var isWhole = false
    private var isLoadingOlder = false

    private(set) var leastLevel = LogLevel.debug
    /// The lines that are shown, as indices; nil for all.
    private var chosen: [Int]?
    /// The line the cursor is on, among the shown ones.
    private(set) var cursor = 0
    /// The first row on screen.
    private var top = VisibleRow(line: 0, row: 0)
    private(set) var isFollowing = true
    /// How many entries came while the end was not followed.
    private(set) var newCount = 0

    private(set) var wraps = true
    private(set) var offset = 0
    private(set) var timeMode = TimeMode.absolute
    var isUTC: Bool
    private var unfolded: Set<Int> = []
    private var cache: [Int: LogRows] = [:]
    private var gists = LogGists()
    private var layout = LogLayout(width: 80, wraps: true)
    private var height = 1
    private(set) var visible: [VisibleRow] = []

    init(_ id: JobID, isUTC: Bool) {
        self.id = id
        self.isUTC = isUTC
    }

    /// How many lines are shown.
    var count: Int { chosen?.count ?? document.lines.count }

    /// A shown line.
    subscript(line: Int) -> LogDocument.Line { document.lines[chosen?[line] ?? line] }

    /// The rows of a shown line.
    func rows(of line: Int) -> LogRows {
        cache[self[line].id] ?? layOut(line)
    }

    private func layOut(_ line: Int) -> LogRows {
        let line = self[line]
        switch line.content {
        case .mark(let mark): return layout.rows(of: mark)
        case .entry(let record):
            let gist = gists.find(line.id, record)
            return unfolded.contains(line.id)
                ? layout.unfolded(gist, record, isFromFuture: line.isFromFuture)
                : layout.folded(gist, isFromFuture: line.isFromFuture)
        }
    }

    // MARK: - What the feed says

    /// Takes a change in; tells what is to be read besides, and what the user should hear.
    mutating func take(_ change: LogChange, now: Int64) -> (effects: [AppEffect], toast: String?) {
        problem = nil
        var toast: String?
        let place = (cursor: lineID(cursor), top: lineID(top.line))
        switch change {
        case .opened(let records, let length):
            toast = records.isEmpty ? "No logs available yet" : isOpen ? nil : "Loaded logs"
            document = LogDocument()
            cache = [:]
            gists = LogGists()
            document.append(records, now: now)
            isOpen = true
            isWhole = records.count >= length
            isLoadingOlder = false
            unfolded = []
            newCount = 0
            choose()
            restart()
            return (older(), toast)
        case .appended(let records, let recovered):
            if recovered { document.append(.recovered(records.count)) }
            append(records, now: now)
        case .gap(let missing, let then):
            document.append(.missing(missing))
            append(then, now: now)
        case .cleared(let then):
            document.append(.cleared)
            append(then, now: now)
        case .older(let records, let isWhole):
            self.isWhole = isWhole
            isLoadingOlder = false
            prepend(records, now: now)
        case .unreadable(let reason):
            problem = reason
        }
        choose()
        stay(on: place)
        return (older(), toast)
    }

    /// The connection is back: what was asked for before it was lost is not answered any more.
    mutating func reconnected() -> [AppEffect] {
        isLoadingOlder = false
        return older()
    }

    /// Lines of another reading are on screen: no place among the old ones may be left.
    private mutating func restart() {
        cursor = isFollowing ? max(0, count - 1) : min(cursor, max(0, count - 1))
        top = VisibleRow(line: cursor, row: 0)
        visible = []
    }

    private func lineID(_ line: Int) -> Int? { line < count ? self[line].id : nil }

    /// Lines may have come in above: the cursor and the first row on screen stay on theirs.
    private mutating func stay(on place: (cursor: Int?, top: Int?)) {
        guard !isFollowing else { return }
        cursor = line(of: place.cursor, expectedAt: cursor)
        top.line = line(of: place.top, expectedAt: top.line)
    }

    private func line(of id: Int?, expectedAt line: Int) -> Int {
        guard let id, lineID(line) != id else { return line }
        return (0..<count).first { self[$0].id == id } ?? line
    }

    private mutating func append(_ records: [LogRecord], now: Int64) {
        document.append(records, now: now)
        if !isFollowing { newCount += records.count }
    }

    private mutating func prepend(_ records: [LogRecord], now: Int64) {
        let before = count
        document.prepend(records, now: now)
        choose()
        let shift = count - before
        cursor += shift
        top.line += shift
    }

    /// Reads on until the beginning is there: what is shown, searched and counted is the whole log.
    private mutating func older() -> [AppEffect] {
        guard isOpen, !isWhole, !isLoadingOlder else { return [] }
        isLoadingOlder = true
        let entries = document.lines.lazy.compactMap { line in
            if case .entry(let record) = line.content { record } else { nil }
        }
        return [.loadOlder(id, before: Array(entries.prefix(16)), held: document.entryCount)]
    }

    // MARK: - What the user says

    mutating func show(least level: LogLevel) {
        let place = cursor < count ? self[cursor].id : nil
        leastLevel = level
        choose()
        // The place is kept: the same line, or the one after it that is shown.
        if let place { cursor = (0..<count).first { self[$0].id >= place } ?? max(0, count - 1) }
        top = VisibleRow(line: max(0, cursor - height / 2), row: 0)
    }

    mutating func toggleFollow() {
        isFollowing ? (isFollowing = false) : goToEnd()
    }

    mutating func toggleWrap() {
        wraps.toggle()
        offset = 0
        cache = [:]
    }

    mutating func moveSideways(by columns: Int) {
        guard !wraps else { return }
        offset = max(0, offset + columns)
    }

    mutating func nextTimeMode() {
        let all = TimeMode.allCases
        timeMode = all[((all.firstIndex(of: timeMode) ?? 0) + 1) % all.count]
        cache = [:]
    }

    /// Unfolds the entry under the cursor, or folds it; false when it has no more to show.
    mutating func toggleFold() -> Bool {
        guard cursor < count else { return false }
        let id = self[cursor].id
        if unfolded.remove(id) != nil {
            // Its end, by which it may have been left, is gone.
            if top.line == cursor { top.row = 0 }
        } else if case .entry(let record) = self[cursor].content,
            rows(of: cursor).hidesMore || record.identifier != nil
        {
            unfolded.insert(id)
        } else {
            return false
        }
        cache[id] = nil
        isFollowing = false
        return true
    }

    mutating func goToStart() {
        isFollowing = false
        cursor = 0
        top = VisibleRow(line: 0, row: 0)
    }

    mutating func goToEnd() {
        cursor = max(0, count - 1)
        isFollowing = true
        newCount = 0
    }

    /// One line down or up; within an entry that is higher than the screen, one row.
    mutating func step(by direction: Int) {
        guard count > 0 else { return }
        if direction > 0 {
            if let last = visible.last, last.line == cursor, last.row + 1 < rows(of: cursor).rows.count {
                return scroll(by: 1)
            }
            cursor = min(count - 1, cursor + 1)
        } else {
            isFollowing = false
            if let first = visible.first, first.line == cursor, first.row > 0 { return scroll(by: -1) }
            cursor = max(0, cursor - 1)
        }
    }

    /// So many rows down or up, the cursor going along.
    mutating func page(by rows: Int) {
        guard count > 0 else { return }
        let before = top
        scroll(by: rows)
        if rows < 0 { isFollowing = false }
        if top.line == before.line, top.row == before.row { cursor = rows < 0 ? 0 : count - 1 }
    }

    /// The next line of a level in a direction; false when there is none.
    mutating func seek(_ level: LogLevel, direction: Int) -> Bool {
        var line = cursor + direction
        while line >= 0, line < count {
            if gists.level(of: self[line]) == level {
                cursor = line
                isFollowing = false
                return true
            }
            line += direction
        }
        return false
    }

    // MARK: - Once a frame

    /// Lays out the rows on screen.
    mutating func settle(width: Int, height: Int) {
        let layout = LogLayout(width: max(8, width), wraps: wraps)
        if layout != self.layout || cache.count > 2_000 { cache = [:] }
        self.layout = layout
        self.height = max(1, height)
        cursor = min(max(0, cursor), max(0, count - 1))
        guard count > 0 else {
            visible = []
            return
        }
        if isFollowing {
            cursor = count - 1
            newCount = 0
            top = bottomed(at: count - 1)
        } else {
            keepCursorInSight()
            let bottom = bottomed(at: count - 1)
            if (bottom.line, bottom.row) < (top.line, top.row) { top = bottom }
            if cursor == count - 1 { newCount = 0 }
        }
        fill()
    }

    private mutating func fill() {
        visible = []
        visible.reserveCapacity(height)
        var place = top
        while visible.count < height, place.line < count {
            let rows = cached(place.line)
            while place.row < rows, visible.count < height {
                visible.append(place)
                place.row += 1
            }
            place = VisibleRow(line: place.line + 1, row: 0)
        }
    }

    private mutating func keepCursorInSight() {
        top.line = min(top.line, count - 1)
        if cursor < top.line { top = VisibleRow(line: cursor, row: 0) }
        if cursor == top.line { top.row = min(top.row, max(0, cached(cursor) - 1)) }
        // Only lines between top and cursor are laid out, and never more than fit on screen.
        guard cursor > top.line else { return }
        let least = bottomed(at: cursor)
        if (top.line, top.row) < (least.line, least.row) {
            top = cached(cursor) > height ? VisibleRow(line: cursor, row: 0) : least
        }
    }

    /// The first row on screen when a line's last row is the last one.
    private mutating func bottomed(at line: Int) -> VisibleRow {
        var line = line
        var left = height - cached(line)
        while left > 0, line > 0 {
            line -= 1
            left -= cached(line)
        }
        return VisibleRow(line: line, row: max(0, -left))
    }

    /// Moves the first row on screen, and the cursor with it.
    private mutating func scroll(by rows: Int) {
        var place = top
        var left = rows
        while left > 0, place.line < count {
            let here = cached(place.line) - place.row
            if left < here {
                place.row += left
                left = 0
            } else {
                left -= here
                place = VisibleRow(line: place.line + 1, row: 0)
            }
        }
        while left < 0 {
            if -left <= place.row {
                place.row += left
                left = 0
            } else if place.line == 0 {
                place.row = 0
                left = 0
            } else {
                left += place.row
                place.line -= 1
                place.row = cached(place.line)
            }
        }
        let bottom = bottomed(at: count - 1)
        if (bottom.line, bottom.row) < (place.line, place.row) { place = bottom }
        let distance = place.line - top.line
        top = place
        // Beyond the screen it would pull the first row along, past rows that nobody saw.
        cursor = min(max(cursor + distance, place.line), lastWholeLine())
    }

    /// The last line on screen with all of its rows; the first one where no other is.
    private mutating func lastWholeLine() -> Int {
        var line = top.line
        var left = height - (cached(line) - top.row)
        while line + 1 < count {
            left -= cached(line + 1)
            guard left >= 0 else { break }
            line += 1
        }
        return line
    }

    /// How many rows a line takes; they are kept for the frame.
    private mutating func cached(_ line: Int) -> Int {
        let id = self[line].id
        if let rows = cache[id] { return rows.rows.count }
        gists.keep(self[line])
        let rows = layOut(line)
        cache[id] = rows
        return rows.rows.count
    }

    private mutating func choose() {
        guard leastLevel > .debug else {
            chosen = nil
            return
        }
        var chosen: [Int] = []
        for (index, line) in document.lines.enumerated() where gists.level(of: line) ?? .error >= leastLevel {
            chosen.append(index)
        }
        self.chosen = chosen
    }
}
