import ArgumentParser
import JobLogTUI

/// `joblog keys`: what the keys of the screen do.
struct Keys: ParsableCommand {
    /// What is printed.
    enum Format: String, ExpressibleByArgument, CaseIterable {
        case text, markdown, json
    }

    static let configuration = CommandConfiguration(
        commandName: "keys",
        abstract: "Print the keys of the screen.",
        discussion: """
            With -o json as a file to begin your own with: in ~/.config/joblog/keys.json, or where --keys or JOBLOG_KEYS says. \
            Only what is to be otherwise needs to stay in it.
            """)

    @OptionGroup(title: "Configuration")
    var settingsOptions: SettingsOptions
    @OptionGroup var screen: ScreenOptions

    @Option(name: .shortAndLong, help: "text, markdown, or json.")
    var output = Format.text

    func run() throws {
        let keys = try screen.keyMap()
        var out = StandardOutput()
        switch output {
        case .text: out.add(keys.table(width: StandardOutput.columns ?? 100))
        case .markdown: out.add(keys.markdown)
        case .json: out.add(keys.json)
        }
        out.flush()
    }
}
