import JobLogCore
import TerminalUI
import Testing

@testable import JobLogTUI

/// Keys of a user's own.
@Suite struct KeyMapTests {
    private func map(_ text: String) throws(SettingsError) -> KeyMap {
        try KeyMap(parsing: Array(text.utf8), file: "keys.json")
    }

    @Test func aKeyThatIsGivenAwayIsTakenFromTheOtherAction() throws {
        let keys = try map(#"{"log": {"search": ["f", "^F"]}}"#)
        #expect(keys.action(for: Key("f"), in: .log) == .search)
        #expect(keys.action(for: Key(control: "f"), in: .log) == .search)
        #expect(keys.action(for: Key("/"), in: .log) == nil)
        #expect(keys.action(for: Key("F"), in: .log) == .follow)
        #expect(keys.name(of: .follow, in: .log) == "F")
        #expect(keys.action(for: Key("/"), in: .jobs) == .filter)
        #expect(keys.hints(in: .log).contains { $0.key == "f" && $0.label == "search" })
    }

    @Test func onePlaceCountsMoreThanAll() throws {
        let keys = try map(#"{"log": {"help": "F3"}, "everywhere": {"help": "F2"}}"#)
        #expect(keys.action(for: Key(.function(2)), in: .jobs) == .help)
        #expect(keys.action(for: Key(.function(3)), in: .log) == .help)
        #expect(keys.action(for: Key(.function(2)), in: .log) == nil)
        #expect(keys.action(for: Key("?"), in: .jobs) == nil)
    }

    @Test func anActionMayGoWithoutAKey() throws {
        let keys = try map(#"{"jobs": {"deleteLogs": []}}"#)
        #expect(keys.name(of: .deleteLogs, in: .jobs) == nil)
        #expect(keys.action(for: Key("D"), in: .jobs) == nil)
        #expect(keys.action(for: Key("D"), in: .log) == .deleteLogs)
    }

    @Test func whatLeadsOutStays() throws {
        let keys = try map(#"{"everywhere": {"quit": "F10", "cancel": "F9"}}"#)
        for context in KeyContext.allCases {
            let wanted: Action = KeyTable.prompts.contains(context) ? .cancel : .quit
            #expect(keys.action(for: Key(control: "c"), in: context) == wanted, "\(context)")
        }
        #expect(keys.action(for: Key("Q"), in: .log) == nil)
        #expect(keys.action(for: Key(.function(9)), in: .prompt) == .cancel)
    }

    @Test func whatIsPrintedReadsBackAsItWas() throws {
        let keys = KeyMap()
        let again = try map(keys.json)
        for context in KeyContext.allCases {
            for key in keys.actions(in: context).flatMap(\.keys) {
                #expect(again.action(for: key, in: context) == keys.action(for: key, in: context), "\(context) \(key)")
            }
        }
        #expect(again.json == keys.json)
    }

    @Test func aSettingsFileThatGivesTheWholeTableInAnotherOrderIsTheSame() throws {
        let keys = try map(#"{"jobs": {"reverse": "s", "sort": "r"}}"#)
        #expect(keys.action(for: Key("s"), in: .jobs) == .reverse)
        #expect(keys.action(for: Key("r"), in: .jobs) == .sort)
    }

    @Test(arguments: [
        ("", "keys.json:1:1: the file ends"), ("[]", "keys.json:1:1: this does not fit"),
        ("{\n \"logg\": {}}", "keys.json:2:2: there is no place logg; did you mean log?"),
        (#"{"log": 1}"#, "keys.json:1:9: log is an object"),
        (#"{"log": {"serach": "x"}}"#, "keys.json:1:10: there is no action serach; did you mean search?"),
        (#"{"log": {"merge": "x"}}"#, "keys.json:1:10: merge means nothing in log"),
        (#"{"log": {"search": "NoKey"}}"#, "keys.json:1:20: there is no key NoKey"),
        (#"{"log": {"search": [1]}}"#, "keys.json:1:20: there is no key 1"),
        (#"{"log": {"search": "^C"}}"#, "keys.json:1:20: ^C always quits"),
        (#"{"log": {"search": "^I", "filter": "Tab"}}"#, "keys.json:1:36: Tab is given to search already in log"),
        (#"{"log": {"back": []}}"#, "keys.json:1:10: back in log needs a key"),
        (#"{"log": {"search": ["q"]}}"#, "keys.json:1:2: back in log needs a key"),
        (#"{"prompt": {"confirm": "x"}}"#, "keys.json:1:24: x is typed as text in prompt"),
        (#"{"prompt": {"edit": "^X"}}"#, "keys.json:1:13: the keys that edit a line"),
        (#"{"log": {"search": "/"}, "log": {"serch": "/"}}"#, "keys.json:1:34: there is no action serch"),
    ])
    func whatIsWrongIsToldWithItsPlace(text: String, problem: String) {
        #expect {
            try map(text)
        } throws: { error in
            "\(error)".hasPrefix(problem)
        }
    }

    @Test func theScreenListensToThem() throws {
        let keys = try map(#"{"jobs": {"help": "F5"}, "help": {"back": "F6"}}"#)
        let program = JoblogProgram(clock: { 0 })
        var model = AppModel(sourceName: "redis", settings: ScreenSettings(keys: keys))
        _ = program.update(&model, .input(.key(Key(.function(5)))))
        #expect(model.context == .help)
        var buffer = CellBuffer(size: model.size)
        _ = program.view(model, into: &buffer)
        #expect(buffer.text().contains("F6 back"))
        _ = program.update(&model, .input(.key(Key(.function(6)))))
        #expect(model.context == .jobs)
    }

    @Test func whatIsSaidNamesThem() throws {
        let keys = try map(
            #"{"log": {"removeFilter": "F6", "debug": "F7", "dim": "F8", "lanes": "F9"}, "question": {"no": "F3", "yes": "F4"}}"#
        )
        var driver = ScreenTests.Driver.log([LogRecord(#"{"type":"debug","message":"m"}"#)])
        driver.model.settings.keys = keys
        driver.press(Key("3"))
        #expect(driver.text().contains("F7 shows all"))
        driver.press(Key(.function(7)), Key("&"))
        driver.type("none such")
        driver.press(Key(.enter))
        #expect(driver.text().contains("F6 takes a filter off, F8 dims"))
        driver.take(.feed(.jobs([ScreenTests.job("job", "running")])))
        driver.press(Key("C"))
        #expect(driver.text().contains("F3 no") && driver.text().contains("F4 cancel"))
        #expect(!driver.text().contains("Esc no"))
    }
}
