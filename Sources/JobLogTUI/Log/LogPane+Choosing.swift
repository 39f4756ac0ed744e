import JobLogCore
import TerminalUI

/// Which lines are shown, which are looked for, and going to them.
extension LogPane {
    // MARK: - Levels and folds

    mutating func show(least level: LogLevel) {
        choice.least = level
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
            // Its end, by which it may have been left, is gone.
            if top.line == cursor { top.row = 0 }
            if choice.unfoldedRepeats.remove(id) != nil { choice.invalidate(from: place(of: cursor)) }
        } else if case .entry(let record) = line.content, rows(of: cursor).hidesMore || record.identifier != nil {
            unfolded.insert(line.id)
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

    /// How long it is from the first marked line to the last, or from the only one to the cursor; nil without a mark.
    var elapsed: (milliseconds: Int64, isToCursor: Bool)? {
        let times = marked.map { document.facts($0).time }
        guard let first = times.min(), let last = times.max(), cursor < count else { return nil }
        return marked.count > 1 ? (last - first, false) : (self[cursor].time - first, true)
    }

    // MARK: - Questions

    /// The pieces of the log that are to be looked at next.
    mutating func exams() -> [AppEffect] {
        var exams = choice.exams(id, document)
        exams += search?.inquiry.exams(id, document) ?? []
        return exams.map { .examine($0) }
    }

    /// Takes an answer in; tells what is to be looked at next, and what the user should hear.
    mutating func take(_ answer: LogAnswer) -> (effects: [AppEffect], toast: String?) {
        if !choice.take(answer) {
            guard let isMore = search?.inquiry.take(answer) else { return ([], nil) }
            if isMore { choice.invalidate() }
        }
        goToWanted()
        return (exams(), answer.trouble)
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

    // MARK: - Prompts

    /// Begins to ask for something.
    mutating func ask(_ kind: LogPrompt.Kind) {
        refresh()
        let place = LogPrompt.Place(line: count > 0 ? self.place(of: cursor) : 0, isFollowing: isFollowing)
        prompt = LogPrompt(
            kind: kind, input: TextInput(history: histories[kind] ?? InputHistory()), origin: place, isLiteral: false)
    }

    /// The text that is asked for changed: a search shows at once what it finds.
    mutating func promptChanged() -> [AppEffect] {
        guard var prompt else { return [] }
        if prompt.kind == .filter, prompt.input.text.hasPrefix("!") {
            prompt.isInverted.toggle()
            prompt.input = TextInput(
                String(prompt.input.text.dropFirst()), history: histories[.filter] ?? InputHistory())
        }
        prompt.problem = nil
        self.prompt = prompt
        guard prompt.kind == .search else { return [] }
        let pattern = self.pattern()
        guard let pattern else {
            clearSearch()
            back(to: prompt.origin)
            return []
        }
        back(to: prompt.origin)
        look(for: pattern, from: prompt.origin.line)
        return exams()
    }

    /// The pattern that is typed; where it is none, the prompt says why.
    private mutating func pattern() -> LogPattern? {
        guard let prompt, !prompt.input.text.isEmpty else { return nil }
        do throws(LogPattern.Invalid) {
            return try LogPattern.smart(prompt.input.text, isLiteral: prompt.isLiteral)
        } catch {
            self.prompt?.problem = error.description
            return nil
        }
    }

    private mutating func look(for pattern: LogPattern, from place: Int) {
        search = LogSearch(pattern, from: place)
        search?.wanted = LogSearch.Wanted(place: place, direction: 1)
        choice.invalidate()
        cache = [:]
    }

    mutating func clearSearch() {
        guard search != nil else { return }
        search = nil
        choice.invalidate()
        cache = [:]
    }

    private mutating func back(to place: LogPrompt.Place) {
        isFollowing = place.isFollowing
        guard !isFollowing, place.line < document.count else { return }
        go(to: place.line)
        isFollowing = place.isFollowing
    }

    /// Leaves the prompt as if it had not been there.
    mutating func cancelPrompt() {
        guard let prompt else { return }
        self.prompt = nil
        if prompt.kind == .search {
            clearSearch()
            back(to: prompt.origin)
        }
    }

    /// Takes what was typed; what the user should hear. The prompt stays where it cannot be used.
    mutating func confirmPrompt(now: Int64) -> (effects: [AppEffect], toast: String?) {
        guard let prompt else { return ([], nil) }
        let text = prompt.input.text
        switch prompt.kind {
        case .search where text.isEmpty:
            // As elsewhere, nothing typed is what was typed last.
            guard let last = histories[.search]?.lines.last else { break }
            self.prompt?.input = TextInput(last)
            _ = promptChanged()
            return confirmPrompt(now: now)
        case .search:
            guard search != nil else { return ([], nil) }
        case .filter where !text.isEmpty:
            guard let pattern = pattern() else { return ([], nil) }
            let filter = LogChoice.Filter(
                text: (prompt.isInverted ? "!" : "") + text,
                term: LogQuestion.Term(pattern: pattern, isInverted: prompt.isInverted))
            choice.add(filter, from: prompt.origin.line)
            isRecentred = true
        case .filter: break
        case .time:
            if let sentence = goToTime(text, now: now) {
                self.prompt?.problem = sentence
                return ([], nil)
            }
        }
        histories[prompt.kind, default: InputHistory()].add(text)
        self.prompt = nil
        var toast: String?
        if prompt.kind == .search, let search, search.inquiry.isComplete {
            refresh()
            if choice.hits.ones == 0 { toast = "Not found: \(search.pattern.text)" }
        }
        return (exams(), toast)
    }

    /// Takes off what limits the lines, the last one first; false when nothing does.
    mutating func removeLastLimit() -> Bool {
        let place = anchor.cursor
        if !choice.filters.isEmpty {
            choice.removeLastFilter(from: place)
        } else if choice.range != nil {
            choice.range = nil
        } else if choice.least > .debug {
            choice.least = .debug
        } else {
            return false
        }
        choice.invalidate()
        isRecentred = true
        return true
    }

    // MARK: - Time

    /// Goes to a time, or limits the lines to a range; a sentence where the text is no time.
    private mutating func goToTime(_ text: String, now: Int64) -> String? {
        guard !text.allSatisfy(\.isWhitespace) else {
            choice.range = nil
            choice.invalidate()
            isRecentred = true
            return nil
        }
        let reference = anchor.cursor < document.count ? document[anchor.cursor].time : now
        do throws(LogTimeQuery.Problem) {
            switch try LogTimeQuery.parse(text, now: now, reference: reference, utc: times.isUTC) {
            case .moment(let time): go(toTime: time)
            case .range(let since, let until):
                choice.range = LogChoice.TimeRange(since: since, until: until, text: text)
                choice.invalidate()
                isRecentred = true
            }
            return nil
        } catch {
            return error.description
        }
    }

    /// Goes to the first shown line of a time or later, or to the last one.
    mutating func go(toTime time: Int64) {
        refresh()
        guard count > 0 else { return }
        let line = min(choice.shown.rank(document.firstPlace(at: time)), count - 1)
        go(to: place(of: line))
    }

    /// Moves by columns of the timeline.
    mutating func moveInTime(by columns: Int, of width: Int) {
        refresh()
        guard count > 0, timeline.isVisible else { return }
        let column = timeline.column(of: self[cursor].time, in: width)
        let target = min(max(0, column + columns), width - 1)
        let before = cursor
        go(toTime: timeline.start(ofColumn: target, in: width))
        // Where no line is in that column, the one beyond it is the next.
        if columns < 0, cursor >= before { step(by: -1) } else if columns > 0, cursor <= before { step(by: 1) }
    }
}
