import JobLogCore
import JobLogTUI
import RedisClient
import YAMLReader

/// Each setting with its value and where that comes from.
struct SettingsSheet {
    private struct Row {
        let setting: Setting
        /// Nil where nothing says anything.
        let value: SettingValue?
        let origin: Settings.Origin
    }

    private let rows: [Row]
    private let profile: String?

    /// - Parameters:
    ///   - settings: what environment and file say.
    ///   - options: what the command line says.
    ///   - remembers: whether what the screen remembers holds.
    init(_ settings: Settings, _ options: GivenOptions, remembers: Bool) {
        let memory = remembers ? StateFile.own?.members : nil
        profile = settings.profile?.name
        rows = SettingTable.joblog.settings.map { setting in
            if setting.isCommon, let option = setting.option, let text = options[option],
                let value = try? setting.kind.value(of: text)
            {
                let name = setting.kind == .flag && text == "false" ? setting.offOption ?? option : option
                return Row(setting: setting, value: value, origin: .option(name))
            }
            if let member = setting.member, settings.given(setting) == nil, let value = memory?[member] {
                return Row(setting: setting, value: Self.value(value), origin: .remembered)
            }
            let found = settings.found(setting)
            return Row(setting: setting, value: found?.value, origin: found?.origin ?? .standard)
        }
    }

    private static func value(_ json: JSONValue) -> SettingValue {
        if let isOn = json.bool { return .flag(isOn) }
        if let words = json.array { return .list(words.compactMap(\.string)) }
        return .text(json.string ?? "")
    }

    /// What may be shown of a value.
    private static func shown(_ row: Row) -> SettingValue? {
        guard let value = row.value else { return nil }
        switch row.setting {
        case _ where row.setting.kind == .secret: return .text("•••")
        case .url:
            // It may hold a password.
            return .text((try? RedisURL(parsing: value.text)).map { "\($0)" } ?? "•••")
        default: return value
        }
    }

    /// For people.
    var lines: [String] {
        let cells = rows.map { row in
            let value =
                Self.shown(row).map { TerminalText.line($0.text) } ?? row.setting.standard.replacing("`", with: "")
            return (row.setting.path, value, row.origin.text + (inProfile(row) ? " (profile \(profile ?? ""))" : ""))
        }
        let path = cells.map(\.0.count).max() ?? 0
        let value = min(40, cells.map(\.1.count).max() ?? 0)
        return cells.map { cell in
            let start = cell.0.padded(to: path) + "  " + cell.1.padded(to: value)
            return start + "  " + cell.2
        }
    }

    private func inProfile(_ row: Row) -> Bool {
        guard let profile, case .file(_, let mark) = row.origin else { return false }
        return Settings.current.file?.profile(profile)?.entries[row.setting]?.mark == mark
    }

    /// For programs.
    var json: JSONValue {
        .array(
            rows.map { row in
                var object = JSONObject()
                object.append("setting", .string(row.setting.path))
                object.append("value", Self.shown(row)?.json)
                object.append("source", .string(Self.kind(of: row.origin)))
                switch row.origin {
                case .option(let name), .variable(let name): object.append("name", .string(name))
                case .file(let path, let mark):
                    object.append("file", .string(path))
                    object.append("line", JSONValue(mark.line))
                    object.append("column", JSONValue(mark.column))
                    if inProfile(row) { object.append("profile", profile.map { .string($0) }) }
                case .remembered, .standard: break
                }
                return .object(object)
            })
    }

    private static func kind(of origin: Settings.Origin) -> String {
        switch origin {
        case .option: "option"
        case .variable: "variable"
        case .file: "file"
        case .remembered: "remembered"
        case .standard: "default"
        }
    }
}

extension String {
    /// The text with blanks behind it, up to a width in characters.
    fileprivate func padded(to width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }
}

extension SettingTable {
    /// The table of docs/configuration.md.
    var markdown: String {
        var text =
            "| setting | value | option | variable | commands | default | meaning |\n|---|---|---|---|---|---|---|\n"
        for setting in settings {
            let option = setting.option.map { option in
                setting.offOption.map { "`\(option)`, `\($0)`" } ?? "`\(option)`"
            }
            let mark = setting.scope == .profile ? " ²" : setting.scope == .connection ? " ¹" : ""
            let cells = [
                "`\(setting.path)`\(mark)", setting.kind.description, option ?? "–",
                setting.variable.map { "`\($0)`" } ?? "–", setting.commands.joined(separator: ", "), setting.standard,
                setting.meaning,
            ]
            text += "| \(cells.map { $0.replacing("|", with: "\\|") }.joined(separator: " | ")) |\n"
        }
        return text
    }

    /// A file to begin with, in which each setting is a comment with an example of its value.
    var example: String {
        var text = """
            # joblog's configuration: docs/configuration.md has all of it.
            # joblog config check says what is wrong in it, joblog config show what holds.

            """
        var section = ""
        for setting in settings where setting.scope != .profile {
            let names = setting.path.split(separator: ".").map(String.init)
            let head = names.count > 1 ? names[0] : ""
            if head != section {
                text += head.isEmpty ? "\n" : "\n\(head):\n"
                section = head
            }
            let indent = head.isEmpty ? "" : "  "
            text += "\(indent)# \(setting.meaning.replacing("`", with: ""))\n"
            text += "\(indent)# \(names[names.count - 1]): \(setting.kind.example)\n"
        }
        text += """

            profiles:
              # staging:
              #   url: redis://cache.staging:6379/0
              # prod:
              #   url: rediss://joblog@cache.prod:6380/0
              #   password-command: [pass, show, redis/prod]
              #   production: true
              #   max-commands: 500

            """
        return text
    }
}

extension Setting.Kind {
    /// A value that is one.
    fileprivate var example: String {
        switch self {
        case .flag: "true"
        case .number(let range): "\(max(100, range.lowerBound))"
        case .duration: "7d"
        case .choice(let choices): choices[0]
        case .list(let known): "[\(known.joined(separator: ", "))]"
        case .command: "[pass, show, redis]"
        case .file: "~/file"
        case .text, .secret: "text"
        }
    }
}

extension ConfigurationFile {
    /// What makes no sense only when it is used: a theme, keys, a variable that is not set.
    var faultsInUse: [Fault] {
        var faults: [Fault] = []
        if let entry = entries[.theme] {
            do throws(SettingsError) { _ = try ThemeFolder.theme(entry.value.text) } catch {
                faults.append(Fault(error: self.error("screen.theme: \(error)", at: entry.mark)))
            }
        }
        if let entry = entries[.keys], let path = try? expanded(entry, of: .file) {
            do throws(SettingsError) {
                if let text = try SettingsFolder.text(of: path) {
                    _ = try KeyMap(parsing: text, file: path)
                } else {
                    faults.append(Fault(error: error("screen.keys: there is no file \(path)", at: entry.mark)))
                }
            } catch {
                faults.append(Fault(error: self.error("screen.keys: \(error)", at: entry.mark)))
            }
        }
        let all =
            entries.map { ($0, $1, isUsed: true) } + profiles.flatMap { $0.entries.map { ($0, $1, isUsed: false) } }
        for (setting, entry, isUsed) in all where setting.kind.isText {
            do throws(SettingsError) { _ = try expanded(entry, of: setting.kind) } catch {
                faults.append(Fault(error: error, isWarning: !isUsed))
            }
        }
        return faults
    }
}
