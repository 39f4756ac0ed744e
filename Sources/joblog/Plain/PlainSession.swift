import JobLogCore

/// What the plain mode knows, and what it says: whole lines, one after the other. Pure.
struct PlainSession {
    /// What is to be done besides saying something.
    enum Task: Equatable {
        case show(JobID)
        case act(JobAction, JobID)
        case loadOlder(JobID, first: [LogRecord], held: Int)
        case quit
    }

    /// The most jobs that are told at once.
    private static let longestList = 50
    /// How many lines of a log are told when it is opened.
    private static let opening = 20

    private let isUTC: Bool
    private let refusal: String?
    private var remarks: ConnectionRemarks
    private var turns = JobTurns()
    private var watched = WatchedJobs()
    private var jobs: [JobID: JobSnapshot] = [:]
    /// Whether all jobs were looked through once: what is found before is no news.
    private var isSettled = false
    /// The jobs as they were told last.
    private var numbered: [JobID] = []
    private var open: JobID?
    /// What is held of the open log, and how much of that was told, counted from the end.
    private var held: [LogRecord] = []
    private var told = 0
    private var isWhole = false
    private var owed = 0
    private var asked: (action: JobAction, id: JobID)?
    private var said: [String] = []
    private var tasks: [Task] = []

    /// - Parameters:
    ///   - server: what answers, in the middle of a sentence.
    ///   - open: the job whose log is open from the start.
    ///   - isUTC: whether times are UTC.
    ///   - refusal: why nothing may be done to jobs; nil where it may.
    init(server: String, open: JobID?, isUTC: Bool, refusal: String?) {
        remarks = ConnectionRemarks(server: server)
        self.open = open
        self.isUTC = isUTC
        self.refusal = refusal
    }

    /// What is to be kept up to date.
    var interest: FeedInterest {
        FeedInterest(
            rows: watched.ids.union(numbered).union([open].compactMap(\.self)), logs: Set([open].compactMap(\.self)),
            discovers: true)
    }

    /// The lines that are due, and what is to be done.
    mutating func drain() -> (lines: [String], tasks: [Task]) {
        defer { (said, tasks) = ([], []) }
        return (said, tasks)
    }

    // MARK: - What comes

    mutating func take(_ news: FeedNews, now: Int64) {
        switch news {
        case .update(.connection(let connection)): said += remarks.take(connection)
        case .update(.jobs(let readings)):
            for job in readings { jobs[job.snapshot.id] = job.snapshot }
            tell(turns.take(readings, now: now))
        case .update(.vanished(let ids)):
            for id in ids { jobs[id] = nil }
            tell(turns.lose(ids))
        case .update(.log(let id, let change)) where id == open: take(change)
        case .update(.listing(nil)) where !isSettled:
            isSettled = true
            if open == nil { list(all: false, now: now) }
        case .tick: tell(turns.age(to: now))
        case .typed(let line?): obey(PlainCommand(line), now: now)
        case .update, .typed(nil), .timeIsUp: break
        }
    }

    private mutating func tell(_ turns: [JobTurn]) {
        watched.take(turns)
        guard isSettled else { return }
        said += turns.filter { $0.from != nil || $0.job.isListedAsActive }.map(JobSentence.text)
    }

    private mutating func take(_ change: LogChange) {
        switch change {
        case .opened(let records, let length):
            (held, told) = (records, 0)
            isWhole = records.count >= length
            said.append(
                length == 0 ? "No logs available yet" : "The log has \(length) \(length == 1 ? "line" : "lines").")
            tellOlder(Self.opening)
        case .older(let records, let isWhole):
            held.insert(contentsOf: records, at: 0)
            self.isWhole = isWhole
            tellOlder(owed)
        case .appended(let records, let recovered):
            if recovered { said.append(LogDocument.Mark.recovered(records.count).text) }
            append(records)
        case .gap(let missing, let then):
            said.append(LogDocument.Mark.missing(missing).text)
            append(then)
        case .cleared(let then):
            said.append(LogDocument.Mark.cleared.text)
            append(then)
        case .unreadable(let reason): said.append("The log cannot be read: \(reason)")
        }
    }

    private mutating func append(_ records: [LogRecord]) {
        held += records
        told += records.count
        said += records.flatMap(lines)
    }

