extension JobActions {
    /// Which actions cannot be carried out on a job now, and why: the end of a sentence that begins with `cannot be …:`.
    ///
    /// Pure, so that a screen can ask for every frame; the action itself looks again.
    ///
    /// - Parameters:
    ///   - job: the job as the viewer sees it.
    ///   - isReadOnly: whether the viewer may write at all.
    /// - Returns: the reason of each action that is off; actions that are on are not in it.
    public static func availability(of job: JobSnapshot, isReadOnly: Bool = false) -> [JobAction: String] {
        var reasons: [JobAction: String] = [:]
        for action in JobAction.allCases {
            reasons[action] = isReadOnly ? "joblog runs read-only" : reason(against: action, job)
        }
        return reasons
    }

    private static func reason(against action: JobAction, _ job: JobSnapshot) -> String? {
        let state = job.stateText ?? "in no known state"
        switch action {
        case .cancel:
            if job.state == .cancelled { return "it is cancelled already" }
            return job.isDerived && job.state?.isTerminal == true ? "it is \(state)" : nil
        case .pause:
            return job.state == .running ? nil : "it is \(state), and only a running job can be"
        case .resume:
            switch job.state {
            case .paused: return nil
            case .failed: return job.checkpointAvailable ? nil : "it has no checkpoint; restart it"
            default: return "it is \(state), and only a paused or failed job can be"
            }
        case .restart:
            return job.state?.canRestart == true ? nil : "it is \(state), and only a failed or cancelled job can be"
        case .clearCheckpoint:
            return job.checkpointAvailable ? nil : "it has none"
        case .deleteLogs:
            return (job.logCount ?? 1) > 0 ? nil : "it has none"
        case .remove:
            return job.state?.isActive == true && !job.isHung ? "it is \(state); cancel it first" : nil
        }
    }
}
