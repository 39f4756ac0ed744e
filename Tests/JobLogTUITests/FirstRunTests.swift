import Foundation
import JobLogCore
import TerminalUI
import Testing

@testable import JobLogTUI

/// What somebody sees who has told joblog nothing yet.
@Suite struct FirstRunTests {
    private func driver(isPlaceAssumed: Bool) -> ScreenTests.Driver {
        var driver = ScreenTests.Driver(80, 24)
        driver.begin(isPlaceAssumed: isPlaceAssumed)
        return driver
    }

    private let unreachable = AppMessage.feed(.connection(.reconnecting(attempt: 1, reason: "Connection refused.")))

    @Test func theDemoIsOfferedWhereNothingSaysWhereTheJobsAre() {
        var driver = driver(isPlaceAssumed: true)
        #expect(!driver.text().contains("demo") && !driver.model.offersDemo)
        driver.take(unreachable)
        #expect(driver.text().contains("Enter starts the demo, q leaves."), "\(driver.text())")
        #expect(driver.text().contains("export REDIS_URL=redis://HOST:6379"))
        driver.press(Key(.enter))
        #expect(driver.effects.contains(.demo))
    }

    @Test func whoHasNamedAPlaceIsOfferedNone() {
        var driver = driver(isPlaceAssumed: false)
        driver.take(unreachable)
        #expect(!driver.text().contains("the demo"))
        driver.press(Key(.enter))
        #expect(!driver.effects.contains(.demo))
    }

    /// Where it was there, it is away, and nothing else is to be shown.
    @Test func aServerThatWentAwayIsWaitedFor() {
        var driver = driver(isPlaceAssumed: true)
        driver.take(.feed(.connection(.online(notice: nil))))
        driver.take(.feed(.listing(nil)))
        driver.take(
            .feed(.connection(.reconnecting(attempt: 1, reason: "Connection refused.", heardAt: ScreenTests.now))))
        driver.press(Key(.enter))
        #expect(!driver.effects.contains(.demo))
    }

    /// Each step is done by the key that its sentence names, in the place where the one before leads.
    @Test func theTourIsWalkedByTheKeysThatItNames() throws {
        var driver = ScreenTests.Driver(80, 24)
        driver.begin(hasTour: true)
        driver.take(.feed(.connection(.online(notice: nil))))
        driver.take(.feed(.jobs([ScreenTests.job("job-research-1", "running")])))
        driver.take(.feed(.listing(nil)))
        var said: [String] = []
        for (number, step) in Tour.steps.enumerated() {
            #expect(driver.text().contains("Tour, \(number + 1) of 10"), "\(driver.text())")
            said.append(driver.rows().suffix(2).joined(separator: " "))
            driver.press(try #require(KeyMap().actions(in: step.place).first { $0.action == step.action }?.keys.first))
            if [.filter, .search].contains(step.action) {
                #expect(driver.text().contains("Esc leads back to where the tour goes on."))
                driver.press(Key("r"), Key(.enter))
            }
        }
        #expect(driver.text().contains("That was the tour"))
        #expect(said[4].contains("Enter opens the log") && said[5].contains("e goes to the next error"), "\(said)")
    }

    /// A sentence that has no room is no help.
    @Test(arguments: [40, 60, 80, 200]) func theTourIsReadAtAnyWidth(_ width: Int) {
        var tour = Tour()
        let size = Size(width: width, height: 24)
        let rows = size.height - tour.resize(to: size, KeyMap()).height - 1
        #expect((1...5).contains(rows))
        for step in Tour.steps {
            let text = step.sentence.text(KeyMap(), in: step.place)
            #expect(TextWrap.rows(of: text, width: width - 2).count <= rows, "\(text)")
        }
    }

    @Test func theTourWaitsForWhoGoesElsewhere() {
        var driver = ScreenTests.Driver(80, 24)
        driver.begin(hasTour: true)
        driver.take(.feed(.connection(.online(notice: nil))))
        driver.take(.feed(.jobs([ScreenTests.job("job-1", "running")])))
        driver.settle()
        driver.press(Key(.enter))
        #expect(driver.text().contains("The tour goes on in the list: q leads there."))
        driver.take(.input(.resize(Size(width: 80, height: 12))))
        #expect(!driver.text().contains("Tour") && driver.model.size.height == 12)
        driver.take(.input(.resize(Size(width: 80, height: 24))))
        driver.press(Key("q"), Key("j"))
        #expect(driver.text().contains("Tour, 2 of 10"))
    }

    @Test func theLeastWorkerIsOneThatRuns() throws {
        let probe = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../WorkerProbe/Guide.swift")
        let lines = try String(contentsOf: probe, encoding: .utf8)
        let worker = LeastWorker.swift.map { "        \($0)" }.joined(separator: "\n")
        #expect(lines.contains(worker))
    }

    @Test func whatIsLookedForIsNamedAsItIsCalledThere() {
        var driver = ScreenTests.Driver(100, 30)
        driver.model = AppModel(
            sourceName: "redis://cache:6379/0", searchedKeys: ["dev:job:index", "dev:\u{1B}[31mjob:logs:*"],
            isUTC: true,
            now: ScreenTests.now)
        driver.take(.input(.resize(Size(width: 100, height: 30))))
        driver.take(.feed(.connection(.online(notice: nil))))
        driver.take(.feed(.listing(nil)))
        let text = driver.text()
        #expect(text.contains("Looked for dev:job:index, dev:"), "\(text)")
        #expect(!text.contains("\u{1B}"))
        for line in LeastWorker.swift + [LeastWorker.shell] { #expect(text.contains(line)) }
    }
}
