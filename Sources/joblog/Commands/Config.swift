import ArgumentParser
import JobLogCore
import JobLogTUI

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// `joblog config …`: what the configuration file says, and whether that makes sense.
struct Config: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "config",
        abstract: "Show, check or begin the configuration file.",
        subcommands: [ShowSettings.self, Check.self, ShowPath.self, Begin.self])

    /// `joblog config show`.
    struct ShowSettings: ParsableCommand, WithoutSettings {
        static let configuration = CommandConfiguration(
            commandName: "show",
            abstract: "Print each setting, its value, and where it comes from.",
            discussion: "Options that are given are shown as they would hold. Secrets are not printed.")

        /// How the settings are written.
        enum Format: String, ExpressibleByArgument, CaseIterable {
            case text, json, markdown
        }

        @OptionGroup var connection: ConnectionOptions
        @OptionGroup var appearance: AppearanceOptions
        @OptionGroup var state: StateOptions
        @OptionGroup var screen: ScreenOptions

        @Option(
            name: .shortAndLong,
            help: "text, json, or markdown for the table of all that the file may say.")
        var output = Format.text

        func run() throws {
            var out = StandardOutput()
            if output == .markdown {
                out.add(SettingTable.joblog.markdown)
                return out.flush()
            }
            let options = GivenOptions(CommandLine.arguments.dropFirst())
            try Settings.load(options)
            let rows = SettingsSheet(Settings.current, options, remembers: remembers(options))
            if output == .json {
                out.line(rows.json.text(escapeTerminal: true))
            } else {
                for line in rows.lines { out.line(line) }
            }
            out.flush()
        }

        /// What the screen remembers; nil where it does not.
        private func remembers(_ options: GivenOptions) -> Bool {
            let option = options[Setting.remember.option ?? ""].map { $0 == "true" }
            return Settings.current.flag(.remember, option, otherwise: true)
        }
    }

    /// `joblog config check [FILE]`.
    struct Check: ParsableCommand, WithoutSettings {
        static let configuration = CommandConfiguration(
            commandName: "check", abstract: "Name all that is wrong in a configuration file.",
            discussion:
                "The status is 1 where something is wrong; what only may be wrong is said and makes it no other.")

        @OptionGroup(title: "Configuration")
        var settingsOptions: SettingsOptions

        @Argument(help: "The file; the one that is read unless given.", completion: .file())
        var file: String?

        func run() throws {
            guard let path = file ?? ConfigurationFile.path(option: settingsOptions.config) else {
                return StandardError.say("There is no configuration file.")
            }
            guard let found = try ConfigurationFile.read(path) else {
                let isNamed = file != nil || settingsOptions.config != nil || Environment["JOBLOG_CONFIG"] != nil
                guard isNamed else { return StandardError.say("There is no configuration file \(path).") }
                throw Failure(.usage, "\(TerminalText.line(path)): there is no such file")
            }
            let faults = (found.faults + found.faultsInUse).sorted { $0.place < $1.place }
            var out = StandardOutput()
            for fault in faults { out.line("\(fault.error)" + (fault.isWarning ? " (a warning)" : "")) }
            out.flush()
            if faults.contains(where: { !$0.isWarning }) { throw ExitCode(Failure.Status.error.rawValue) }
        }
    }

    /// `joblog config path`.
    struct ShowPath: ParsableCommand, WithoutSettings {
        static let configuration = CommandConfiguration(
            commandName: "path", abstract: "Print where the configuration file is, or would be.")

        @OptionGroup(title: "Configuration")
        var settingsOptions: SettingsOptions

        func run() throws {
            guard let path = ConfigurationFile.path(option: settingsOptions.config) else {
                throw Failure(.error, "There is no configuration file: neither XDG_CONFIG_HOME nor HOME is set.")
            }
            var out = StandardOutput()
            out.line(TerminalText.line(path))
            out.flush()
        }
    }

    /// `joblog config init`.
    struct Begin: ParsableCommand, WithoutSettings {
        static let configuration = CommandConfiguration(
            commandName: "init", abstract: "Write a configuration file to begin with, in which all is a comment.",
            discussion: "A file that is there is left as it is.")

        @OptionGroup(title: "Configuration")
        var settingsOptions: SettingsOptions

        func run() throws {
            guard let path = ConfigurationFile.path(option: settingsOptions.config) else {
                throw Failure(.error, "There is no place for a configuration file: name one by --config.")
            }
            try SettingsFolder.make(around: path)
            do throws(ExportError) {
                var file = try ExportFile(path, replaces: false)
                try file.write(Array(SettingTable.joblog.example.utf8))
                try file.finish()
            } catch {
                throw Failure(
                    .error, error.code == .exists ? "\(TerminalText.line(path)) is there already." : "\(error)")
            }
            var out = StandardOutput()
            out.line(TerminalText.line(path))
            out.flush()
        }
    }
}
