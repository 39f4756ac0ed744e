import JobLogCore
import JobLogTUI
import RedisClient
import YAMLReader

/// Each setting with its value and where that comes from.
struct SettingsSheet {
    private struct Row {
        let path: String
        /// For people.
        let text: String
        /// For programs; nil where nothing says anything.
        let json: JSONValue?
        let origin: Settings.Origin
        /// Whether the profile says it.
        var isOfProfile = false
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
        let single = SettingTable.joblog.settings.map { setting in
            if setting.isCommon, let option = setting.option, let text = options[option],
                let value = try? setting.kind.value(of: text)
            {
                let name = setting.kind == .flag && text == "false" ? setting.offOption ?? option : option
                return Self.row(setting, value, .option(name))
            }
            if let member = setting.member, settings.given(setting) == nil, let value = memory?[member] {
                return Self.row(setting, Self.value(value), .remembered)
            }
            let found = settings.found(setting)
            var row = Self.row(setting, found?.value, found?.origin ?? .standard)
            if case .file(_, let mark) = row.origin {
                row.isOfProfile = settings.profile?.entries[setting]?.mark == mark
            }
            return row
        }
        rows = single + SettingTable.joblog.lists.flatMap { Self.rows(of: $0, settings.file) }
    }

    private static func row(_ setting: Setting, _ value: SettingValue?, _ origin: Settings.Origin) -> Row {
        let shown = shown(value, of: setting)
        return Row(
            path: setting.path,
            text: shown.map { TerminalText.line($0.text) } ?? setting.standard.replacing("`", with: ""),
            json: shown?.json, origin: origin)
    }

    /// The items of a section that is a list.
    private static func rows(of list: SettingList, _ file: ConfigurationFile?) -> [Row] {
        guard let file, let items = file.lists[list.path] else {
            return [Row(path: list.path, text: list.standard, json: nil, origin: .standard)]
        }
        return items.enumerated().map { index, item in
            let members = list.members.compactMap { setting in item.entries[setting].map { (setting, $0.value) } }
            var object = JSONObject()
            for (setting, value) in members { object.append(setting.path, value.json) }
            let text = members.map { "\($0.path) \($1.text)" }.joined(separator: "; ")
            return Row(
                path: "\(list.path)[\(index + 1)]", text: TerminalText.line(text), json: .object(object),
                origin: .file(file.path, item.mark))
        }
    }

    private static func value(_ json: JSONValue) -> SettingValue {
        if let isOn = json.bool { return .flag(isOn) }
        if let words = json.array { return .list(words.compactMap(\.string)) }
        return .text(json.string ?? "")
    }

    /// What may be shown of a value.
    private static func shown(_ value: SettingValue?, of setting: Setting) -> SettingValue? {
        guard let value else { return nil }
        switch setting {
        case _ where setting.kind == .secret: return .text("•••")
        case .url:
            // It may hold a password.
            return .text((try? RedisURL(parsing: value.text)).map { "\($0)" } ?? "•••")
        default: return value
        }
    }

    /// For people.
    var lines: [String] {
        let cells = rows.map { row in
            (row.path, row.text, row.origin.text + (row.isOfProfile ? " (profile \(profile ?? ""))" : ""))
        }
        let path = cells.map(\.0.count).max() ?? 0
        let value = min(40, cells.map(\.1.count).max() ?? 0)
        return cells.map { cell in
            let start = cell.0.padded(to: path) + "  " + cell.1.padded(to: value)
            return start + "  " + cell.2
        }
    }

    /// For programs.
    var json: JSONValue {
        .array(
            rows.map { row in
                var object = JSONObject()
                object.append("setting", .string(row.path))
                object.append("value", row.json)
                object.append("source", .string(Self.kind(of: row.origin)))
                switch row.origin {
                case .option(let name), .variable(let name): object.append("name", .string(name))
                case .file(let path, let mark):
                    object.append("file", .string(path))
                    object.append("line", JSONValue(mark.line))
                    object.append("column", JSONValue(mark.column))
                    if row.isOfProfile { object.append("profile", profile.map { .string($0) }) }
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
            text += Self.row(of: setting)
        }
        for list in lists {
            let commands = Set(list.members.flatMap(\.commands)).sorted().joined(separator: ", ")
            text += Self.row([
                "`\(list.path)`", "a list of mappings", "–", "–", commands, list.standard, list.meaning,
            ])
            for setting in list.members { text += Self.row(of: setting, below: "\(list.path)[].") }
        }
        return text
    }

    private static func row(of setting: Setting, below prefix: String = "") -> String {
        let option = setting.option.map { option in
            setting.offOption.map { "`\(option)`, `\($0)`" } ?? "`\(option)`"
        }
        let mark = setting.scope == .profile ? " ²" : setting.scope == .connection ? " ¹" : ""
        return row([
            "`\(prefix)\(setting.path)`\(mark)", setting.kind.description, option ?? "–",
            setting.variable.map { "`\($0)`" } ?? "–", setting.commands.joined(separator: ", "), setting.standard,
            setting.meaning,
        ])
    }

    private static func row(_ cells: [String]) -> String {
        "| \(cells.map { $0.replacing("|", with: "\\|") }.joined(separator: " | ")) |\n"
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
        for list in lists {
            text += "\n# \(list.meaning)\n\(list.path):\n"
            for example in list.examples { text += "  # - \(example)\n" }
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
            generalEntries.map { ($0, $1, isUsed: true) }
            + profiles.flatMap { $0.entries.map { ($0, $1, isUsed: false) } }
        for (setting, entry, isUsed) in all where setting.kind.isText {
            do throws(SettingsError) { _ = try expanded(entry, of: setting.kind) } catch {
                faults.append(Fault(error: error, isWarning: !isUsed))
            }
        }
        return faults
    }
}
