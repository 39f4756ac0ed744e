import JobLogCore
import TerminalUI
import Testing

@testable import JobLogTUI

/// What leaves the screen, and what is asked for it.
@Suite struct OutTests {
    private typealias Driver = ScreenTests.Driver

    private static let records = (0..<10).map { number in
        LogRecord(
            #"{"timestamp":\#(number * 1_000),"type":"\#(number == 4 ? "error" : "info")","message":"line \#(number)"}"#
        )
    }

    /// What a key asks for.
    private func requests(_ driver: inout Driver, _ key: Key) -> [OutRequest] {
        driver.effects = []
        driver.press(key)
        return driver.effects.compactMap { if case .out(let request) = $0 { request } else { nil } }
    }

    private func save(_ driver: inout Driver, _ key: Key) throws -> OutRequest.SaveOrder {
        guard case .save(let order)? = requests(&driver, key).first else { throw Missing() }
        return order
    }

    private struct Missing: Error {}

    private func copied(_ driver: inout Driver, _ key: Key = Key("c")) throws -> (text: String, what: String) {
        guard case .copy(let order)? = requests(&driver, key).first else { throw Missing() }
        return (String(decoding: order.text(), as: UTF8.self), order.what)
    }

    @Test func theLineOrTheMarkedOnesAreCopied() throws {
        var driver = Driver.log(Self.records)
        driver.press(Key("g"))
        let one = try copied(&driver)
        #expect(one.text == "1970-01-01 00:00:00.000 INFO  line 0" && one.what == "1 line")
        for key in ["x", "j", "m"] as [Unicode.Scalar] { driver.press(Key(key)) }
        let two = try copied(&driver)
        #expect(two.what == "2 marked lines" && two.text.hasSuffix("INFO  line 2\n"))
        let json = try copied(&driver, Key("y"))
        #expect(json.text.hasPrefix(#"{"timestamp":0,"type":"info","message":"line 0"}"# + "\n"))
        #expect(json.what == "2 marked lines as JSON")
    }

    @Test func marksGoOverARange() throws {
        var driver = Driver.log(Self.records)
        driver.press(Key("g"))
        driver.press(Key("V"))
        #expect(driver.footer().contains("No line is marked"))
        for _ in 0..<3 { driver.press(Key("x")) }
        #expect(try copied(&driver).what == "3 marked lines")
        for key in ["j", "j", "V"] as [Unicode.Scalar] { driver.press(Key(key)) }
        #expect(try copied(&driver).what == "6 marked lines")
        // What is not shown is not meant.
        for key in ["4", "V", "1"] as [Unicode.Scalar] { driver.press(Key(key)) }
        #expect(try copied(&driver).what == "6 marked lines")
        driver.press(Key("G"))
        driver.press(Key("x"))
        driver.press(Key("x"))
        #expect(try copied(&driver).what == "6 marked lines")
        driver.press(Key(.escape))
        #expect(try copied(&driver).what == "1 line")
        // From a mark below, too.
        for key in ["x", "k", "k", "V"] as [Unicode.Scalar] { driver.press(Key(key)) }
        #expect(try copied(&driver).what == "3 marked lines")
        #expect(driver.model.log != nil)
    }

    @Test func whatIsShownIsSaved() throws {
        var driver = Driver.log(Self.records)
        driver.press(Key("3"))
        driver.press(Key(control: "s"))
        #expect(driver.footer().contains("Save 1 line as: job-"))
        driver.press(Key(control: "u"))
        driver.type("~/x.csv")
        let order = try save(&driver, Key(.enter))
        #expect(order.path == "~/x.csv" && order.format == .csv && !order.replaces)
        #expect(order.lines.lines.map(\.record) == [Self.records[4]])
        #expect(order.lines.options.remark == "1 line: WARN and above.")
        driver.take(.out(.said("Saved 1 line")))
        #expect(driver.footer().contains("Saved 1 line"))
    }

