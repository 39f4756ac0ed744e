import JobLogAPI
import JobLogCore
import JobLogTUI
import RedisClient
import YAMLReader

/// What a configuration file says, and all that is wrong in it.
struct ConfigurationFile: Sendable {
    /// A value and where it stands. Variables are put in when it is used.
    struct Entry: Sendable {
        let value: SettingValue
        let mark: YAMLMark
        /// Whether its text stands in quotes, before which nothing of it does.
        let isQuoted: Bool
    }

    /// A server and how it is reached.
    struct Profile: Sendable {
        let name: String
        let mark: YAMLMark
        var entries: [Setting: Entry] = [:]
    }

    /// A mapping of a section that is a list.
    struct Item: Sendable {
        let mark: YAMLMark
        var entries: [Setting: Entry] = [:]
    }

    /// Something wrong, or, as a warning, something that may be.
    struct Fault: Sendable {
        let error: SettingsError
        var isWarning = false

        /// Line and column.
        var place: (Int, Int) { (error.line ?? 0, error.column ?? 0) }
    }

    let path: String
    private(set) var entries: [Setting: Entry] = [:]
    private(set) var profiles: [Profile] = []
    /// The mappings of each section that is a list.
    private(set) var lists: [String: [Item]] = [:]
    private(set) var faults: [Fault] = []
    private let table: SettingTable

    /// Takes a file's text apart; what is wrong is in ``faults``.
    ///
    /// - Parameters:
    ///   - text: what is in the file.
    ///   - path: its name.
    ///   - isPrivate: whether only its owner can read it.
    ///   - table: what it may say.
    init(_ text: [UInt8], path: String, isPrivate: Bool, table: SettingTable = .joblog) {
        self.path = path
        self.table = table
        do throws(YAMLError) {
            if let root = try YAMLReader.read(text) { take(root) }
        } catch {
            fault(error.message, at: error.mark)
        }
        for profile in profiles { check(profile) }
        checkStandardProfile()
        if !isPrivate { checkSecrets() }
        faults.sort { $0.place < $1.place }
    }

    /// What holds whichever profile is used.
    var generalEntries: [(setting: Setting, entry: Entry)] {
        entries.map { ($0, $1) } + lists.values.flatMap { $0.flatMap { $0.entries.map { ($0, $1) } } }
    }

    /// The profile of a name.
    func profile(_ name: String) -> Profile? { profiles.first { $0.name == name } }

    /// An error at a place of the file.
    func error(_ message: String, at mark: YAMLMark) -> SettingsError {
        SettingsError(file: path, line: mark.line, column: mark.column, message: TerminalText.line(message))
    }

    private mutating func fault(_ message: String, at mark: YAMLMark) {
        faults.append(Fault(error: error(message, at: mark)))
    }

    // MARK: - Taking it apart

    private mutating func take(_ root: YAMLNode) {
        guard let members = root.members else {
            return fault("the file is a mapping of settings: utc: true", at: root.mark)
        }
        var rest: [YAMLNode.Member] = []
        for member in members {
            if member.key == "profiles" {
                takeProfiles(member)
            } else if let list = table.lists.first(where: { $0.path == member.key }) {
                takeList(member, list)
            } else {
                rest.append(member)
            }
        }
        entries = taken(rest, below: "", inProfile: false)
    }

    private mutating func takeProfiles(_ section: YAMLNode.Member) {
        if section.value.isNull { return }
        guard let members = section.value.members else {
            return fault("profiles is a mapping of names: prod: {url: redis://…}", at: section.value.mark)
        }
        for member in members {
            guard !member.key.isEmpty, !member.key.contains(where: { $0.isWhitespace || $0 == "," }) else {
                fault("the name of a profile is a word", at: member.mark)
                continue
            }
            guard let settings = member.value.isNull ? [] : member.value.members else {
                fault("the profile \(member.key) is a mapping: {url: redis://…}", at: member.value.mark)
                continue
            }
            profiles.append(
                Profile(name: member.key, mark: member.mark, entries: taken(settings, below: "", inProfile: true)))
        }
    }

    private mutating func takeList(_ section: YAMLNode.Member, _ list: SettingList) {
        if section.value.isNull { return }
        guard let items = section.value.items else {
            return fault("\(list.path) is a list of mappings, each behind a dash", at: section.value.mark)
        }
        lists[list.path] = []
        for item in items {
            guard let members = item.members else {
                fault(
                    "an item of \(list.path) is a mapping of \(list.members.map(\.path).joined(separator: ", "))",
                    at: item.mark)
                continue
            }
            var found = Item(mark: item.mark)
            for member in members {
                guard let setting = list.members.first(where: { $0.path == member.key }) else {
                    fault(
                        "there is no \(member.key) in \(list.path)" + hint(member.key, list.members.map(\.path)),
                        at: member.mark)
                    continue
                }
                found.entries[setting] = entry(member, setting, member.key)
            }
            for name in list.needed {
                let isEmpty = found.entries.contains { $0.path == name && $1.value == .list([]) }
                if isEmpty || !members.contains(where: { $0.key == name }) {
                    fault("this item of \(list.path) needs \(name)", at: item.mark)
                }
            }
            lists[list.path, default: []].append(found)
        }
    }

