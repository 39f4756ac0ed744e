import RedisClient

/// One thing that a worker says of a job: the event, the line for the log, and what becomes of the state.
struct Publication: Sendable {
    /// How it moves the state.
    enum Move: Sendable {
        /// To this state, also from none, and from itself while it is no end.
        case to(JobState)
        /// To running, but a job that was set aside stays so until it is taken up again.
        case keepsRunning
    }

    /// How the state moves.
    var move: Move
    /// What is told on `job:event:{id}`.
    var event: JobEvent
    /// What the log says of it.
    var line: LogLine?
    /// Commands that belong to it, such as a checkpoint's.
    var commands: [RedisCommand] = []
    /// What else changes in the state.
    var change: @Sendable (inout JobStateRecord) -> Void = { _ in }

    /// The state after it.
    ///
    /// - Throws: ``PublishError/notAllowed(_:from:to:)``.
    func state(after old: JobState?, of id: JobID) throws(PublishError) -> JobState {
        switch move {
        case .keepsRunning:
            guard let old else { return .running }
            if old == .paused { return .paused }
            guard old == .running || old.canTransition(to: .running) else {
                throw .notAllowed(id, from: old, to: .running)
            }
            return .running
        case .to(let next):
            // An end that was published without a beginning is an end all the same.
            guard let old, !(old == next && !old.isTerminal), !(old == .created && next != .paused) else { return next }
            guard old.canTransition(to: next) else { throw .notAllowed(id, from: old, to: next) }
            return next
        }
    }
}
