import JobLogCore
import TerminalUI
import TestSupport
import Testing

@testable import JobLogTUI

/// The list of jobs: its order, its filter, what it tells of a job over time.
@Suite struct JobListTests {
    static let now = ScreenTests.now

    static func driver(_ jobs: [JobReading], _ width: Int = 80, _ height: Int = 24, clock: ScreenTests.Clock = .init())
        -> ScreenTests.Driver
    {
        var driver = ScreenTests.Driver(width, height, clock: clock)
        driver.take(.feed(.connection(.online(notice: nil))))
        driver.take(.feed(.jobs(jobs)))
        driver.take(.feed(.listing(nil)))
        return driver
    }

    /// A job as a TypeScript worker leaves it: only a log.
    static func derived(_ id: String, _ lines: [LogRecord]) -> JobReading {
        let evidence = JobEvidence(id: JobID(id), tail: lines, logCount: lines.count)
        return JobReading(
            snapshot: JobDerivation.snapshot(evidence, now: now), tail: lines, checkpoint: nil, isEventsOnly: false,
            wasRead: true, problems: [])
    }

    private func ids(_ driver: ScreenTests.Driver) -> String {
        driver.model.jobs.shown.map(\.display).joined(separator: " ")
    }

    @Test func everyOrderCanBeReversed() {
        var driver = Self.driver([
            ScreenTests.job("b", "running", progress: 10, updated: 3_000),
            ScreenTests.job("a", "running", progress: 90, updated: 9_000),
            ScreenTests.job("c", "paused", progress: 50, updated: 1_000),
        ])
        driver.settle()
        let expected = [
            (JobOrder.state, "b a c"), (.activity, "c b a"), (.progress, "a b c"), (.age, "c b a"), (.id, "a b c"),
            (.type, "a b c"),
        ]
        for (order, sorted) in expected {
            #expect(driver.model.jobs.order == order)
            #expect(ids(driver) == sorted, "\(order)")
            driver.press(Key("r"))
            #expect(ids(driver).split(separator: " ") == sorted.split(separator: " ").reversed(), "\(order)")
            driver.press(Key("r"), Key("s"))
        }
        #expect(driver.model.jobs.order == .state)
    }

    @Test func errorsComeFirstOnAKey() {
        var driver = Self.driver([
            ScreenTests.job("fine", "running"), ScreenTests.job("bad", "failed"),
            Self.derived("ill", [ScreenTests.entry("Half (50%)"), ScreenTests.entry("oh", "error")]),
        ])
        driver.press(Key("a"), Key("e"))
        // What was seen of errors counts from the next reading on.
        driver.take(.feed(.jobs([Self.derived("ill", [ScreenTests.entry("oh", "error")])])))
        driver.settle()
        #expect(ids(driver) == "bad ill fine")
        driver.press(Key("e"))
        #expect(ids(driver).hasSuffix("bad"))
    }

    @Test func theFilterNarrowsAsOneTypes() {
        var driver = Self.driver([
            ScreenTests.job("alpha", "running", step: "Reading"), ScreenTests.job("beta", "paused", step: "Wartend Ä"),
            ScreenTests.job("gamma", "failed"),
        ])
        driver.press(Key("a"), Key("/"))
        for scalar in "ä".unicodeScalars { driver.press(Key(scalar)) }
        #expect(ids(driver) == "beta")
        #expect(driver.rows()[1].hasPrefix(" /ä") && driver.rows()[1].hasSuffix("1 of 3"))
        driver.press(Key(.backspace))
        #expect(ids(driver) == "alpha beta gamma")
        // A key of the list is only a letter here.
        for scalar in "it broke q".unicodeScalars { driver.press(Key(scalar)) }
        #expect(ids(driver) == "")
        #expect(driver.text().contains("No job has it broke q in it"))
        driver.press(Key(control: "u"))
        for scalar in "!paused research".unicodeScalars { driver.press(Key(scalar)) }
        #expect(ids(driver) == "alpha gamma")
        driver.press(Key(.down))
        #expect(driver.model.jobs.selected == JobID("gamma"))
        driver.press(Key(.enter))
        #expect(driver.model.filterInput == nil && ids(driver) == "alpha gamma")
        // What changes comes into the filter, and leaves it.
        driver.take(.feed(.jobs([ScreenTests.job("alpha", "paused"), ScreenTests.job("new", "running")])))
        driver.settle()
        #expect(ids(driver) == "new gamma")
        driver.press(Key(.escape))
        #expect(driver.model.jobs.count == 4)
        driver.press(Key("/"), Key("x"), Key(.escape))
        #expect(driver.model.filterInput == nil && driver.model.jobs.count == 4)
    }

