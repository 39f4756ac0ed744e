import JobLogCore
import Testing

@Suite("What can be done with a job, and why not")
struct JobAvailabilityTests {
    private func job(
        _ state: JobState?, checkpoint: Bool = false, logs: Int? = 1, derived: Bool = false, hung: Bool = false
    ) -> JobSnapshot {
        var job = JobSnapshot(id: JobID("j"))
        job.state = state
        job.checkpoint = checkpoint ? Checkpoint(sequence: 1) : nil
        job.logCount = logs
        job.isDerived = derived
        job.isHung = hung
        job.isLost = hung && derived
        return job
    }

    private func on(_ job: JobSnapshot) -> Set<JobAction> {
        Set(JobAction.allCases).subtracting(JobActions.availability(of: job).keys)
    }

    @Test(arguments: [
        (JobState.created, [JobAction.cancel, .deleteLogs, .remove]), (.running, [.cancel, .pause, .deleteLogs]),
        (.paused, [.cancel, .resume, .deleteLogs]), (.completed, [.cancel, .deleteLogs, .remove]),
        (.failed, [.cancel, .restart, .deleteLogs, .remove]), (.cancelled, [.restart, .deleteLogs, .remove]),
    ]) func byState(state: JobState, actions: [JobAction]) {
        #expect(on(job(state)) == Set(actions))
    }

    @Test func byWhatThereIs() {
        #expect(on(job(.failed, checkpoint: true)).isSuperset(of: [.resume, .clearCheckpoint]))
        #expect(!on(job(.failed, logs: 0)).contains(.deleteLogs))
        #expect(!on(job(.completed, derived: true)).contains(.cancel))
        #expect(on(job(.running, derived: true, hung: true)).contains(.remove))
        #expect(on(job(nil)) == [.cancel, .deleteLogs, .remove])
    }

    @Test func everyReasonIsTheEndOfASentence() {
        for state in JobState.allCases.map(Optional.some) + [nil] {
            for reason in JobActions.availability(of: job(state, logs: 0)).values {
                #expect(reason.hasPrefix("it ") && !reason.hasSuffix("."), "\(reason)")
            }
        }
        let reasons = JobActions.availability(of: job(.running), isReadOnly: true)
        #expect(Set(reasons.keys) == Set(JobAction.allCases))
        #expect(Set(reasons.values) == ["joblog runs read-only"])
        #expect(JobActions.availability(of: job(.completed))[.pause]?.contains("completed") == true)
        #expect(
            JobActions.availability(of: job(.running, derived: true, hung: true))[.restart]?.contains("lost") == true)
    }
}
