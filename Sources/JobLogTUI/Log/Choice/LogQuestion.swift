import JobLogCore
import Synchronization

/// What is asked of the entries of a log: whether all of these hold. It lives as long as somebody waits for the answer;
/// when nobody does, those who look stop.
final class LogQuestion: Sendable {
    /// One condition.
    struct Term: Sendable {
        let pattern: LogPattern
        /// Whether the pattern must not occur.
        var isInverted = false
    }

    private static let asked = Atomic<UInt64>(0)

    /// Tells it apart from every other one. Its address would not: the next one may lie where it lay, and be given answers
    /// that were still on their way.
    let identity = LogQuestion.asked.add(1, ordering: .relaxed).newValue
    let terms: [Term]
    /// Matchers that are free; what they learned of the patterns is kept.
    private let free = Mutex<[[LogMatcher]]>([])

    init(_ terms: [Term]) { self.terms = terms }

    fileprivate func withMatchers<R>(_ body: (inout [LogMatcher]) -> R) -> R {
        var matchers = free.withLock { $0.popLast() } ?? terms.map { $0.pattern.matcher() }
        defer { free.withLock { $0.append(matchers) } }
        return body(&matchers)
    }
}

/// Some entries of a log that are to be looked at. Equal when it is the same piece of the same question.
public struct LogExam: Sendable, Hashable {
    /// The most entries and bytes of one: what takes a few milliseconds, unless there is a huge entry.
    static let mostEntries = 16_384
    static let mostBytes = 2_000_000
    /// The same for the first ones, whose answer is waited for.
    static let fewEntries = 2_048

    /// The job whose log it is.
    let job: JobID
    /// Pieces of a question are numbered: those that follow each other are best looked at by different threads.
    public let number: UInt
    private weak let question: LogQuestion?
    private let identity: UInt64
    let ids: [Int32]
    private var records: [LogRecord]
    /// The entries of which only the beginning is held.
    private var cut: [Cut]
    /// The jobs of the document's logs, by their numbers.
    private var jobs: [JobID] = []
    /// How many entries could not be read whole.
    private var unread = 0

    /// An entry of which only the beginning is held: its place among the entries, and the number of its log.
    struct Cut {
        let place: Int
        let source: Int
    }

    init(
        _ job: JobID, _ question: LogQuestion, number: UInt, ids: [Int32], records: [LogRecord], cut: [Cut] = []
    ) {
        self.cut = cut
        self.job = job
        self.number = number
        self.question = question
        identity = question.identity
        self.ids = ids
        self.records = records
    }

    /// The same, told whose logs there are.
    func naming(_ jobs: [JobID]) -> LogExam {
        guard !cut.isEmpty else { return self }
        var exam = self
        exam.jobs = jobs
        return exam
    }

    /// Whether entries are to be read whole before they are looked at.
    public var isCut: Bool { !cut.isEmpty }

    /// The same piece with its large entries whole, as far as they are still there; nil when nobody waits for the answer
    /// any more.
    public func completed(from source: any JobSource) async -> LogExam? {
        var exam = self
        for entry in cut {
            guard question != nil else { return nil }
            if jobs.indices.contains(entry.source),
                let whole = try? await source.whole(records[entry.place], of: jobs[entry.source])
            {
                exam.records[entry.place] = whole
            } else {
                exam.unread += 1
            }
        }
        exam.cut = []
        return exam
    }

    /// Looks at the entries, on the calling thread; nil when nobody waits for the answer any more.
    public func answer() -> LogAnswer? {
        guard let terms = question?.terms else { return nil }
        var verdicts: [Bool] = []
        verdicts.reserveCapacity(records.count)
        var trouble: String?
        for start in stride(from: 0, to: records.count, by: 64) {
            guard let question else { return nil }
            question.withMatchers { matchers in
                for record in records[start..<min(start + 64, records.count)] {
                    do throws(LogPattern.TooSlow) {
                        verdicts.append(try Self.holds(terms, &matchers, record))
                    } catch {
                        verdicts.append(false)
                        trouble = trouble ?? error.description
                    }
                }
            }
            if trouble != nil { break }
        }
        return LogAnswer(job: job, question: identity, ids: ids, verdicts: verdicts, trouble: trouble, unread: unread)
    }

    private static func holds(
        _ terms: [LogQuestion.Term], _ matchers: inout [LogMatcher], _ record: LogRecord
    ) throws(LogPattern.TooSlow) -> Bool {
        for (index, term) in terms.enumerated() {
            if try matchers[index].occurs(in: record) == term.isInverted { return false }
        }
        return true
    }

    /// Whether it is the same piece of the same question.
    public static func == (lhs: LogExam, rhs: LogExam) -> Bool {
        lhs.identity == rhs.identity && lhs.ids == rhs.ids
    }

    /// Feeds what tells exams apart.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(identity)
        hasher.combine(ids.first)
    }
}

/// What was found in some entries.
public struct LogAnswer: Sendable {
    /// The job whose log they are of.
    let job: JobID
    /// The identity of the question.
    let question: UInt64
    let ids: [Int32]
    /// Whether each is meant, as far as they were looked at.
    let verdicts: [Bool]
    /// Why the rest was not looked at.
    let trouble: String?
    /// Of how many entries only the beginning was looked at, as they could not be read whole.
    var unread = 0

    /// What the user should hear besides.
    var remark: String? {
        guard unread > 0 else { return nil }
        let entries = unread == 1 ? "a large entry" : "\(unread) large entries"
        return "Of \(entries) only the beginning was searched: the rest is no longer there, or cannot be read"
    }
}