    @Test func marksAreSetAndCounted() {
        var driver = Self.driver((0..<5).map { ScreenTests.job("job-\($0)", "running", updated: Int64($0) * 10) })
        driver.settle()
        driver.press(Key("x"), Key(" "))
        #expect(driver.model.jobs.targets == [JobID("job-0"), JobID("job-1")])
        #expect(driver.rows()[2].hasPrefix("◆ running"))
        #expect(driver.rows().last?.contains("2 marked") == true)
        driver.press(Key("k"), Key("x"))
        #expect(driver.model.jobs.targets == [JobID("job-0")])
        driver.press(Key("A"))
        #expect(driver.model.jobs.markedCount == 5)
        driver.press(Key("A"))
        #expect(driver.model.jobs.targets == [JobID("job-2")])
        driver.press(Key("x"), Key(.escape))
        #expect(driver.model.jobs.markedCount == 0)
    }

    /// A mark belongs to its job, and not to what takes its place among the numbers.
    @Test func aMarkGoesWithItsJob() {
        let jobs = (0..<5).map { ScreenTests.job("job-\($0)", "running", updated: Int64($0) * 10) }
        var driver = Self.driver(jobs)
        driver.settle()
        driver.take(.feed(.vanished([JobID("job-3")])))
        driver.take(.input(.key(Key("A"))))
        #expect(driver.model.jobs.markedCount == 4)
        driver.take(.feed(.vanished([JobID("job-1")])))
        driver.settle()
        driver.take(.feed(.jobs([ScreenTests.job("new-1", "running"), ScreenTests.job("new-2", "running")])))
        driver.settle()
        #expect(driver.model.jobs.targets.map(\.display) == ["job-0", "job-2", "job-4"])
        // Those that are not shown come last.
        driver.press(Key("/"), Key("4"), Key(.enter))
        #expect(driver.model.jobs.targets.map(\.display) == ["job-4", "job-0", "job-2"])
        driver.press(Key("A"))
        #expect(driver.model.jobs.markedCount == 0)
    }

    @Test func columnsCanBeChosen() {
        var driver = Self.driver([ScreenTests.job("a", "running")], 200, 30)
        #expect(driver.rows()[1].contains("OWNER") && !driver.rows()[1].contains("RATE"))
        driver.press(Key("O"), Key("j"), Key(" "))
        #expect(driver.text().contains("[ ] owner"))
        driver.press(Key("q"))
        #expect(!driver.rows()[1].contains("OWNER") && driver.rows()[1].contains("TYPE"))
        driver.press(Key("O"), Key("q"))
        #expect(driver.model.context == .jobs)
    }

