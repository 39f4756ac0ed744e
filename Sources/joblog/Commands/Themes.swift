import ArgumentParser
import JobLogCore
import JobLogTUI

/// `joblog themes [NAME]`: the themes of the screen.
struct Themes: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "themes",
        abstract: "List the themes of the screen, or print one.",
        discussion: """
            One that is printed is a file to begin your own with: in ~/.config/joblog/themes/NAME.json. --theme NAME, \
            JOBLOG_THEME or :theme NAME on the screen shows it.
            """)

    @Argument(help: "The theme to print.", completion: .themes)
    var name: String?

    func run() throws {
        var out = StandardOutput()
        if let name {
            out.line(bytes: try text(of: name))
        } else {
            for name in ThemeFolder.names { out.line(TerminalText.line(name)) }
        }
        out.flush()
    }

    private func text(of name: String) throws -> [UInt8] {
        do throws(SettingsError) {
            return try ThemeFolder.text(of: name)
        } catch {
            throw Failure(.usage, error.description)
        }
    }
}
