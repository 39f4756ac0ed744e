import JobLogCore

/// Which lines of a log are shown: by level, time and pattern, those that say the same as the line before left out.
///
/// It is worked out from what changed on, once a frame: for lines that were added that is the lines that were added.
struct LogChoice: Sendable {
    /// Something that lines must be, as it stands in the title.
    struct Filter: Sendable {
        let text: String
        let term: LogQuestion.Term
        /// Whether the text is meant letter by letter.
        var isLiteral = false
        /// Whether it is kept, but does not count for now.
        var isOff = false
    }

    /// From when until when, Unix ms, both inclusive; nil for no end.
    struct TimeRange: Sendable, Hashable {
        var since: Int64?
        var until: Int64?
        /// As it was asked for.
        var text: String
        /// Whether it is kept, but does not count for now.
        var isOff = false
    }

    var least = LogLevel.debug
    /// The level that is kept, but does not count for now.
    var leastOff: LogLevel?
    /// Whose lines are shown.
    var lanes = LaneChoice()
    private(set) var filters: [Filter] = []
    private(set) var inquiry: LogInquiry?
    var range: TimeRange?
    /// Whether what is not meant is shown all the same, dimmed.
    var dims = false
    /// Whether lines that say the same are shown as one.
    var foldsRepeats = true
    /// The first lines of repeats that are shown one by one.
    var unfoldedRepeats: Set<Int32> = []

    /// The places of the lines that are shown.
    private(set) var shown = RankedBits()
    /// The places of the shown lines, and of those behind them that say the same, that the search found.
    private(set) var hits = RankedBits()
    /// How many lines stand behind a first one that says the same.
    private var repeats: [Int32: Int] = [:]
    private var staleFrom: Int? = 0

    /// The line that the next ones may repeat.
    private typealias Head = (id: Int32, facts: LineFacts)

    /// Whether lines are left out, or dimmed, by what they are.
    var isLimited: Bool {
        least > .debug || filters.contains { !$0.isOff } || range?.isOff == false || lanes.isLimited
    }

    /// How many lines say the same as a shown one and follow it.
    func repeats(of id: Int32) -> Int { repeats[id] ?? 0 }

    mutating func invalidate(from place: Int = 0) { staleFrom = min(staleFrom ?? place, place) }

    /// Begins anew on other lines; what is asked for stays.
    mutating func restart(from place: Int) {
        shown = RankedBits()
        hits = RankedBits()
        repeats = [:]
        unfoldedRepeats = []
        ask(from: place)
    }

    // MARK: - Filters

    /// Takes a filter on, or the last one off; the lines from a place on are looked at first.
    mutating func add(_ filter: Filter, from place: Int) {
        filters.append(filter)
        ask(from: place)
    }

    mutating func removeLastFilter(from place: Int) { removeFilter(at: filters.count - 1, from: place) }

    mutating func removeFilter(at index: Int, from place: Int) {
        filters.remove(at: index)
        ask(from: place)
    }

    mutating func replaceFilter(at index: Int, with filter: Filter, from place: Int) {
        filters[index] = filter
        ask(from: place)
    }

    /// Lets a filter count no more, or again.
    mutating func toggleFilter(at index: Int, from place: Int) {
        filters[index].isOff.toggle()
        ask(from: place)
    }

    private mutating func ask(from place: Int) {
        let terms = filters.filter { !$0.isOff }.map(\.term)
        inquiry = terms.isEmpty ? nil : LogInquiry(LogQuestion(terms), from: place)
        invalidate()
    }

    /// Takes an answer about the filters in; false when it is none.
    mutating func take(_ answer: LogAnswer) -> Bool {
        guard let isMore = inquiry?.take(answer) else { return false }
        if isMore { invalidate() }
        return true
    }

    mutating func lookAgain(from place: Int) { inquiry?.lookAgain(from: place) }

    mutating func exams(_ job: JobID, _ document: LogDocument) -> [LogExam] {
        inquiry?.exams(job, document) ?? []
    }

    // MARK: - Choosing

    /// Whether a line is what is asked for. Marks always are.
    @inline(__always)
    func admits(_ id: Int32, _ facts: LineFacts) -> Bool {
        if lanes.isLimited, lanes.hides(facts) { return false }
        guard let level = facts.level else { return true }
        if level < least { return false }
        if let range, !range.isOff {
            if let since = range.since, facts.time < since { return false }
            if let until = range.until, facts.time > until { return false }
        }
        return inquiry?.holds(id) ?? true
    }

    /// Works out what is shown; true when something may have changed.
    mutating func refresh(_ document: LogDocument, search: LogInquiry?) -> Bool {
        guard var start = staleFrom ?? (shown.count < document.count ? shown.count : nil) else { return false }
        staleFrom = nil
        start = min(start, shown.count)
        var head: Head?
        if start == shown.count {
            head = firstOfLastRepeat(document)
        } else {
            // The repeats of the line before may reach beyond: they are counted anew.
            start = startOfRepeat(before: start, document)
        }
        forgetRepeats(from: start, document)
        shown.truncate(to: start)
        hits.truncate(to: start)
        document.withFacts(from: start) { id, facts in add(id, facts, document, search, &head) }
        return true
    }

    /// Repeats are counted anew from a place on.
    private mutating func forgetRepeats(from start: Int, _ document: LogDocument) {
        guard start > 0, !repeats.isEmpty else { return repeats = [:] }
        for id in document.order[start...] { repeats[id] = nil }
    }

    /// The line that those which are added may repeat.
    private func firstOfLastRepeat(_ document: LogDocument) -> Head? {
        guard shown.ones > 0 else { return nil }
        let id = document.order[startOfRepeat(before: shown.count, document)]
        let facts = document.facts(id)
        return facts.level != nil && admits(id, facts) ? (id, facts) : nil
    }

    /// The place of the last shown line before a place, or of the first one that says the same.
    private func startOfRepeat(before place: Int, _ document: LogDocument) -> Int {
        var index = shown.rank(place) - 1
        guard index >= 0 else { return 0 }
        var start = shown.select(index)
        while index > 0, !unfoldedRepeats.isEmpty {
            let before = shown.select(index - 1)
            guard document.saysTheSame(document.order[before], document.order[start]) else { break }
            start = before
            index -= 1
        }
        return start
    }

    @inline(__always)
    private mutating func add(
        _ id: Int32, _ facts: LineFacts, _ document: LogDocument, _ search: LogInquiry?, _ head: inout Head?
    ) {
        let isAdmitted = admits(id, facts)
        hits.append((isAdmitted || dims && !(lanes.isLimited && lanes.hides(facts))) && search?.holds(id) == true)
        guard isAdmitted else {
            // Whoever is hidden is not there for the context either; between lines that are dimmed, nothing is left out.
            let isDimmed = dims && !(lanes.isLimited && lanes.hides(facts))
            if isDimmed { head = nil }
            shown.append(isDimmed)
            return
        }
        if let first = head, foldsRepeats, facts.level != nil, first.facts.mayRepeat(facts),
            document.saysTheSame(first.id, id)
        {
            repeats[first.id, default: 0] += 1
            if !unfoldedRepeats.contains(first.id) {
                shown.append(false)
                return
            }
            shown.append(true)
            return
        }
        head = facts.level == nil ? nil : (id, facts)
        shown.append(true)
    }
}
