import JobLogCore
import TerminalUI

/// What is typed below a log: what to look for, which lines to show, where to go.
extension LogPane {
    // MARK: - Prompts

    /// Begins to ask for something.
    mutating func ask(_ kind: LogPrompt.Kind, _ text: String = "", history: InputHistory) {
        refresh()
        let place = LogPrompt.Place(
            id: count > 0 ? document.order[self.place(of: cursor)] : nil, isFollowing: isFollowing,
            pattern: search?.pattern)
        prompt = LogPrompt(
            kind: kind, input: TextInput(text, history: history), history: history, origin: place, isLiteral: false)
    }

    /// Puts a text into the prompt.
    mutating func type(_ text: String) -> [AppEffect] {
        guard let prompt else { return [] }
        self.prompt?.input = TextInput(text, history: prompt.history)
        return promptChanged()
    }

    /// The text that is asked for changed: a search shows at once what it finds.
    mutating func promptChanged() -> [AppEffect] {
        guard var prompt else { return [] }
        if prompt.kind == .filter, prompt.input.text.hasPrefix("!") {
            prompt.isInverted.toggle()
            prompt.input = TextInput(String(prompt.input.text.dropFirst()), history: prompt.history)
        }
        prompt.problem = nil
        prompt.problemAt = nil
        self.prompt = prompt
        // What is no pattern is told as it is typed.
        let pattern = prompt.kind == .time ? nil : self.pattern()
        guard prompt.kind == .search else { return [] }
        guard let pattern else {
            clearSearch()
            back(to: prompt.origin)
            return []
        }
        back(to: prompt.origin)
        look(for: pattern, from: place(of: prompt.origin))
        return exams()
    }

    /// The pattern that is typed; where it is none, the prompt says why.
    private mutating func pattern() -> LogPattern? {
        guard let prompt, !prompt.input.text.isEmpty else { return nil }
        do throws(LogPattern.Invalid) {
            return try LogPattern.smart(prompt.input.text, isLiteral: prompt.isLiteral)
        } catch {
            self.prompt?.problem = error.description
            self.prompt?.problemAt = error.position
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

    /// Ends the search; without one, takes the marks off.
    mutating func clearSearchOrMarks() {
        if search == nil { marked = [] } else { clearSearch() }
    }

    /// Whether there is neither a search nor a mark.
    var hasNothingToClear: Bool { search == nil && marked.isEmpty }

    /// Where a line is now: lines may have come in above it.
    private func place(of origin: LogPrompt.Place) -> Int {
        origin.id.flatMap { document.index(of: Int($0)) } ?? 0
    }

    private mutating func back(to origin: LogPrompt.Place) {
        isFollowing = origin.isFollowing
        guard !isFollowing, origin.id != nil else { return }
        go(to: place(of: origin))
    }

    /// Leaves the prompt as if it had not been there.
    mutating func cancelPrompt() -> [AppEffect] {
        guard let prompt else { return [] }
        self.prompt = nil
        guard prompt.kind == .search else { return [] }
        clearSearch()
        back(to: prompt.origin)
        guard let pattern = prompt.origin.pattern else { return [] }
        look(for: pattern, from: place(of: prompt.origin))
        search?.wanted = nil
        return exams()
    }

    /// Takes what was typed; what of it is worth remembering and what the user should hear. The prompt stays where it
    /// cannot be used.
    mutating func confirmPrompt(now: Int64) -> (effects: [AppEffect], typed: String, toast: String?) {
        guard let prompt else { return ([], "", nil) }
        let text = prompt.input.text
        switch prompt.kind {
        case .search where text.isEmpty:
            // As elsewhere, nothing typed is what was typed last.
            guard let last = prompt.history.lines.last else { break }
            self.prompt?.input = TextInput(last)
            let effects = promptChanged()
            let (further, typed, toast) = confirmPrompt(now: now)
            return (effects + further, typed, toast)
        case .search:
            guard search != nil else { return ([], "", nil) }
        case .filter where !text.isEmpty:
            guard let pattern = pattern() else { return ([], "", nil) }
            let filter = LogChoice.Filter(
                text: (prompt.isInverted ? "!" : "") + text,
                term: LogQuestion.Term(pattern: pattern, isInverted: prompt.isInverted),
                isLiteral: prompt.isLiteral)
            let place = place(of: prompt.origin)
            if let index = prompt.replaced, choice.filters.indices.contains(index) {
                choice.replaceFilter(at: index, with: filter, from: place)
            } else {
                choice.add(filter, from: place)
            }
            isRecentred = true
        case .filter, .save, .pipe: break
        case .time:
            if let sentence = goToTime(text, now: now) {
                self.prompt?.problem = sentence
                return ([], "", nil)
            }
        }
        self.prompt = nil
        var toast: String?
        if prompt.kind == .search, let search, search.inquiry.isComplete {
            refresh()
            if choice.hits.ones == 0 { toast = "Not found: \(search.pattern.text)" }
        }
        return (exams(), (prompt.isInverted ? "!" : "") + text, toast)
    }

    /// Takes off what limits the lines, the last one first; false when nothing does.
    mutating func removeLastLimit() -> Bool {
        let place = anchor.cursor
        if !choice.filters.isEmpty {
            choice.removeLastFilter(from: place)
        } else if choice.range != nil {
            choice.range = nil
        } else if choice.least > .debug || choice.leastOff != nil {
            (choice.least, choice.leastOff) = (.debug, nil)
        } else if choice.lanes.isLimited {
            choice.lanes = LaneChoice()
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

    /// Goes to a line by its number among those that are shown, or to the last one.
    mutating func go(toLine line: Int) {
        refresh()
        guard count > 0 else { return }
        go(to: place(of: min(line, count - 1)))
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
