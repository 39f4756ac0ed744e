import JobLogCore

/// Words that a job's id, owner, type, step, state or last error must contain, whatever their case; `!word` must not be
/// in any of them.
struct JobFilter: Sendable, Hashable {
    let text: String
    fileprivate let wanted: [String]
    fileprivate let unwanted: [String]

    init(_ text: String) {
        self.text = text
        let words = text.lowercased().split(separator: " ").map(String.init)
        wanted = words.filter { !$0.hasPrefix("!") }
        unwanted = words.filter { $0.hasPrefix("!") && $0 != "!" }.map { String($0.dropFirst()) }
    }

    /// Whether every job passes.
    var isEmpty: Bool { wanted.isEmpty && unwanted.isEmpty }
}

/// One pass of a filter over many jobs: what they share is looked at once.
struct JobFilterPass {
    private let names: NameTable
    private let now: Int64
    private var wanted: [Word]
    private var unwanted: [Word]

    /// A pass over jobs whose words are `names`, at `now`.
    init(_ filter: JobFilter, _ names: NameTable, at now: Int64) {
        self.names = names
        self.now = now
        wanted = filter.wanted.map { Word($0, names.limit) }
        unwanted = filter.unwanted.map { Word($0, names.limit) }
    }

    /// Whether a job passes.
    mutating func admits(_ entry: RosterEntry, _ number: JobRoster.Number, _ ids: IDArena) -> Bool {
        for place in wanted.indices where !wanted[place].occurs(in: entry, number, ids, names, now) { return false }
        for place in unwanted.indices where unwanted[place].occurs(in: entry, number, ids, names, now) { return false }
        return true
    }

    /// One word of the filter.
    private struct Word {
        private let text: String
        private let search: ByteSearch
        /// Whether it is in a name, by the name's number; nil where that was not looked at yet.
        private var verdicts: [Bool?]
        /// The same of the words for states.
        private var conditions: [Bool?] = Array(repeating: nil, count: JobCondition.allCases.count)

        init(_ text: String, _ nameCount: Int) {
            self.text = text
            search = ByteSearch(Array(text.utf8), ignoresCase: true)
            verdicts = Array(repeating: nil, count: nameCount)
        }

        mutating func occurs(
            in entry: RosterEntry, _ number: JobRoster.Number, _ ids: IDArena, _ names: NameTable, _ now: Int64
        ) -> Bool {
            if isIn(entry.user, names) || isIn(entry.type, names) || isIn(entry.step, names) { return true }
            if isIn(entry.error, names) || isIn(entry.condition(at: now)) || isIn(entry.requested) { return true }
            return ids.isFound(search, in: number) ?? ids[number].lossyText.lowercased().contains(text)
        }

        private mutating func isIn(_ condition: JobCondition) -> Bool {
            if let verdict = conditions[condition.rawValue] { return verdict }
            let isIn = condition.description.contains(text)
            conditions[condition.rawValue] = isIn
            return isIn
        }

        private func isIn(_ requested: JobAction?) -> Bool { requested?.rawValue.contains(text) ?? false }

        private mutating func isIn(_ name: NameTable.Number, _ names: NameTable) -> Bool {
            guard name != 0 else { return false }
            if let verdict = verdicts[Int(name)] { return verdict }
            let isIn = names[name]?.lowercased().contains(text) ?? false
            verdicts[Int(name)] = isIn
            return isIn
        }
    }
}
