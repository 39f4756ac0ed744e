import JobLogCore
import TerminalUI

/// A column of the list of jobs.
enum JobColumn: String, Sendable, CaseIterable {
    case state, job, type, owner, step, counts, activity, progress, rate, left, workers, age

    /// Those that are there until the user chooses others.
    static let usual: Set<JobColumn> = [
        .state, .job, .type, .owner, .step, .counts, .activity, .progress, .left, .workers, .age,
    ]

    /// The columns for errors and warnings.
    static let countsWidth = 5

    /// The word above it.
    var title: String {
        switch self {
        case .counts: "ERR"
        case .activity: "LINES 2M"
        case .left: "LEFT"
        default: rawValue.uppercased()
        }
    }

    /// The order that puts what it tells in order; nil where there is none.
    var order: JobOrder? {
        switch self {
        case .state: .state
        case .job: .id
        case .type: .type
        case .progress: .progress
        case .activity, .age: .activity
        default: nil
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
        case .counts: "errors and warnings; + for newest lines only"
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

    /// The column of a table whose ids take so many columns.
    func table(idWidth: Int) -> Table.Column {
        switch self {
        case .state: Table.Column(title, .fixed(9))
        case .job: Table.Column(title, .share(4, least: max(14, idWidth)))
        case .type: Table.Column(title, .share(1, least: 8))
        case .owner: Table.Column(title, .share(1, least: 8))
        case .step: Table.Column(title, .share(4, least: 14))
        case .counts: Table.Column(title, .fixed(Self.countsWidth), trailing: true)
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

    private func least(idWidth: Int) -> Int {
        switch table(idWidth: idWidth).width {
        case .fixed(let width): width
        case .share(_, let least): least
        }
    }

    /// Those of the chosen ones that fit beside the mark, in their order.
    ///
    /// - Parameters:
    ///   - chosen: what the user wants to see.
    ///   - width: the columns of the screen that there are.
    ///   - idWidth: the columns that the ids take; in a narrow place they are cut before what counts is left out.
    /// - Returns: the columns, from left to right.
    static func fitting(_ chosen: Set<JobColumn>, in width: Int, idWidth: Int) -> [JobColumn] {
        var left = width - 1
        var fitting: Set<JobColumn> = []
        for column in precedence where chosen.contains(column) || !column.isOptional {
            // What a row is known by is worth more than what else there is to tell of it.
            let spare = fitting.count >= 4 ? max(0, idWidth - 14) : 0
            let least = column.least(idWidth: 0) + 1
            guard least + spare <= left || !column.isOptional else { continue }
            left -= least
            fitting.insert(column)
        }
        return allCases.filter(fitting.contains)
    }

    /// A table of these columns, behind one for the mark.
    static func table(_ columns: [JobColumn], in width: Int, idWidth: Int) -> Table {
        let others = columns.filter { $0 != .job }.reduce(1) { $0 + $1.least(idWidth: 0) + 1 }
        let ids = min(idWidth, max(14, width - others - 1))
        return Table([Table.Column("", .fixed(1))] + columns.map { $0.table(idWidth: ids) })
    }
}
