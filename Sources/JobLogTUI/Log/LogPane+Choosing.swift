import JobLogCore

/// Which lines are shown, which are looked for, and going to them.
extension LogPane {
    // MARK: - Levels and folds

    mutating func show(least level: LogLevel) {
        (choice.least, choice.leastOff) = (level, nil)
        choice.invalidate()
        isRecentred = true
    }

    /// Hides what is not asked for, or dims it.
    mutating func toggleDimming() {
        choice.dims.toggle()
        choice.invalidate()
        isRecentred = true
    }

    /// Unfolds the entry under the cursor, or folds it; false when it has no more to show.
    mutating func toggleFold() -> Bool {
        refresh()
        guard cursor < count else { return false }
        let line = self[cursor]
        let id = Int32(line.id)
        cache[line.id] = nil
        // Repeats first: they are what the line says most loudly.
        if choice.repeats(of: id) > 0, !choice.unfoldedRepeats.contains(id) {
            choice.unfoldedRepeats.insert(id)
            choice.invalidate(from: place(of: cursor))
            revealed = choice.repeats(of: id)
        } else if unfolded.remove(line.id) != nil {
            wholes.drop(line.id)
            // Its end, by which it may have been left, is gone.
            if top.line == cursor { top.row = 0 }
            if choice.unfoldedRepeats.remove(id) != nil { choice.invalidate(from: place(of: cursor)) }
        } else if case .entry(let record) = line.content, rows(of: cursor).hidesMore || record.identifier != nil {
            unfolded.insert(line.id)
            if record.isCut { wholes.want(line.id) }
        } else if choice.unfoldedRepeats.remove(id) != nil {
            choice.invalidate(from: place(of: cursor))
        } else {
            return false
        }
        isFollowing = false
        keepPlace()
        return true
    }

    /// The next line of a level in a direction; false when there is none.
    mutating func seek(_ level: LogLevel, direction: Int) -> Bool {
        seek(direction) { id, document in document.facts(id).level == level }
    }

    private mutating func seek(_ direction: Int, _ isMeant: (Int32, borrowing LogDocument) -> Bool) -> Bool {
        refresh()
        guard count > 0 else { return false }
        var place = self.place(of: cursor) + direction
        while place >= 0, place < document.count {
            if choice.shown.contains(place), isMeant(document.order[place], document) {
                go(to: place)
                return true
            }
            place += direction
        }
        return false
    }

    // MARK: - Marks

    /// Marks the line under the cursor, or takes its mark off.
    mutating func toggleMark() {
        refresh()
        guard cursor < count else { return }
        let id = Int32(self[cursor].id)
        if marked.remove(id) == nil { marked.insert(id) }
        isFollowing = false
        keepPlace()
    }

    /// Goes to the next marked line, and from the last one to the first; false when there is none.
    mutating func goToNextMark() -> Bool {
        guard !marked.isEmpty else { return false }
        let marked = marked
        if seek(1, { id, _ in marked.contains(id) }) { return true }
        guard
            let place = document.order.indices.first(where: {
                choice.shown.contains($0) && marked.contains(document.order[$0])
            })
        else { return false }
        go(to: place)
        return true
    }

    // MARK: - Questions

    /// The pieces of the log that are to be looked at next.
    mutating func exams() -> [AppEffect] {
        let id = id
        var exams = choice.exams(id, document)
        exams += search?.inquiry.exams(id, document) ?? []
        return exams.map { .examine($0.naming(jobs)) }
    }

    /// Takes an answer in; tells what is to be looked at next, and what the user should hear.
    mutating func take(_ answer: LogAnswer) -> (effects: [AppEffect], toast: String?) {
        if !choice.take(answer) {
            guard let isMore = search?.inquiry.take(answer) else { return ([], nil) }
            if isMore { choice.invalidate() }
        }
        goToWanted()
        return (exams(), answer.trouble ?? answer.remark)
    }

    /// Goes to the line that the search looks for, as soon as all lines before it are known.
    mutating func goToWanted() {
        guard let search, let wanted = search.wanted, document.count > 0 else { return }
        var place = wanted.place
        while place >= 0, place < document.count {
            let id = document.order[place]
            guard search.inquiry.isKnown(id) else {
                self.search?.wanted?.place = place
                return
            }
            if search.inquiry.holds(id), choice.dims || choice.admits(id, document.facts(id)) {
                self.search?.wanted = nil
                choice.invalidate()
                go(to: place)
                return
            }
            place += wanted.direction
        }
        // Past the end it goes on at the beginning, once all of it is known.
        self.search?.wanted?.place = place
        guard search.inquiry.isComplete else { return }
        self.search?.wanted = nil
        refresh()
        guard choice.hits.ones > 0 else { return }
        go(to: choice.hits.select(wanted.direction > 0 ? 0 : choice.hits.ones - 1))
    }

    /// The next line that was found, in a direction; past the end it goes on at the beginning. False where there is none.
    mutating func goToHit(direction: Int) -> Bool {
        refresh()
        guard let search, count > 0 else { return false }
        let place = self.place(of: cursor)
        if !search.inquiry.isComplete {
            self.search?.wanted = LogSearch.Wanted(place: place + direction, direction: direction)
            goToWanted()
            return true
        }
        let hits = choice.hits
        guard hits.ones > 0 else { return false }
        let before = hits.rank(place)
        let index = direction > 0 ? before + (hits.contains(place) ? 1 : 0) : before - 1
        go(to: hits.select((index + hits.ones) % hits.ones))
        return true
    }

    /// Which of how many lines that were found the cursor is on; nil without a search.
    var hitCount: String? {
        guard let search else { return nil }
        let hits = choice.hits
        let place = cursor < count ? self.place(of: cursor) : 0
        let number = hits.contains(place) ? "\(hits.rank(place) + 1)" : "–"
        return "\(number)/\(hits.ones)" + (search.inquiry.isComplete ? "" : "…")
    }
}
