import ArgumentParser
import JobLogCore
import JobLogTUI

/// How the screen looks, and what its keys do.
struct ScreenOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The theme: dark, light, high-contrast, colour-blind, monochrome, one of your own, or a file.",
            discussion:
                "Else JOBLOG_THEME, else the one that fits the terminal. Your own are in ~/.config/joblog/themes.",
            valueName: "name|file"), completion: .themes)
    var theme: String?

    @Option(
        help: ArgumentHelp(
            "A file with keys of your own.",
            discussion: "Else JOBLOG_KEYS, else ~/.config/joblog/keys.json where it is there. See joblog keys.",
            valueName: "file"), completion: .file())
    var keys: String?

    @Flag(
        name: .customLong("mouse"), inversion: .prefixedNo,
        help: "Take the mouse, or leave it to the terminal; the key M takes it.")
    var mouseOption: Bool?

    @Flag(
        name: .customLong("reduced-motion"), inversion: .prefixedNo,
        help: "Show what comes by itself once a second at most; keys are answered at once.")
    var reducedMotionOption: Bool?

    /// The least time between two frames that no key has asked for; nil for no such bound.
    var rest: Duration? { Settings.current.flag(.reducedMotion, reducedMotionOption) ? .seconds(1) : nil }

    /// Whether options or environment ask for the mouse; nil where what the screen remembers counts.
    var askedMouse: Bool? { mouseOption ?? Settings.current.given(.mouse).map { $0.value == .flag(true) } }

    /// The theme that was asked for; nil for the one that is remembered, or fits the terminal.
    func chosenTheme() throws(Failure) -> Theme? {
        try (theme ?? Settings.current.given(.theme)?.value.text).map(Self.theme)
    }

    /// The theme that fits a terminal.
    static func suitedTheme(hasColors: Bool) throws(Failure) -> Theme {
        try theme(Theme.suited(hasColors: hasColors, background: Environment["COLORFGBG"]))
    }

    private static func theme(_ name: String) throws(Failure) -> Theme {
        do throws(SettingsError) {
            return try ThemeFolder.theme(name)
        } catch {
            throw Failure(.usage, error.description)
        }
    }

    /// The key table, with the user's own keys.
    func keyMap() throws(Failure) -> KeyMap {
        let file = Settings.current.text(.keys, keys)
        guard let path = file ?? SettingsFolder.path.map({ $0 + "/keys.json" }) else { return KeyMap() }
        do throws(SettingsError) {
            if let text = try SettingsFolder.text(of: path) { return try KeyMap(parsing: text, file: path) }
        } catch {
            throw Failure(.usage, error.description)
        }
        guard file == nil else { throw Failure(.usage, "\(TerminalText.line(path)): there is no such file") }
        return KeyMap()
    }
}
