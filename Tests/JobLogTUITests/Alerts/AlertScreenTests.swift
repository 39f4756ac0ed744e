import JobLogCore
import TerminalUI
import TestSupport
import Testing

@testable import JobLogTUI

/// What the screen tells of jobs that turn while something else is looked at.
@Suite struct AlertScreenTests {
    private typealias Clock = ScreenTests.Clock

    private func driver(
        _ jobs: [JobReading], clock: Clock, opening: JobID? = nil, alerts: AlertSettings = AlertSettings()
    ) -> ScreenTests.Driver {
        var driver = ScreenTests.Driver(
            100, 24, opening: opening, clock: clock, settings: ScreenSettings(alerts: alerts))
        driver.take(.feed(.connection(.online(notice: nil))))
        driver.take(.feed(.jobs(jobs)))
        driver.take(.feed(.listing(nil)))
        driver.settle()
        return driver
    }

    private func job(_ id: String, _ state: String, at clock: Clock) -> JobReading {
        var reading = ScreenTests.job(id, state)
        reading.snapshot.lastHeard = clock.now
        return reading
    }

    /// Time passes, as the loop would let it.
    private func pass(_ milliseconds: Int64, _ driver: inout ScreenTests.Driver, _ clock: Clock) {
        clock.advance(by: milliseconds)
        driver.take(.tick)
        driver.settle()
    }

    private func orders(_ driver: ScreenTests.Driver) -> [AlertOrder] {
        driver.effects.compactMap { if case .alert(let order) = $0 { order } else { nil } }
    }

    @Test func aJobThatFailsElsewhereIsToldAndReachedByTwoKeys() {
        let clock = Clock()
        var driver = driver([job("a", "running", at: clock), job("b", "running", at: clock)], clock: clock)
        clock.advance(by: 1_000)
        driver.take(.feed(.jobs([job("b", "failed", at: clock)])))
        driver.settle()
        #expect(driver.program.tickInterval(driver.model).map { $0 <= .milliseconds(300) } == true)
        #expect(driver.model.toast == nil)
        pass(300, &driver, clock)
        #expect(driver.text().contains("b failed at step Working, 50%: it broke ! leads there."))
        #expect(orders(driver) == [])
        driver.press(Key("!"), Key(.enter))
        #expect(driver.model.log?.jobs == [JobID("b")] && driver.model.alertsDialog == nil)
        driver.press(Key("q"))
        #expect(driver.model.jobs.selected == JobID("b"))
    }

    /// What is there at first, what is listed again, and what stays as it is, is no news.
    @Test func eachTurnIsToldOnce() {
        let clock = Clock()
        var driver = driver(
            [job("a", "running", at: clock), job("b", "running", at: clock), job("old", "failed", at: clock)],
            clock: clock)
        pass(20_000, &driver, clock)
        driver.take(.feed(.jobs([job("b", "failed", at: clock)])))
        pass(20_000, &driver, clock)
        #expect(driver.model.alerts.past.map(\.job) == [JobID("b")])
        // The server goes away, and is back with all that there was, and an old job that was not met before.
        driver.take(.feed(.connection(.reconnecting(attempt: 1, reason: "Connection refused."))))
        pass(1_000, &driver, clock)
        driver.take(.feed(.connection(.online(notice: nil))))
        driver.take(
            .feed(
                .jobs([
                    job("b", "failed", at: clock), job("old", "failed", at: clock),
                    ScreenTests.job("found", "failed", updated: 50_000),
                ])))
        driver.take(.feed(.listing(0.5)))
        driver.take(.feed(.listing(nil)))
        pass(20_000, &driver, clock)
        #expect(driver.model.alerts.past.map(\.job) == [JobID("b")])
        // One that came and failed meanwhile is told; so is a second failure.
        driver.take(.feed(.jobs([job("new", "failed", at: clock), job("b", "running", at: clock)])))
        driver.take(.feed(.jobs([job("b", "failed", at: clock)])))
        #expect(driver.model.alerts.past.map(\.job) == [JobID("b"), JobID("new"), JobID("b")])
    }

    @Test func theOpenLogsJobIsSaidAsEver() {
        let clock = Clock()
        let alerts = AlertSettings(rules: [AlertRule(on: [.failed], do: [.toast, .bell])])
        var driver = driver([job("a", "running", at: clock)], clock: clock, opening: JobID("a"), alerts: alerts)
        driver.take(.feed(.jobs([job("a", "failed", at: clock)])))
        pass(500, &driver, clock)
        #expect(driver.text().contains("Job failed. You can retry or view logs."))
        #expect(orders(driver) == [] && driver.model.alerts.past.isEmpty)
    }

    @Test func aWatchedJobIsMarkedAndToldInAllWays() {
        let clock = Clock()
        var driver = driver([job("a", "running", at: clock), job("b", "running", at: clock)], clock: clock)
        driver.press(Key("j"), Key("B"))
        #expect(driver.text().contains("Watching b: you will be told"))
        #expect(driver.rows().contains { $0.contains("▸ running   ◉ b") })
        #expect(driver.rows()[0].contains("watching 1"))
        driver.press(Key("k"), Key(.enter))
        #expect(driver.model.wanted.rows == [JobID("a"), JobID("b")])
        driver.take(.feed(.jobs([job("b", "completed", at: clock)])))
        pass(5_000, &driver, clock)
        #expect(driver.text().contains("b completed"))
        #expect(orders(driver).map(\.way) == [.bell, .desktop])
        #expect(orders(driver)[1].title == "joblog redis://cache:6379/0" && orders(driver)[1].text.contains("b comp"))
        #expect(driver.model.alerts.watched.isEmpty)
        #expect(!driver.rows()[0].contains("watching"))
    }

