import JobLogCore

/// Moving through the lines, and which rows are on screen. Nothing here looks at more lines than fit on a screen.
extension LogPane {
    // MARK: - What the user says

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

    mutating func goToStart() {
        refresh()
        isFollowing = false
        cursor = 0
        top = VisibleRow(line: 0, row: 0)
        keepPlace()
    }

    mutating func goToEnd() {
        refresh()
        cursor = max(0, count - 1)
        isFollowing = true
        newCount = 0
        keepPlace()
    }

    /// Goes to the line at a place; what hides it as a repeat of another is unfolded.
    mutating func go(to place: Int) {
        refresh()
        if !choice.shown.contains(place) {
            let head = choice.shown.rank(place) - 1
            if head >= 0, document.saysTheSame(document.order[self.place(of: head)], document.order[place]) {
                choice.unfoldedRepeats.insert(document.order[self.place(of: head)])
                choice.invalidate(from: self.place(of: head))
                cache[self[head].id] = nil
                refresh()
            }
        }
        cursor = min(choice.shown.rank(place), max(0, count - 1))
        isFollowing = false
        // A line that is far away comes with what stands around it.
        if abs(cursor - top.line) > 2 * height || cursor < top.line {
            top = VisibleRow(line: max(0, cursor - height / 2), row: 0)
        }
        keepPlace()
    }

    /// One line down or up; within an entry that is higher than the screen, one row.
    mutating func step(by direction: Int) {
        refresh()
        guard count > 0 else { return }
        if direction > 0 {
            if let last = visible.last, last.line == cursor, last.row + 1 < cached(cursor) { return scroll(by: 1) }
            cursor = min(count - 1, cursor + 1)
        } else {
            isFollowing = false
            if let first = visible.first, first.line == cursor, first.row > 0 { return scroll(by: -1) }
            cursor = max(0, cursor - 1)
        }
        keepPlace()
    }

    /// So many rows down or up, the cursor going along.
    mutating func page(by rows: Int) {
        refresh()
        guard count > 0 else { return }
        let before = top
        scroll(by: rows)
        if rows < 0 { isFollowing = false }
        if top.line == before.line, top.row == before.row { cursor = rows < 0 ? 0 : count - 1 }
        keepPlace()
    }

    /// So many rows down or up, the cursor staying on its line as long as that is in sight.
    mutating func roll(by rows: Int) {
        refresh()
        // At its end a log that is followed stays so.
        guard count > 0, rows < 0 || !isFollowing else { return }
        isFollowing = false
        scroll(by: rows, carriesCursor: false)
    }

    /// Puts the cursor on a line that is on screen.
    mutating func point(at line: Int) {
        refresh()
        cursor = min(max(0, line), max(0, count - 1))
        isFollowing = false
        keepPlace()
    }

    // MARK: - Places

    /// Works out what is shown where something changed, and finds cursor and first row again by their places.
    mutating func refresh() {
        guard choice.refresh(document, search: search?.inquiry) else { return }
        guard count > 0 else { return }
        let last = count - 1
        cursor = isFollowing ? last : min(choice.shown.rank(anchor.cursor), last)
        let line = min(choice.shown.rank(anchor.top), last)
        top = VisibleRow(line: line, row: place(of: line) == anchor.top ? top.row : 0)
        // How often a line is repeated stands beside it.
        for line in max(0, min(top.line, last))...min(last, top.line + height) { cache[self[line].id] = nil }
        cache[self[last].id] = nil
    }

    /// Keeps the places of cursor and first row, to which the user went.
    mutating func keepPlace() {
        // Who goes on by himself is not to be taken elsewhere by what a search finds later.
        search?.wanted = nil
        keepAnchor()
    }

    private mutating func keepAnchor() {
        guard count > 0 else { return }
        anchor = (place(of: min(cursor, count - 1)), place(of: min(top.line, count - 1)))
        anchorIDs = (document.order[anchor.cursor], document.order[anchor.top])
    }

    // MARK: - Once a frame

    /// Lays out the rows on screen.
    mutating func settle(width: Int, height: Int) {
        let layout = LogLayout(width: max(8, width), wraps: wraps)
        if layout != self.layout || cache.count > 2_000 { cache = [:] }
        self.layout = layout
        self.height = max(1, height)
        refresh()
        cursor = min(max(0, cursor), max(0, count - 1))
        guard count > 0 else {
            visible = []
            return
        }
        if isFollowing {
            cursor = count - 1
            newCount = 0
            top = bottomed(at: count - 1)
            keepAnchor()
        } else {
            if isRecentred { top = centred() }
            let before = top
            keepCursorInSight()
            reveal()
            // Every line has a row: further up there are enough of them.
            if count - top.line <= self.height {
                let bottom = bottomed(at: count - 1)
                if (bottom.line, bottom.row) < (top.line, top.row) { top = bottom }
            }
            if cursor == count - 1 { newCount = 0 }
            if before.line != top.line || isRecentred { keepTop() }
            if anchorIDs == nil { keepAnchor() }
        }
        isRecentred = false
        document.shownUpTo = document.newestTime
        fill()
    }

    private mutating func keepTop() {
        anchor.top = place(of: top.line)
        anchorIDs?.top = document.order[anchor.top]
    }

    private mutating func centred() -> VisibleRow {
        var line = cursor
        var left = height / 2
        while left > 0, line > 0 {
            line -= 1
            left -= cached(line)
        }
        return VisibleRow(line: line, row: max(0, -left))
    }

    /// Brings lines below the cursor into sight, as many as there is room for.
    private mutating func reveal() {
        guard revealed > 0 else { return }
        let last = min(count - 1, cursor + min(revealed, height - 1))
        revealed = 0
        let least = bottomed(at: last)
        if (top.line, top.row) < (least.line, least.row) {
            top = least.line < cursor ? least : VisibleRow(line: cursor, row: 0)
        }
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

    /// Moves the first row on screen, and the cursor with it, or only as far as it must to stay in sight.
    private mutating func scroll(by rows: Int, carriesCursor: Bool = true) {
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
        let distance = carriesCursor ? place.line - top.line : 0
        top = place
        // Beyond the screen it would pull the first row along, past rows that nobody saw.
        cursor = min(max(cursor + distance, place.line), lastWholeLine())
        keepPlace()
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
        let line = self[line]
        if let rows = cache[line.id] { return rows.rows.count }
        gists.keep(line)
        var highlighter = search?.highlighter
        // Taken out, so that what it learns is kept without a copy.
        search?.highlighter = LogMatcher.none
        let rows = layOut(line, &highlighter)
        if let highlighter { search?.highlighter = highlighter }
        cache[line.id] = rows
        return rows.rows.count
    }
}
