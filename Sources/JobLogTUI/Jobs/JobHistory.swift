import JobLogCore

/// What a job's log tells of its course: the steps that it has taken, and its attempts.
struct JobHistory: Sendable {
    /// A step of the job's own.
    struct Step: Sendable, Hashable {
        var name: String
        /// The greatest percentage that it has reached.
        var progress: Double
        /// Unix ms; nil where the line has no time.
        var startedAt: Int64?
        var lastAt: Int64?
    }

    /// One try.
    struct Attempt: Sendable, Hashable {
        var number: Int
        var startedAt: Int64?
        var lastAt: Int64?
        var lines = 0
        var errors = 0
        var step: String?
        var progress: Double?
        var end: JobState?
        var error: String?
    }

    /// Below this number a job's steps are estimated from its progress.
    private static let leastSteps = 3
    private static let attemptPrefix = "── attempt "

    private var steps: [Step] = []
    /// The attempts that the log tells of, oldest first.
    private(set) var attempts: [Attempt] = []

    init() {}

    /// Reads a log, oldest line first.
    init(_ records: [LogRecord]) {
        for record in records { take(record) }
    }

    /// The steps of the last attempt; nil where there are too few to tell anything.
    var ownSteps: [Step]? { steps.count >= Self.leastSteps ? steps : nil }

    private mutating func take(_ record: LogRecord) {
        let line = record.headline
        if line.message.hasPrefix(Self.attemptPrefix),
            let number = record.entry.metadata?["audit"]?["attempt"]?.lenientInt
        {
            // The first one has no line of its own.
            if attempts.isEmpty { attempts.append(Attempt(number: max(1, number - 1))) }
            attempts.append(Attempt(number: number, startedAt: line.timestamp))
            steps = []
            return
        }
        if attempts.isEmpty { attempts.append(Attempt(number: 1, startedAt: line.timestamp)) }
        var attempt = attempts.removeLast()
        attempt.lines += 1
        attempt.startedAt = attempt.startedAt ?? line.timestamp
        attempt.lastAt = line.timestamp ?? attempt.lastAt
        switch line.level {
        case .error?:
            attempt.errors += 1
            attempt.error = line.message
            if record.entry.metadata?["recoverable"] != nil { attempt.end = .failed }
        case .info?, nil:
            if StepLine.completion(line.message) != nil {
                attempt.end = .completed
            } else if let step = StepLine.parse(line.message) {
                attempt.step = step.step
                attempt.progress = step.progress
                attempt.end = nil
                reach(step, at: line.timestamp)
            }
        default: break
        }
        attempts.append(attempt)
    }

    private mutating func reach(_ line: StepLine, at time: Int64?) {
        let name = Self.withoutCounter(line.step)
        if let last = steps.indices.last, Self.withoutCounter(steps[last].name) == name {
            steps[last].name = line.step
            steps[last].progress = max(steps[last].progress, line.progress)
            steps[last].lastAt = time ?? steps[last].lastAt
        } else {
            steps.append(Step(name: line.step, progress: line.progress, startedAt: time, lastAt: time))
        }
    }

    /// `Searching sources (2/5)` is the step `Searching sources`, at its second part.
    private static func withoutCounter(_ name: String) -> Substring {
        guard name.hasSuffix(")"), let opening = name.lastIndex(of: "("), opening > name.startIndex else {
            return name[...]
        }
        let counter = name[name.index(after: opening)...].dropLast()
        let parts = counter.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, parts.allSatisfy({ !$0.isEmpty && $0.allSatisfy { $0.isASCII && $0.isNumber } }) else {
            return name[...]
        }
        return name[..<name.index(before: opening)]
    }
}
