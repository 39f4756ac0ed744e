import JobLogCore
import TerminalUI
import Testing

@testable import JobLogTUI

/// Actions on jobs: the question, the answer, what is off and why, and what has come of it.
@Suite struct JobActionTests {
    private func driver(_ jobs: [JobReading], access: Access = .writable, width: Int = 80) -> ScreenTests.Driver {
        var driver = JobListTests.driver(jobs, width)
        driver.model.access = access
        driver.press(Key("a"))
        driver.effects = []
        return driver
    }

    private let running = ScreenTests.job("job-r", "running")
    private let failed = ScreenTests.job("job-f", "failed")

    @Test(arguments: [Key(.enter), Key(.escape), Key("n"), Key("q")]) func theSafeAnswerIsTheDefault(_ key: Key) {
        var driver = driver([running])
        driver.press(Key("C"))
        let text = driver.text()
        #expect(text.contains("Cancel job job-r? It ends, and its worker is told."))
        #expect(text.contains("[ Esc no ]") && driver.rows().last?.contains("y yes") == true)
        driver.press(key)
        #expect(driver.model.question == nil && driver.effects.isEmpty)
    }

    @Test(arguments: [[Key("y")], [Key(.tab), Key(.enter)], [Key(.right), Key(.enter)]])
    func theAnswerYesCarriesItOut(_ keys: [Key]) {
        var driver = driver([running])
        driver.press(Key("C"))
        for key in keys { driver.press(key) }
        #expect(driver.effects == [.act(.cancel, JobID("job-r"))])
        #expect(driver.model.question == nil)
    }

    @Test func eachKeyHasItsAction() {
        let withLog = JobListTests.derived("job-ts", [ScreenTests.entry("Half (50%)")])
        let expected: [(Key, JobReading, JobAction, String)] = [
            (Key("P"), running, .pause, "It is set aside until it is resumed."),
            (Key("R"), ScreenTests.job("job-p", "paused"), .resume, "It goes on where it was paused."),
            (Key("R"), failed, .restart, "It begins anew"),
            (Key("D"), running, .deleteLogs, "1 line is gone for good"),
            (Key("C"), withLog, .cancel, "its worker can only be asked"),
        ]
        for (key, job, action, effect) in expected {
            var driver = driver([job])
            driver.press(key)
            let text = driver.model.question?.text.joined() ?? ""
            #expect(text.contains(effect) && text.contains(job.snapshot.id.display), "\(text)")
            driver.press(Key("y"))
            #expect(driver.effects == [.act(action, job.snapshot.id)])
        }
    }

    @Test func whatIsOffSaysWhy() {
        let expected = [
            (Key("P"), "Job job-f cannot be paused: it is failed, and only a running job can be."),
            (Key("X"), "The checkpoint of job job-f cannot be cleared: it has none."),
        ]
        for (key, sentence) in expected {
            var driver = driver([failed])
            driver.press(key)
            #expect(driver.model.question == nil && driver.model.toast?.text == sentence)
            // In full, also where it does not fit beside the way out.
            #expect(driver.text().contains(sentence))
        }
    }

    private static let keys: [(key: Unicode.Scalar, action: JobAction)] = [
        ("C", .cancel), ("P", .pause), ("R", .resume), ("D", .deleteLogs), ("X", .clearCheckpoint),
    ]

    /// In every state, each key of an action asks or says why not, wherever it is pressed.
    @Test(arguments: ["created", "running", "paused", "completed", "failed", "cancelled", "strange", "derived"])
    func everyKeyAsksOrSaysWhyNot(_ state: String) {
        var job =
            state == "derived"
            ? JobListTests.derived("job", [ScreenTests.entry("Job completed in 5ms")]) : ScreenTests.job("job", state)
        job.snapshot.logCount = 0
        let off = JobActions.availability(of: job.snapshot)
        for place in [[], [Key(.tab)], [Key(.enter)]] as [[Key]] {
            for (key, action) in Self.keys {
                var driver = driver([job])
                for key in place { driver.press(key) }
                driver.press(Key(key))
                let isOff = off[action] != nil && (action != .resume || off[.restart] != nil)
                #expect((driver.model.question == nil) == isOff, "\(state) \(action)")
                guard isOff, let reason = off[action] else { continue }
                #expect(driver.model.toast?.text.hasSuffix(": \(reason).") == true, "\(state) \(action)")
                let shown = driver.text().split(whereSeparator: \.isWhitespace).joined(separator: " ")
                #expect(shown.contains(reason), "\(state) \(action): \(shown)")
            }
        }
    }