    @Test func repeatsAreSavedOneByOne() throws {
        let again = (0..<5).map { LogRecord(#"{"timestamp":\#($0),"type":"info","message":"again"}"#) }
        var driver = Driver.log(again)
        driver.press(Key(control: "s"))
        #expect(driver.footer().contains("Save 5 lines as: "))
    }

    @Test func whatWasTypedComesBack() throws {
        var driver = Driver.log(Self.records)
        driver.press(Key(control: "s"))
        driver.press(Key(control: "u"))
        driver.press(Key(.enter))
        #expect(driver.footer().contains("A file needs a name."))
        driver.type("/x/y.txt")
        let order = try save(&driver, Key(.enter))
        #expect(driver.model.log?.prompt == nil)
        driver.take(.out(.notSaved(order, "/x/y.txt cannot be written: No such file or directory.")))
        #expect(driver.model.log?.prompt?.input.text == "/x/y.txt")
        #expect(driver.footer().contains("No such file or directory."))
        driver.press(Key(.escape))
        #expect(driver.rows().contains { $0.contains("Not saved: ") })
    }

    @Test func aFileIsReplacedAfterAQuestionOnly() throws {
        var driver = Driver.log(Self.records)
        driver.press(Key(control: "s"))
        let order = try save(&driver, Key(.enter))
        driver.take(.out(.exists(order)))
        #expect(driver.rows().contains { $0.contains("There is a file job-") })
        #expect(requests(&driver, Key(.enter)).isEmpty)
        #expect(driver.model.log?.prompt?.input.text == order.path)
        driver.press(Key(.escape))
        driver.take(.out(.exists(order)))
        let again = try save(&driver, Key("y"))
        #expect(again.replaces && again.path == order.path)
    }

    @Test func pipingGivesTheTerminalAway() throws {
        var driver = Driver.log(Self.records)
        driver.press(Key("|"))
        driver.type("wc")
        driver.press(Key(control: "r"))
        #expect(driver.footer().contains("Pipe 10 lines as JSON to: wc"))
        guard case .pipe(let order)? = requests(&driver, Key(.enter)).first else { throw Missing() }
        #expect(order.command == "wc" && order.format == .jsonl && order.lines.lines.count == 10)
        driver.take(.input(.resize(Size(width: 80, height: 24))))
        #expect(driver.effects.contains(.resume))
    }

    @Test func namesAreFitForFiles() {
        func name(_ id: String) -> String { LogPane.fileName(for: [JobID(id)], now: 0, isUTC: true) }
        #expect(name("job-1") == "job-1-1970-01-01-000000.txt")
        #expect(name("../../etc/passwd") == "_.._etc_passwd-1970-01-01-000000.txt")
        #expect(name("-rf *") == "rf__-1970-01-01-000000.txt")
        #expect(name("..") == "job-1970-01-01-000000.txt")
        #expect(name("a b\u{1B}日") == "a_b__-1970-01-01-000000.txt")
        #expect(name(String(repeating: "x", count: 500)).utf8.count < 120)
    }

    @Test func namesAreCompleted() {
        var driver = Driver.log(Self.records)
        driver.press(Key(control: "s"))
        driver.press(Key(control: "u"))
        driver.type("/us")
        #expect(requests(&driver, Key(.tab)) == [.complete("/us")])
        driver.take(.out(.completed("/us", to: "/usr/", choices: ["usr/"])))
        #expect(driver.model.log?.prompt?.input.text == "/usr/")
        driver.take(.out(.completed("/us", to: "/use", choices: ["use"])))
        #expect(driver.model.log?.prompt?.input.text == "/usr/")
        driver.take(.out(.completed("/usr/", to: "/usr/", choices: ["bin/", "lib/"])))
        #expect(driver.footer().contains("bin/  lib/"))
    }

    @Test func jobsAreCopiedToo() throws {
        var driver = Driver()
        driver.take(.feed(.jobs([ScreenTests.job("a", "running"), ScreenTests.job("b", "running")])))
        driver.settle()
        #expect(try copied(&driver).what.hasPrefix("the id "))
        driver.press(Key("A"))
        let ids = try copied(&driver)
        #expect(ids.what == "2 ids" && ids.text.split(separator: "\n").count == 2)
        #expect(try copied(&driver, Key("y")).text.hasPrefix(#"{"id":"#))
    }
}