    /// Tells the lines before those that were told.
    private mutating func tellOlder(_ count: Int) {
        owed = 0
        let end = held.count - told
        if end < count, !isWhole, let open {
            owed = count
            return tasks.append(.loadOlder(open, first: Array(held.prefix(16)), held: held.count))
        }
        let start = max(0, end - count)
        if start == end, told > 0 { said.append("There are no lines before these.") }
        said += held[start..<end].flatMap(lines)
        told += end - start
    }

    private func lines(of record: LogRecord) -> [String] {
        let entry = record.admittingCut().entry
        let time = entry.timestamp.map { ClockTime.time($0, utc: isUTC, milliseconds: false) + " " } ?? ""
        var lines = TerminalText.lines(entry.message)
        if let metadata = LogSignature.removed(from: entry.metadata) {
            lines[lines.count - 1] += " " + TerminalText.line(metadata.text())
        }
        lines[0] = "\(time)\(entry.badge) \(lines[0])"
        return lines
    }

    // MARK: - What is typed

    private mutating func obey(_ command: PlainCommand, now: Int64) {
        let question = asked
        asked = nil
        if question != nil, command != .yes, command != .none { said.append("Not done.") }
        switch command {
        case .list(let all): list(all: all, now: now)
        case .open(let name):
            guard let id = find(name) else { return }
            (open, held, told, isWhole) = (id, [], 0, false)
            said.append(jobs[id].map { JobSentence.text(of: $0.aged(to: now), now: now) } ?? id.display)
        case .close:
            said.append(open.map { "The log of \($0.display) is closed." } ?? "No log is open.")
            open = nil
        case .more(let count):
            if open == nil { said.append("No log is open.") } else { tellOlder(count) }
        case .show(let name):
            if let id = find(name) { tasks.append(.show(id)) }
        case .act(let action, let name): ask(action, name)
        case .yes:
            guard let question else { return said.append("Nothing was asked.") }
            tasks.append(.act(question.action, question.id))
        case .help: said += PlainCommand.explanations
        case .quit: tasks.append(.quit)
        case .none: asked = question
        case .unknown(let sentence): said.append(sentence)
        }
    }

    private mutating func ask(_ action: JobAction, _ name: PlainCommand.Name?) {
        if let refusal { return said.append(refusal) }
        guard let id = find(name) else { return }
        let state = jobs[id].map { ", which is \($0.condition)" } ?? ""
        said.append("To \(action.rawValue) \(id.display)\(state), type yes. Anything else leaves it as it is.")
        asked = (action, id)
    }

    private mutating func list(all: Bool, now: Int64) {
        let found = jobs.values.map { $0.aged(to: now) }.filter { all || $0.isListedAsActive }
            .sorted { ($1.lastHeard ?? 0, $0.id) < ($0.lastHeard ?? 0, $1.id) }
        numbered = found.prefix(Self.longestList).map(\.id)
        let kind = all ? "" : "active "
        said.append(
            found.isEmpty ? "There are no \(kind)jobs." : "\(found.count) \(kind)\(found.count == 1 ? "job" : "jobs").")
        for (index, job) in found.prefix(Self.longestList).enumerated() {
            said.append("\(index + 1). \(JobSentence.text(of: job, now: now))")
        }
        if found.count > numbered.count { said.append("And \(found.count - numbered.count) more.") }
    }

    /// The job that is meant; the open one where none is named.
    private mutating func find(_ name: PlainCommand.Name?) -> JobID? {
        switch name {
        case nil:
            if open == nil { said.append("Say which job, by its number or the beginning of its id.") }
            return open
        case .number(let number) where numbered.indices.contains(number - 1): return numbered[number - 1]
        case .number(let number): return find("\(number)")
        case .id(let text): return find(text)
        }
    }

    private mutating func find(_ text: String) -> JobID? {
        if let id = JobID(argument: text), jobs[id] != nil { return id }
        let head = Array(text.utf8)
        let found = jobs.keys.filter { $0.bytes.starts(with: head) }
        if found.count == 1 { return found[0] }
        let name = TerminalText.line(text)
        said.append(found.isEmpty ? "There is no job \(name)." : "\(name) begins the ids of \(found.count) jobs.")
        return nil
    }
}