    @Test func withoutAJobTheKeysSayThatThereIsNone() {
        for (key, _) in Self.keys {
            var driver = driver([])
            driver.press(Key(key))
            #expect(driver.model.toast?.text == "No job is selected.")
        }
    }

    /// On the usual terminal, in one line.
    @Test func thePanelSaysWhatCanBeDoneNow() {
        func line(_ job: JobReading, _ access: Access = .writable) -> String? {
            var driver = driver([job], access: access)
            return driver.rows().first { $0.hasPrefix(" can ") }
        }
        #expect(line(running) == " can         C cancel  P pause  D delete logs")
        var resumable = failed
        resumable.snapshot.checkpoint = Checkpoint(sequence: 3, progress: 40)
        #expect(line(resumable) == " can         C cancel  R resume  D delete logs  X clear checkpoint")
        #expect(line(failed) == " can         C cancel  R restart  D delete logs")
        #expect(line(running, .locked)?.contains("until U unlocks it") == true)
        // Also where there is more to say than usual.
        var troubled = failed
        troubled.snapshot.requested = .restart
        troubled.problems = ["job:logs:job-f: WRONGTYPE"]
        #expect(line(troubled) == " can         C cancel  R restart  D delete logs")
    }

    @Test func allMarkedJobsAreMeant() {
        var driver = driver([running, ScreenTests.job("job-s", "running", updated: 1), failed])
        driver.press(Key("A"), Key("P"))
        let text = driver.model.question?.text ?? []
        #expect(text.first?.hasPrefix("Pause 2 marked jobs?") == true)
        #expect(text.contains("job-r, job-s"))
        #expect(text.last?.hasPrefix("1 of the marked cannot be: Job job-f cannot be paused") == true)
        driver.press(Key("y"))
        #expect(driver.effects == [.act(.pause, JobID("job-r")), .act(.pause, JobID("job-s"))])
        #expect(driver.model.jobs.markedCount == 0)
        driver.take(.acted(ActionReport(.pause, of: JobID("job-r"), failed: "It broke.")))
        #expect(driver.model.toast?.text == "2 under way …")
        driver.take(.acted(ActionReport(.pause, of: JobID("job-s"), failed: "It broke too.")))
        #expect(driver.model.toast?.text == "2 not: It broke.")
    }

    @Test func readOnlyTurnsThemOffAndSaysSo() {
        var driver = driver([running], access: .readOnly)
        #expect(driver.rows()[0].contains("read-only"))
        for key in ["C", "P", "R", "D", "X"] as [Unicode.Scalar] {
            driver.model.toast = nil
            driver.press(Key(key))
            #expect(driver.model.question == nil)
            #expect(driver.model.toast?.text.contains("--read-only") == true)
        }
        driver.press(Key("U"))
        #expect(driver.model.question == nil)
    }

    @Test(arguments: [40, 80, 200]) func productionIsLockedUntilUnlocked(_ width: Int) {
        var driver = driver([running], access: .locked, width: width)
        #expect(driver.rows()[0].contains("PRODUCTION locked"))
        #expect(driver.screen()[0, 0].style.foreground == Theme.production.foreground)
        driver.press(Key("C"))
        #expect(driver.model.question == nil && driver.model.toast?.text.contains("U unlocks") == true)
        driver.press(Key("U"), Key(.enter))
        #expect(driver.model.access == .locked)
        driver.press(Key("U"), Key("y"))
        #expect(driver.model.access == .unlocked && driver.rows()[0].contains("PRODUCTION UNLOCKED"))
        driver.press(Key("C"), Key("y"))
        #expect(driver.effects == [.act(.cancel, JobID("job-r"))])
        driver.press(Key("U"))
        #expect(driver.model.access == .locked)
    }

    @Test func aRequestIsShownUntilItIsConfirmed() {
        let asked = ScreenTests.entry("Half (50%)")
        var reading = JobListTests.derived("job-ts", [asked])
        reading.snapshot.requested = .cancel
        var driver = driver([reading])
        #expect(driver.rows()[2].contains("cancel requested"))
        #expect(driver.text().contains("requested   cancel, which its worker has not confirmed yet"))
        driver.take(.feed(.jobs([JobListTests.derived("job-ts", [asked])])))
        #expect(!driver.text().contains("requested"))
    }

    /// In the log the key means the log's job, whatever is marked in the list.
    @Test func inTheLogItsJobIsMeant() {
        var driver = driver([running, ScreenTests.job("job-s", "running", updated: 1)])
        driver.press(Key("x"), Key(.enter), Key("C"), Key("y"))
        #expect(driver.effects.contains(.act(.cancel, JobID("job-s"))))
    }
}
