import JobLogCore
import TerminalUI

/// What is to be told of jobs that turned: of one what happened to it, of many how many there are.
struct AlertNews: Sendable, Hashable {
    /// How many jobs are named of many.
    private static let named = 3
    /// The columns that the name of one of them has.
    private static let longestName = 30
    /// The characters of a text: no error fills the screen.
    private static let longest = 240

    private var counts: [JobCondition?: Int] = [:]
    private(set) var names: [JobID] = []
    private(set) var count = 0
    /// What is said of the first one.
    private let sentence: String
    /// When it came, in Unix ms.
    let since: Int64

    init(_ turn: JobTurn, at now: Int64) {
        sentence = String(JobSentence.text(of: turn).prefix(Self.longest))
        since = now
        add(turn)
    }

    mutating func add(_ turn: JobTurn) {
        count += 1
        counts[turn.to, default: 0] += 1
        if names.count < Self.named { names.append(turn.job.id) }
    }

    /// `job-1 failed: no memory left`, or `12 jobs failed: job-1, job-2, job-3 …`.
    var text: String {
        guard count > 1 else { return sentence }
        let parts = counts.sorted { ($1.value, $0.key?.rawValue ?? 99) < ($0.value, $1.key?.rawValue ?? 99) }
        let number = { (count: Int) in Count.text(count) }
        let what =
            parts.count == 1
            ? "\(number(count)) jobs \(Self.phrase(parts[0].key))"
            : "\(number(count)) jobs turned, "
                + parts.map { "\(number($0.value)) \($0.key?.description ?? "gone")" }.joined(separator: ", ")
        let listed = names.map { TextWidth.truncate($0.display, to: Self.longestName) }.joined(separator: ", ")
        return "\(what): \(listed)\(count > names.count ? " …" : "")"
    }

    private static func phrase(_ condition: JobCondition?) -> String {
        switch condition {
        case .failed: "failed"
        case .stalled: "stalled"
        case .completed: "completed"
        case .cancelled: "were cancelled"
        case .paused: "were paused"
        case .created: "were created"
        case .running: "run"
        case .lost: "are lost"
        case .unknown: "are there"
        case nil: "are gone"
        }
    }
}

/// Something that was told, as it is kept: a job, and what happened to it.
struct PastAlert: Sendable, Hashable {
    let job: JobID
    /// Nil where nothing was left of the job.
    let condition: JobCondition?
    /// A sentence.
    let text: String
    /// Unix ms.
    let time: Int64
}
