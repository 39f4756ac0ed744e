import JobLogCore

/// A question to a whole log, asked piece by piece: what is known of the answer until now.
struct LogInquiry: Sendable {
    private enum Verdict {
        static let unknown: UInt8 = 0
        static let asked: UInt8 = 1
        static let no: UInt8 = 2
        static let yes: UInt8 = 3
    }

    /// How many pieces are under way at once: one for each of two cores, and one that waits for them.
    private static let mostUnderWay = 3

    let question: LogQuestion
    private var verdicts: [UInt8] = []
    private var underWay = 0
    private var asked: UInt = 0
    /// The place from which on unknown lines are looked for, towards the end and then from the beginning.
    private var next: Int
    /// Whether there may be unknown ones before `next`.
    private var hasWrapped = false
    /// Whether every line was asked for.
    private var isAsked = false
    /// Why it was given up.
    private(set) var trouble: String?

    /// A question that is asked of the lines from a place on first.
    init(_ question: LogQuestion, from place: Int = 0) {
        self.question = question
        next = place
    }

    /// Whether all that there is was answered.
    var isComplete: Bool { isAsked && underWay == 0 || trouble != nil }

    /// Whether a line is meant; false too where it is not known yet.
    @inline(__always)
    func holds(_ id: Int32) -> Bool { Int(id) < verdicts.count && verdicts[Int(id)] == Verdict.yes }

    /// Whether a line was looked at, or never will be.
    func isKnown(_ id: Int32) -> Bool {
        Int(id) < verdicts.count && verdicts[Int(id)] >= Verdict.no || trouble != nil
    }

    /// There are new lines, none of them before a place.
    mutating func lookAgain(from place: Int) {
        if isAsked {
            // All others are known: what precedes the place is not passed over again.
            isAsked = false
            hasWrapped = true
            next = place
        } else if hasWrapped {
            next = min(next, place)
        }
    }

    /// The pieces that are to be looked at next.
    mutating func exams(_ job: JobID, _ document: LogDocument) -> [LogExam] {
        var exams: [LogExam] = []
        while underWay < Self.mostUnderWay, !isAsked, trouble == nil {
            guard let exam = exam(job, document) else { break }
            underWay += 1
            exams.append(exam)
        }
        return exams
    }

    private mutating func exam(_ job: JobID, _ document: LogDocument) -> LogExam? {
        let order = document.order
        if verdicts.count < document.idCount {
            verdicts += repeatElement(Verdict.unknown, count: document.idCount - verdicts.count)
        }
        var ids: [Int32] = []
        var records: [LogRecord] = []
        var bytes = 0
        let most = asked < UInt(Self.mostUnderWay) ? LogExam.fewEntries : LogExam.mostEntries
        while ids.count < most, bytes < LogExam.mostBytes {
            guard next < order.count else {
                if hasWrapped {
                    isAsked = true
                    break
                }
                hasWrapped = true
                next = 0
                // A piece is of lines that follow each other.
                if ids.isEmpty { continue } else { break }
            }
            let id = order[next]
            next += 1
            guard verdicts[Int(id)] == Verdict.unknown else { continue }
            guard let record = document.record(id) else {
                verdicts[Int(id)] = Verdict.no
                continue
            }
            verdicts[Int(id)] = Verdict.asked
            ids.append(id)
            records.append(record)
            bytes += record.size
        }
        asked += 1
        guard !ids.isEmpty else { return nil }
        let cut = records.indices.filter { records[$0].isCut }.map {
            LogExam.Cut(place: $0, source: document.facts(ids[$0]).source)
        }
        return LogExam(job, question, number: asked, ids: ids, records: records, cut: cut)
    }

    /// Takes an answer in; tells whether lines are meant that were not known to be, or nil when it is an answer to
    /// another question.
    mutating func take(_ answer: LogAnswer) -> Bool? {
        guard answer.question == question.identity else { return nil }
        underWay -= 1
        for (id, isMeant) in zip(answer.ids, answer.verdicts) {
            verdicts[Int(id)] = isMeant ? Verdict.yes : Verdict.no
        }
        trouble = trouble ?? answer.trouble
        return answer.verdicts.contains(true)
    }
}
