import TerminalUI
import Testing

@testable import JobLogTUI

/// Themes and the files that describe them.
@Suite struct ThemeTests {
    private func theme(_ text: String) throws(SettingsError) -> Theme {
        try Theme(parsing: Array(text.utf8), name: "mine", file: "mine.json")
    }

    @Test(arguments: Theme.names) func everyThemeHasAStyleForEachRole(_ name: String) throws {
        let theme = try #require(try Theme.builtIn(name))
        #expect(theme.name == name)
        #expect(Set(theme.styles.keys) == Set(Theme.Role.allCases))
        let text = try #require(Theme.text(of: name))
        #expect(try Theme(parsing: Array(text.utf8), name: name, file: name).sheet == theme.sheet)
    }

    @Test func whatAFileLeavesOutIsThatOfTheThemeThatItExtends() throws {
        let theme = try theme(
            ##"{"extends": "light", "styles": {"error": {"fg": "#ff8700", "bg": 17, "italic": true}}}"##)
        let light = try #require(try Theme.builtIn("light"))
        #expect(theme.styles[.error] == Style(Color(palette: 208), on: Color(palette: 17), .italic))
        #expect(theme.styles[.warn] == light.styles[.warn])
        #expect(try self.theme("{}").sheet == Theme.builtIn("dark")?.sheet)
    }

    @Test func withoutColoursNothingThatMattersIsPlain() throws {
        let styles = try #require(try Theme.builtIn("monochrome")).styles
        #expect(styles.values.allSatisfy { $0.foreground == .default && $0.background == .default })
        for role in [Theme.Role.error, .warn, .failed, .stalled, .found, .changed, .header, .production, .wrong] {
            #expect(styles[role]?.attributes.isEmpty == false, "\(role)")
        }
        #expect(styles[.error] != styles[.warn])
    }

    /// Where colours are few, those of one theme must not become one.
    @Test(arguments: Theme.names) func whatMattersIsToldApart(_ name: String) throws {
        let styles = try #require(try Theme.builtIn(name)).styles
        for (one, other) in [
            (Theme.Role.error, Theme.Role.warn), (.warn, .info), (.failed, .completed), (.running, .failed),
            (.stalled, .running), (.onlyHere, .onlyThere), (.faint, .error),
        ] { #expect(styles[one] != styles[other], "\(one) \(other)") }
    }

    @Test(arguments: [
        (true, nil, "dark"), (true, "15;0", "dark"), (true, "0;15", "light"), (true, "0;default;7", "light"),
        (true, "nonsense", "dark"), (false, "0;15", "monochrome"),
    ])
    func aTerminalThatTellsItsColoursGetsAThemeThatFits(colors: Bool, background: String?, name: String) {
        #expect(Theme.suited(hasColors: colors, background: background) == name)
    }

    @Test(arguments: [
        (#"{"styles": {"eror": {}}}"#, "mine.json:1:13: there is no style eror; did you mean error?"),
        (#"{"styles": {"error": {"fg": "reed"}}}"#, "mine.json:1:29: there is no colour reed"),
        (##"{"styles": {"error": {"fg": "#12345"}}}"##, "mine.json:1:29: there is no colour #12345"),
        (#"{"styles": {"error": {"bg": 256}}}"#, "mine.json:1:29: there is no colour 256"),
        (#"{"styles": {"error": {"bold": 1}}}"#, "mine.json:1:31: bold is true or false"),
        (#"{"styles": {"error": {"blink": true}}}"#, "mine.json:1:23: there is no blink here"),
        (#"{"styles": {"error": "red"}}"#, "mine.json:1:22: a style is an object"),
        (#"{"styles": []}"#, "mine.json:1:12: styles is an object"),
        (#"{"text": {"bold": true}}"#, "mine.json:1:11: there is no bold here"),
        (#"{"extends": "drak"}"#, "mine.json:1:13: extends names a theme"),
        ("{\"styles\": {\n  \"é\": 1, \"errr\": {}}}", "mine.json:2:3: there is no style é"),
        (#"{"colors": {}}"#, "mine.json:1:2: there is no colors in a theme"),
        (#"{"styles": {},}"#, "mine.json:1:15: this does not fit"), ("", "mine.json:1:1: the file ends"),
        ("{} x", "mine.json:1:4: there is more"),
    ])
    func whatIsWrongIsToldWithItsPlace(text: String, problem: String) {
        #expect {
            try theme(text)
        } throws: { error in
            "\(error)".hasPrefix(problem)
        }
    }

    @Test(arguments: [
        ("serach", "search"), ("eror", "error"), ("Error", "error"), ("zzzzzz", nil), ("e", nil),
    ])
    func theNearestNameIsOneThatWasMeant(word: String, name: String?) {
        #expect(NearestName.of(word, in: ["search", "error", "follow"]) == name)
    }
}
