/// The five steps of the task panel. They are estimated from the progress alone, whatever the job's own steps are.
public enum EstimatedSteps {
    /// How far a step is.
    public enum Mark: Sendable, Hashable {
        /// Behind us.
        case done
        /// Where the job is.
        case active
        /// Ahead.
        case todo
    }

    /// A step and how far it is.
    public struct Step: Sendable, Hashable {
        /// The step's name on screen.
        public let name: String
        /// How far it is.
        public let mark: Mark

        /// A step.
        public init(name: String, mark: Mark) {
            self.name = name
            self.mark = mark
        }
    }

    /// The names, each with the percentage above which it is done; the last is done when the job is completed.
    private static let steps: [(name: String, doneAbove: Double)] = [
        ("Parsing Input", 5), ("Searching Sources", 30), ("Processing Results", 60), ("Generating Response", 85),
        ("Finalizing", .infinity),
    ]

    /// The steps of a job at `progress` percent (unknown counts as 0).
    ///
    /// The first that is not done is the active one; of a job that was only created none is, of a completed one all
    /// are done.
    public static func steps(progress: Double?, state: JobState?) -> [Step] {
        if state == .completed { return steps.map { Step(name: $0.name, mark: .done) } }
        let done = state == .created ? 0 : steps.prefix { (progress ?? 0) > $0.doneAbove }.count
        return steps.enumerated().map { index, step in
            if index < done { return Step(name: step.name, mark: .done) }
            return Step(name: step.name, mark: index == done && state != .created ? .active : .todo)
        }
    }
}
