import JobLogCore
import TerminalUI
import Testing

@testable import JobLogTUI

/// What the screen costs the server, in the footer.
@Suite struct CostTests {
    private let cost = ServerCost(commands: 12, bytesOut: 300, bytesIn: 4_000)

    private func list(_ width: Int = 120) -> ScreenTests.Driver {
        var driver = ScreenTests.Driver(width)
        driver.take(.feed(.connection(.online(notice: nil))))
        driver.take(.feed(.jobs([ScreenTests.job("alpha", "running")])))
        driver.settle()
        return driver
    }

    @Test func aKeyShowsItAndTheNextOneHidesIt() {
        var driver = list()
        driver.press(Key(control: "g"))
        #expect(driver.effects.contains(.measure))
        driver.take(.measured(cost))
        #expect(driver.footer().contains("12 commands/s, 300 B/s out, 4 KB/s in"))
        driver.press(Key(control: "g"))
        #expect(!driver.footer().contains("commands/s"))
        // An answer that comes too late shows nothing.
        driver.take(.measured(cost))
        #expect(!driver.footer().contains("commands/s"))
    }

    @Test func itIsMeasuredOnceASecondWhileItIsShown() {
        var driver = ScreenTests.Driver.log([ScreenTests.entry("line", at: ScreenTests.now)])
        #expect(driver.program.tickInterval(driver.model) != .seconds(1))
        driver.press(Key(control: "g"))
        driver.take(.measured(cost))
        #expect(driver.program.tickInterval(driver.model) == .seconds(1))
        driver.effects = []
        driver.take(.tick)
        #expect(driver.effects == [.measure])
        driver.press(Key(control: "g"))
        #expect(driver.program.tickInterval(driver.model) != .seconds(1))
    }

    @Test func itIsAskedForByName() {
        var driver = list()
        driver.press(Key(":"))
        driver.type("cost")
        driver.press(Key(.enter))
        #expect(driver.effects.contains(.measure))
    }

    @Test(arguments: [40, 60, 80, 200]) func theWayOutStaysInSight(_ width: Int) {
        var driver = list(width)
        driver.press(Key(control: "g"))
        driver.take(.measured(cost))
        #expect(driver.footer().contains("12 commands/s"))
        if width >= 80 { #expect(driver.footer().contains("q quit")) }
    }

    @Test func whereThereIsNoServerItIsSaid() {
        var driver = list()
        driver.press(Key(control: "g"))
        driver.take(.measured(nil))
        #expect(driver.text().contains("There is no server whose load could be counted"))
        #expect(driver.model.cost == nil)
    }
}