    /// The values of the members of a mapping, which stands below the names of `prefix`.
    private mutating func taken(
        _ members: [YAMLNode.Member], below prefix: String, inProfile: Bool
    ) -> [Setting: Entry] {
        let known = table.settings.filter { inProfile ? $0.isAboutConnection : true }
        var found: [Setting: Entry] = [:]
        for member in members {
            let path = prefix + member.key
            if let setting = table[path] {
                if inProfile, !setting.isAboutConnection {
                    fault("\(path) stands at the top of the file, not in a profile", at: member.mark)
                } else if !inProfile, setting.scope == .profile {
                    fault("\(path) belongs to a server: it stands in one of the profiles", at: member.mark)
                } else {
                    found[setting] = entry(member, setting, path)
                }
            } else if known.contains(where: { $0.path.hasPrefix(path + ".") }) {
                if member.value.isNull { continue }
                guard let inner = member.value.members else {
                    fault("\(path) is a mapping of settings", at: member.value.mark)
                    continue
                }
                found.merge(taken(inner, below: path + ".", inProfile: inProfile)) { $1 }
            } else {
                let level = known.filter { $0.path.hasPrefix(prefix) }.map { setting in
                    String(setting.path.dropFirst(prefix.count).prefix { $0 != "." })
                }
                let others = prefix.isEmpty && !inProfile ? ["profiles"] + table.lists.map(\.path) : []
                fault("there is no setting \(path)" + hint(member.key, level + others), at: member.mark)
            }
        }
        return found
    }

    private mutating func entry(_ member: YAMLNode.Member, _ setting: Setting, _ path: String) -> Entry? {
        do throws(Setting.Kind.Refusal) {
            let value = try setting.kind.value(of: member.value)
            if setting.kind.isText, case .scalar(_, let isPlain) = member.value.content {
                return Entry(value: value, mark: member.value.mark, isQuoted: !isPlain)
            }
            return Entry(value: value, mark: member.value.mark, isQuoted: false)
        } catch {
            fault("\(path) \(error.sentence)", at: member.value.mark)
            return nil
        }
    }

    private func hint(_ word: String, _ known: [String]) -> String {
        NearestName.of(word, in: known).map { "; did you mean \($0)?" } ?? "; docs/configuration.md lists them"
    }

    // MARK: - What does not go together

    private mutating func check(_ profile: Profile) {
        let pairs: [(Setting, Setting)] = [(.url, .api), (.password, .passwordCommand), (.token, .tokenFile)]
        for (one, other) in pairs {
            guard profile.entries[one] != nil, let second = profile.entries[other] else { continue }
            fault("the profile \(profile.name) has \(one.path) and \(other.path): give one of them", at: second.mark)
        }
        if let entry = profile.entries[.url], !Interpolation.names(entry.value.text) {
            do throws(RedisError) { _ = try RedisURL(parsing: entry.value.text) } catch {
                fault(error.message, at: entry.mark)
            }
        }
        if let entry = profile.entries[.api], !Interpolation.names(entry.value.text) {
            do throws(APIClientError) {
                _ = try APIAddress(entry.value.text, allowsClearText: true)
            } catch {
                fault(error.message, at: entry.mark)
            }
        }
    }

    private mutating func checkStandardProfile() {
        guard let entry = entries[.profile], !Interpolation.names(entry.value.text) else { return }
        let name = entry.value.text
        guard profile(name) == nil else { return }
        fault(noProfile(name), at: entry.mark)
    }

    /// Why there is no profile of a name.
    func noProfile(_ name: String) -> String {
        let names = profiles.map(\.name)
        let hint =
            NearestName.of(name, in: names).map { "; did you mean \($0)?" }
            ?? (names.isEmpty ? "; the file has none" : "; there are \(names.joined(separator: ", "))")
        return "there is no profile \(name)\(hint)"
    }

    /// A secret in a file that others can read is none.
    private mutating func checkSecrets() {
        for profile in profiles {
            for (setting, entry) in profile.entries where !Interpolation.names(entry.value.text) {
                let hasPassword = setting == .url && (try? RedisURL(parsing: entry.value.text).hasPassword) == true
                guard setting.kind == .secret || hasPassword else { continue }
                fault(
                    "\(setting.path) of the profile \(profile.name) is a secret, and others can read this file: "
                        + "chmod 600 \(path)", at: entry.mark)
            }
        }
    }

    // MARK: - Variables

    /// The text of a value, its variables put in.
    func expanded(_ entry: Entry, of kind: Setting.Kind) throws(SettingsError) -> String {
        do throws(Interpolation.Refusal) {
            let text = try Interpolation.expand(entry.value.text) { Environment[$0] }
            guard kind == .file, text.hasPrefix("~/"), let home = Environment["HOME"] else { return text }
            return home + text.dropFirst()
        } catch {
            let column = entry.mark.column + error.offset + (entry.isQuoted ? 1 : 0)
            throw self.error(error.sentence, at: YAMLMark(line: entry.mark.line, column: column))
        }
    }
}
