import JobLogCore
import TerminalUI
import Testing

@testable import JobLogTUI

/// What is asked before a bundle is written, and the way a log was looked at, found again.
@Suite struct BundleViewTests {
    private typealias Driver = ScreenTests.Driver
    private struct Missing: Error {}

    private static let records = (0..<40).map { number in
        LogRecord(
            #"{"timestamp":\#(number * 1_000),"type":"\#(number % 4 == 0 ? "error" : "info")","message":"line \#(number)","#
                + #""metadata":{"token\#(number)":"t0p"}}"#)
    }

    /// The order that a name ending in `.joblog` makes.
    private func order(_ driver: inout Driver) throws -> OutRequest.SaveOrder {
        driver.press(Key(control: "s"))
        driver.press(Key(control: "u"))
        driver.type("x.joblog")
        return try saved(&driver, Key(.enter))
    }

    private func saved(_ driver: inout Driver, _ key: Key) throws -> OutRequest.SaveOrder {
        driver.effects = []
        driver.press(key)
        for case .out(.save(let order)) in driver.effects { return order }
        throw Missing()
    }

    @Test func aLogIsFoundAgainAsItWas() throws {
        var driver = Driver.log(Self.records)
        for key in ["3", "&"] as [Unicode.Scalar] { driver.press(Key(key)) }
        driver.type("!line 8")
        driver.press(Key(.enter))
        for key in ["d", "t", "/"] as [Unicode.Scalar] { driver.press(Key(key)) }
        driver.type("line 1")
        driver.press(Key(.enter))
        driver.press(Key("g"))
        for key in ["m", "j", "j", "j", "m"] as [Unicode.Scalar] { driver.press(Key(key)) }
        let before = driver.rows()
        let view = try #require(driver.model.log?.view())
        #expect(view.place == 3 && view.marked == [0, 3] && view.filters.first?.isInverted == true)
        var other = Driver(opening: JobID("job"))
        other.model = AppModel(
            sourceName: "redis://cache:6379/0", opening: JobID("job"), isUTC: true, now: ScreenTests.now, view: view)
        other.take(.feed(.connection(.online(notice: nil))))
        other.open(Self.records)
        #expect(other.rows().dropLast() == before.dropLast())
        #expect(other.model.log?.view() == view)
    }

    private func merged(_ jobs: [JobID], view: LogView? = nil) -> Driver {
        var driver = Driver(100, 24)
        driver.model = AppModel(
            sourceName: "redis://cache:6379/0", opening: jobs[0], with: Array(jobs.dropFirst()), isUTC: true,
            now: ScreenTests.now, view: view)
        driver.take(.input(.resize(Size(width: 100, height: 24))))
        driver.take(.feed(.connection(.online(notice: nil))))
        return driver
    }

    /// Of several logs the lines' numbers are those in the bundle, one log after the other, as they are read again.
    @Test func mergedLogsAreFoundAgainAsTheyWere() throws {
        let jobs = [JobID("job-a"), JobID("job-b")]
        let logs = [0, 1].map { offset in
            (0..<20).map { number in
                ScreenTests.entry(
                    "\(offset == 0 ? "a" : "b")\(number)",
                    at: ScreenTests.now - 90_000 + Int64(number * 2 + offset) * 1_000)
            }
        }
        var driver = merged(jobs)
        // They come in another order than they will be read again.
        for number in [1, 0] {
            driver.take(.feed(.log(jobs[number], .opened(Array(logs[number].suffix(5)), length: 20))))
        }
        for number in [1, 0] {
            driver.take(.feed(.log(jobs[number], .older(Array(logs[number].prefix(15)), isWhole: true))))
        }
        driver.settle()
        for key in ["g", "j", "m", "j", "j", "j", "m", "j"] as [Unicode.Scalar] { driver.press(Key(key)) }
        #expect(driver.cursorRow().hasSuffix("b2"))
        let before = driver.rows()
        let bundle = try #require(try order(&driver).bundle)
        #expect(bundle.jobs.map(\.id) == jobs && bundle.jobs.map(\.records) == logs)
        #expect(bundle.view.marked == [2, 20] && bundle.view.place == 22)
        var other = merged(jobs, view: bundle.view)
        for job in bundle.jobs {
            other.take(.feed(.log(job.id, .opened(job.records, length: job.records.count))))
        }
        other.settle()
        #expect(other.rows().dropLast() == before.dropLast())
        #expect(other.model.log?.view() == bundle.view)
    }

    @Test func aPlaceThatIsNoneIsNoTrouble() {
        var view = LogView()
        view.place = 10_000
        view.marked = [-1, 3, 99_999]
        view.filters = [.init(text: "(")]
        view.times = "never"
        var driver = Driver(opening: JobID("job"))
        driver.model = AppModel(sourceName: "x", opening: JobID("job"), isUTC: true, now: ScreenTests.now, view: view)
        driver.open(Self.records)
        #expect(driver.cursorRow().contains("line 39"))
        #expect(driver.model.log?.marked == [3])
        driver.open([])
        #expect(driver.text().contains("No logs available yet"))
    }

    @Test func whatIsScrubbedIsShownAndAskedAbout() throws {
        var driver = Driver.log(Self.records, 60, 16)
        var order = try order(&driver)
        let bundle = try #require(order.bundle)
        #expect(bundle.jobs.map(\.records) == [Self.records] && bundle.jobs[0].id == JobID("job"))
        order.sealed = bundle.sealed()
        driver.take(.out(.preview(order)))
        #expect(driver.text().contains("40 secrets are scrubbed"))
        #expect(!driver.text().contains("log.metadata.token39"))
        driver.press(Key("G"))
        #expect(driver.text().contains("1 × log.metadata.token39: named like a secret"))
        for key in ["k", "j", "b", " ", "g"] as [Unicode.Scalar] { driver.press(Key(key)) }
        #expect(driver.text().contains("x.joblog will hold the log"))
        // Enter says no until the other answer is chosen, and what was typed is there again.
        driver.press(Key(.enter))
        #expect(driver.model.preview == nil && driver.model.log?.prompt?.input.text == "x.joblog")
        driver.press(Key(.escape))
        driver.take(.out(.preview(order)))
        driver.press(Key(.tab))
        #expect(try saved(&driver, Key(.enter)).sealed == order.sealed)
        driver.take(.out(.preview(order)))
        #expect(try saved(&driver, Key("y")).sealed == order.sealed)
    }

    @Test(arguments: [(40, 10), (80, 24), (200, 60)]) func thePreviewFits(_ width: Int, _ height: Int) throws {
        var driver = Driver.log(Self.records, width, height)
        var order = try order(&driver)
        order.sealed = order.bundle?.sealed()
        driver.take(.out(.preview(order)))
        let rows = driver.rows()
        #expect(rows.contains { $0.contains("┌─ Share bundle") } && rows.contains { $0.contains("└──") })
        #expect(rows.contains { $0.contains("[ Esc no ]    y write") })
    }

    @Test func aSavedBundleRefusesActions() {
        var driver = Driver(opening: JobID("job"))
        driver.model = AppModel(sourceName: "x", opening: JobID("job"), access: .saved, now: ScreenTests.now)
        driver.take(.feed(.connection(.saved("Bundle from 2023-11-14 22:13"))))
        driver.open(Self.records)
        #expect(driver.rows()[0].contains("Bundle from 2023-11-14 22:13"))
        for key in ["C", "P", "R", "D", "X", "U"] as [Unicode.Scalar] {
            driver.model.toast = nil
            driver.press(Key(key))
            #expect(driver.text().contains("This is a saved bundle"), "\(key)")
        }
        driver.press(Key(control: "r"))
        #expect(driver.text().contains("nothing to read again"))
    }
}
