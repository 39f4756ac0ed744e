import JobLogCore
import TerminalUI

/// A column of the list of jobs.
enum JobColumn: String, Sendable, CaseIterable {
    case state, job, type, owner, step, counts, activity, progress, rate, left, workers, age

    /// Those that are there until the user chooses others.
    static let usual: Set<JobColumn> = [
        .state, .job, .type, .owner, .step, .counts, .activity, .progress, .left, .workers, .age,
    ]

    /// The word above it.
    var title: String {
        switch self {
        case .counts: "ERR"
        case .activity: "LINES 2M"
        case .left: "LEFT"
        default: rawValue.uppercased()
        }
    }

    /// What the dialog says of it.
    var help: String {
        switch self {
        case .state: "state, stalled, lost"
        case .job: "the job's id"
        case .type: "what kind of job"
        case .owner: "whose job"
        case .step: "the step it is at"
        case .counts: "errors and warnings among the last lines"
        case .activity: "lines of the log in the last 2 minutes"
        case .progress: "how far it is"
        case .rate: "percent a minute"
        case .left: "time left, as far as three steps tell"
        case .workers: "who works on it"
        case .age: "time since it was last heard of"
        }
    }

    /// Whether the user may do without it.
    var isOptional: Bool { self != .state && self != .job }

    var table: Table.Column {
        switch self {
        case .state: Table.Column(title, .fixed(9))
        case .job: Table.Column(title, .share(4, least: 14))
        case .type: Table.Column(title, .share(1, least: 8))
        case .owner: Table.Column(title, .share(1, least: 8))
        case .step: Table.Column(title, .share(4, least: 14))
        case .counts: Table.Column(title, .fixed(5), trailing: true)
        case .activity: Table.Column(title, .fixed(JobFacts.bucketCount))
        case .progress: Table.Column(title, .fixed(11))
        case .rate: Table.Column(title, .fixed(7), trailing: true)
        case .left: Table.Column(title, .fixed(6), trailing: true)
        case .workers: Table.Column(title, .share(1, least: 8))
        case .age: Table.Column(title, .fixed(6), trailing: true)
        }
    }

    /// Where there is little room, these come first.
    private static let precedence: [JobColumn] = [
        .state, .job, .progress, .age, .step, .type, .counts, .left, .activity, .owner, .workers, .rate,
    ]

    private var least: Int {
        switch table.width {
        case .fixed(let width): width
        case .share(_, let least): least
        }
    }

    /// Those of the chosen ones that fit beside the mark, in their order.
    static func fitting(_ chosen: Set<JobColumn>, in width: Int) -> [JobColumn] {
        var left = width - 1
        var fitting: Set<JobColumn> = []
        for column in precedence where chosen.contains(column) || !column.isOptional {
            // The id is what a row is known by: it has room to spare before further columns are there.
            let spare = fitting.count >= 4 ? 8 : 0
            guard column.least + 1 + spare <= left || !column.isOptional else { continue }
            left -= column.least + 1
            fitting.insert(column)
        }
        return allCases.filter(fitting.contains)
    }
}