    @Test(arguments: 40...220, [14, 24, 30]) func whatCountsFits(_ width: Int, _ idWidth: Int) {
        let columns = JobColumn.fitting(JobColumn.usual, in: width, idWidth: idWidth)
        #expect(columns.contains(.state) && columns.contains(.job))
        #expect(columns.contains(.progress))
        if width >= 60 { #expect(columns.contains(.age)) }
        let widths = JobColumn.table(columns, in: width, idWidth: idWidth).widths(in: width)
        #expect(widths.allSatisfy { $0 > 0 })
        #expect(widths.reduce(0, +) + columns.count == width)
        // With room for little else there is room for the id.
        if width >= 80, let place = columns.firstIndex(of: .job) { #expect(widths[place + 1] >= idWidth) }
    }

    @Test func errorsAndWarningsAreCounted() {
        let lines = ["info", "error", "warn", "error"].map { ScreenTests.entry("line", $0) }
        var reading = Self.derived("a", lines)
        var driver = Self.driver([reading], 140, 24)
        #expect(driver.rows()[2].contains(" 2E1W "))
        // What is counted of a part says so.
        reading.snapshot.logCount = 100
        driver.take(.feed(.jobs([reading])))
        #expect(driver.rows()[2].contains("2E1W+ "))
        func shown(_ errors: Int, _ warnings: Int, isWhole: Bool) -> String {
            var counts = LogCounts()
            (counts.errors, counts.warnings, counts.isWhole) = (errors, warnings, isWhole)
            reading.counts = counts
            driver.take(.feed(.jobs([reading])))
            let rows = driver.rows()
            let end = Array(rows[1]).indices.first { Array(rows[1])[$0...].starts(with: "ERR") } ?? 0
            return String(rows[2].prefix(end + 3).suffix(5))
        }
        #expect(shown(12, 3, isWhole: true) == "12E3W")
        #expect(shown(12, 3, isWhole: false) == " 12E+")
        #expect(shown(123, 45, isWhole: true) == " 123E")
        #expect(shown(0, 0, isWhole: false) == "   0+")
        #expect(shown(0, 0, isWhole: true) == "     ")
    }

    /// Lines of the last two minutes that are not among the newest 24 are on the sparkline too.
    @Test func theWholeLogIsOnTheSparkline() {
        var reading = Self.derived("a", [ScreenTests.entry("line")])
        reading.snapshot.logCount = 60
        var facts = JobFacts()
        facts.take(reading, now: Self.now)
        #expect(facts.activity(now: Self.now).reduce(0, +) == 1)
        reading.counts = LogCounts()
        reading.counts?.times = (0..<60).map { Self.now - Int64($0) * 1_500 }
        facts.take(reading, now: Self.now)
        #expect(facts.activity(now: Self.now).reduce(0, +) == 60)
    }

    /// With two points anything could be; with three there is a pace.
    @Test func thePaceIsToldFromThreePoints() {
        let lines = (0..<3).map { number in
            ScreenTests.entry("Step \(number) (\(10 + number * 10)%)", at: Self.now - 120_000 + Int64(number) * 60_000)
        }
        var facts = JobFacts()
        facts.take(Self.derived("a", Array(lines.prefix(2))), now: Self.now)
        #expect(facts.rate == nil)
        let reading = Self.derived("a", lines)
        facts.take(reading, now: Self.now)
        #expect(facts.rate == 10)
        #expect(facts.timeLeft(of: reading.snapshot, now: Self.now) == 420_000)
        #expect(facts.timeLeft(of: reading.snapshot, now: Self.now + 60_000) == 360_000)
        // Overdue: nobody can tell.
        #expect(facts.timeLeft(of: reading.snapshot, now: Self.now + 3_600_000) == nil)
        // Begun anew.
        facts.take(Self.derived("a", [ScreenTests.entry("Again (1%)", at: Self.now + 1_000)]), now: Self.now + 1_000)
        #expect(facts.rate == nil)
    }

    @Test func theSparklineCountsEachLineOnce() {
        let lines = (0..<6).map { ScreenTests.entry("line", at: Self.now - Int64($0) * 10_000) }.reversed()
        var facts = JobFacts()
        facts.take(Self.derived("a", Array(lines)), now: Self.now)
        facts.take(Self.derived("a", Array(lines)), now: Self.now)
        #expect(facts.activity(now: Self.now) == [0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1])
        #expect(facts.activity(now: Self.now + 20_000).suffix(3) == [1, 0, 0])
        // More lines than are read with a job are counted by the length of the log.
        var more = Self.derived("a", [ScreenTests.entry("x", at: Self.now + 10_000)])
        more.snapshot.logCount = 106
        facts.take(more, now: Self.now + 10_000)
        #expect(facts.activity(now: Self.now + 10_000).last == 100)
    }

    /// Whatever moves, the order is the one that sorting all anew gives.
    @Test(arguments: 0..<20) func whatMovesGoesToItsPlace(_ seed: UInt64) {
        var random = SeededRandom(seed)
        var (roster, listing) = (JobRoster(), JobListing())
        let isReversed = Bool.random(using: &random)
        listing.rebuild(roster, isReversed: isReversed) { _, _ in nil }
        let order = JobOrder.allCases.randomElement(using: &random) ?? .state
        let states: [JobState?] = JobState.allCases + [nil]
        let key = { (entry: RosterEntry, _: JobRoster.Number) -> JobSortKey? in
            entry.key(order, putsErrorsFirst: true, isReversed: isReversed, at: Self.now)
        }
        for _ in 0..<40 {
            var moved: Set<JobRoster.Number> = []
            for _ in 0..<Int.random(in: 1..<60, using: &random) {
                var job = JobSnapshot(id: JobID("job-\(Int.random(in: 0..<40, using: &random))"))
                job.state = states.randomElement(using: &random) ?? nil
                job.startedAt = Int64.random(in: 0..<5, using: &random)
                job.lastHeard = Int64.random(in: 0..<5, using: &random)
                job.type = [nil, "a", "b"].randomElement(using: &random) ?? nil
                if Int.random(in: 0..<5, using: &random) == 0 {
                    if let number = roster.remove(job.id) { moved.insert(number) }
                } else {
                    moved.insert(roster.take(Self.reading(job), now: 0).number)
                }
            }
            listing.update(moved, roster, key)
            roster.settle(keeping: [])
            var sorted = JobListing()
            sorted.rebuild(roster, isReversed: isReversed, key)
            #expect(Array(listing.numbers(0..<listing.count)) == Array(sorted.numbers(0..<sorted.count)))
            #expect(listing.count == roster.count)
            for index in 0..<listing.count { #expect(listing.index(of: listing[index], roster) == index) }
        }
    }

    /// A list of many orders, beside one that sorts the snapshots themselves.
    @Test(arguments: JobOrder.allCases) func theOrderIsThatOfTheJobs(_ order: JobOrder) {
        var random = SeededRandom(7)
        var (roster, listing) = (JobRoster(), JobListing())
        var jobs: [JobSnapshot] = []
        for number in 0..<300 {
            var job = JobSnapshot(id: JobID("job-\(number)"))
            job.state = JobState.allCases.randomElement(using: &random)
            job.startedAt = Int64.random(in: -5..<5, using: &random)
            job.lastHeard = Self.now - Int64.random(in: 0..<5, using: &random)
            job.progress = Double(Int.random(in: 0..<4, using: &random)) / 3
            job.type = [nil, "a", "b"].randomElement(using: &random) ?? nil
            jobs.append(job)
            _ = roster.take(Self.reading(job), now: 0)
        }
        listing.rebuild(roster, isReversed: false) { entry, _ in
            entry.key(order, putsErrorsFirst: false, isReversed: false, at: Self.now)
        }
        let group: [JobState: Int] = [.running: 0, .paused: 1, .created: 2, .failed: 3, .completed: 4, .cancelled: 4]
        let place = { (job: JobSnapshot) -> (Int, Double, String) in
            let at = group[job.state ?? .completed] ?? 4
            return switch order {
            case .state: (at, -Double(job.startedAt ?? 0), "")
            case .activity: (0, -Double(job.lastHeard ?? 0), "")
            case .progress: (at, -(job.progress ?? -1), "")
            case .age: (0, -Double(job.startedAt ?? 0), "")
            case .id: (0, 0, "")
            case .type: (job.type == nil ? 1 : 0, 0, job.type ?? "")
            }
        }
        let sorted = jobs.sorted { place($0) != place($1) ? place($0) < place($1) : $0.id < $1.id }
        #expect(listing.numbers(0..<listing.count).map { roster.id($0) } == sorted.map(\.id))
    }

    /// What is kept of a job that is not on screen shows the same row.
    @Test func aJobThatIsFarAwayIsKeptInBrief() {
        var roster = JobRoster()
        var job = JobSnapshot(id: JobID("far"))
        job.userID = "user-42"
        job.type = "research"
        job.state = .failed
        job.step = "Half done"
        job.progress = 33
        (job.createdAt, job.startedAt, job.lastHeard) = (1, 2, 3)
        (job.attempt, job.logCount) = (2, 17)
        job.error = "No route to host"
        job.workers = ["reader-1", "reader 2"]
        job.checkpoint = Checkpoint(sequence: 17, step: "Half done", progress: 33, partialOutput: "…")
        _ = roster.take(Self.reading(job), now: 0)
        for number in 0..<2_000 { _ = roster.take(Self.reading(JobSnapshot(id: JobID("job-\(number)"))), now: 0) }
        roster.settle(keeping: [])
        var expected = job
        expected.checkpoint = Checkpoint(sequence: 17, progress: 33)
        #expect(roster.reading(of: job.id, now: 5)?.snapshot == expected)
        #expect(roster.reading(of: job.id, now: 5)?.wasRead == false)
        for number in 0..<2_000 { _ = roster.remove(JobID("job-\(number)")) }
        _ = roster.remove(job.id)
        roster.settle(keeping: [])
        #expect(roster.names.count == 0)
        #expect(roster.reading(of: job.id, now: 5) == nil)
    }

    private static func reading(_ job: JobSnapshot) -> JobReading {
        JobReading(snapshot: job, tail: [], checkpoint: nil, isEventsOnly: false, wasRead: true, problems: [])
    }

    @Test func totalsAreOfEachState() {
        var driver = Self.driver(
            [ScreenTests.job("a", "running"), ScreenTests.job("b", "failed"), ScreenTests.job("c", "completed")], 140)
        #expect(driver.rows()[0].hasSuffix("running 1  failed 1  completed 1  all 3"))
        driver.take(.feed(.jobs([ScreenTests.job("a", "paused")])))
        driver.take(.feed(.vanished([JobID("b")])))
        #expect(driver.rows()[0].hasSuffix("paused 1  completed 1  all 2"))
    }

    /// Ten thousand jobs: a key moves what is on screen, and news of a few do not sort them all.
    @Test func tenThousandJobsAreListed() {
        var driver = Self.driver((0..<10_000).map { ScreenTests.job("job-\($0)", "running", updated: Int64($0)) })
        driver.settle()
        #expect(driver.model.jobs.count == 10_000)
        driver.press(Key("G"))
        #expect(driver.rows().last?.hasSuffix("10,000/10,000") == true)
        driver.take(.feed(.jobs([ScreenTests.job("job-9999", "running", updated: -5)])))
        driver.settle()
        #expect(driver.model.jobs.shown.first == JobID("job-9999"))
        #expect(driver.model.jobs.selected == JobID("job-9999"))
    }
}