    @Test func watchingIsTakenBackAndRefusedWhereItMeansNothing() {
        let clock = Clock()
        var driver = driver([job("a", "running", at: clock), job("b", "failed", at: clock)], clock: clock)
        driver.press(Key("B"), Key("B"))
        #expect(driver.text().contains("No longer watched: a"))
        driver.press(Key("a"), Key("G"), Key("B"))
        #expect(driver.text().contains("b has ended"))
        driver.press(Key("A"), Key("B"))
        #expect(driver.text().contains("Watching the 1 of them"))
        #expect(driver.model.alerts.watched == [JobID("a")])
        // By its name too, and one that is gone is told.
        driver.take(.feed(.vanished([JobID("a")])))
        pass(500, &driver, clock)
        pass(5_000, &driver, clock)
        #expect(driver.text().contains("a is gone"))
    }

    @Test func aJobThatFallsSilentIsToldOnceItIsSure() {
        let clock = Clock()
        var driver = driver((0..<60).map { ScreenTests.job("job-\($0)", "running") }, clock: clock)
        driver.press(Key("g"))
        let off = try? #require(driver.model.jobs.shown.last)
        #expect(driver.model.silenceDue == ScreenTests.now + 300_000)
        pass(300_000, &driver, clock)
        // They are read again, those off screen too.
        let visible = driver.model.jobs.nearby
        #expect(driver.model.alerts.past.isEmpty && visible.count < 60)
        #expect(driver.model.interest.rows.count == 60)
        #expect(off.map { driver.model.interest.rows.contains($0) } == true)
        // They were silent indeed, but for one.
        let others = driver.model.doubted.subtracting(visible).sorted()
        let readings = others.map { id in
            var reading = ScreenTests.job(id.display, "running")
            if id == others[0] { reading.snapshot.lastHeard = clock.now }
            reading.snapshot = reading.snapshot.aged(to: clock.now)
            return reading
        }
        driver.take(.feed(.jobs(readings)))
        #expect(driver.model.alerts.past.count == others.count - 1)
        pass(10_000, &driver, clock)
        #expect(driver.model.doubted.isEmpty)
        #expect(driver.model.alerts.past.count == 59)
        pass(20_000, &driver, clock)
        #expect(driver.model.silenceDue == ScreenTests.now + 600_000)
        #expect(driver.model.alerts.past.count == 59)
    }

    /// Whoever slept has heard nothing.
    @Test func afterAStopSilenceMeansNothingBeforeAllWasRead() {
        let clock = Clock()
        var driver = driver([job("a", "running", at: clock), job("b", "running", at: clock)], clock: clock)
        pass(300_000, &driver, clock)
        driver.take(.input(.stop))
        clock.advance(by: 600_000)
        driver.take(.input(.resize(driver.model.size)))
        driver.settle()
        #expect(driver.model.alerts.past.isEmpty)
        driver.take(.feed(.jobs([job("a", "running", at: clock)])))
        pass(10_000, &driver, clock)
        #expect(driver.model.alerts.past.map(\.job) == [JobID("b")])
    }

    /// While nothing can be heard, silence means nothing.
    @Test func withoutAConnectionNothingStalls() {
        let clock = Clock()
        var driver = driver([job("a", "running", at: clock), job("b", "running", at: clock)], clock: clock)
        driver.take(.feed(.connection(.reconnecting(attempt: 1, reason: "Connection refused."))))
        pass(400_000, &driver, clock)
        #expect(driver.model.alerts.past.isEmpty && driver.model.silenceDue == nil)
        driver.take(.feed(.connection(.online(notice: nil))))
        pass(1_000, &driver, clock)
        #expect(driver.model.alerts.past.isEmpty)
        driver.take(.feed(.jobs([job("a", "running", at: clock), job("b", "running", at: clock)])))
        pass(60_000, &driver, clock)
        #expect(driver.model.alerts.past.isEmpty)
    }

    @Test func theListOfAlertsBeginsWithTheNewest() {
        let clock = Clock()
        var driver = driver((0..<5).map { job("job-\($0)", "running", at: clock) }, clock: clock)
        driver.press(Key("!"))
        #expect(driver.text().contains("Nothing was told of any job yet") && driver.model.alertsDialog == nil)
        for number in 1..<5 {
            clock.advance(by: 1_000)
            driver.take(.feed(.jobs([job("job-\(number)", "failed", at: clock)])))
        }
        driver.press(Key("!"))
        let rows = driver.rows()
        let title = rows.firstIndex { $0.contains("─ Alerts ─") } ?? 0
        #expect(rows[title + 1].contains("▸ 22:13:24 job-4 failed") && rows[title + 4].contains("  22:13:21 job-1"))
        driver.press(Key("j"), Key("j"), Key(.enter))
        #expect(driver.model.log?.jobs == [JobID("job-2")])
        driver.press(Key("!"), Key("!"))
        #expect(driver.model.alertsDialog == nil)
    }

    /// What is told waits until the last row is free.
    @Test func nothingIsToldOverWhatIsTypedOrSaid() {
        let clock = Clock()
        var driver = driver([job("a", "running", at: clock), job("b", "running", at: clock)], clock: clock)
        driver.press(Key(":"))
        driver.take(.feed(.jobs([job("b", "failed", at: clock)])))
        pass(1_000, &driver, clock)
        #expect(driver.model.toast == nil && driver.model.announcement == nil)
        driver.press(Key(.escape))
        #expect(driver.text().contains("b failed"))
    }
}
