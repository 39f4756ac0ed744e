import JobLogCore
import JobLogTUI
import YAMLReader

extension Setting {
    static let watched = Setting(
        "screen.watched", .list(AlertWay.allCases.map(\.rawValue)), for: screens, standard: "toast, bell, desktop",
        "How it is told that a job which is watched (key `B`) has ended or stalled.")

    static let alertOn = Setting(
        "on", .list(JobCondition.alerting.map(\.description)), for: screens, standard: "needed",
        "The conditions into which a job comes.")
    static let alertDo = Setting(
        "do", .list(AlertWay.allCases.map(\.rawValue)), for: screens, standard: "toast", "How that is told.")
    static let alertUser = Setting(
        "user", .text, for: screens, standard: "any", "Only of jobs whose owner matches, with `*`, `?` and `[a-z]`.")
    static let alertType = Setting(
        "type", .text, for: screens, standard: "any", "Only of jobs whose type matches.")
    static let alertJob = Setting("job", .text, for: screens, standard: "any", "Only of jobs whose id matches.")
}

extension SettingList {
    /// The rules by which jobs are told that turn while nobody looks at them.
    static let alerts = SettingList(
        path: "alerts", members: [.alertOn, .alertDo, .alertUser, .alertType, .alertJob], needed: ["on"],
        standard: "on failed, stalled: toast",
        meaning: "What is told of jobs that turn while you look elsewhere; an empty list for nothing.",
        examples: [
            "{on: [failed, stalled], do: [toast, bell]}", "{on: completed, user: ann, type: report-*, do: desktop}",
        ])
}

extension JobCondition {
    /// Those that can be told of.
    fileprivate static let alerting = allCases.filter { $0 != .unknown }
}

extension Settings {
    /// What the screen tells of jobs that turn.
    var alerts: AlertSettings {
        var alerts = AlertSettings()
        if let file, let rules = file.lists[SettingList.alerts.path] {
            alerts.rules = rules.map { Self.rule(of: $0, in: file) }
        }
        if let words = words(.watched) { alerts.watched = Set(words.compactMap(AlertWay.init(rawValue:))) }
        return alerts
    }

    private static func rule(of item: ConfigurationFile.Item, in file: ConfigurationFile) -> AlertRule {
        func words(_ setting: Setting) -> [String]? {
            if case .list(let words)? = item.entries[setting]?.value { words } else { nil }
        }
        // What cannot be put in was said when the file was read.
        func text(_ setting: Setting) -> String? {
            item.entries[setting].map { (try? file.expanded($0, of: .text)) ?? "" }
        }
        return AlertRule(
            on: Set((words(.alertOn) ?? []).compactMap { JobCondition(word: $0) }),
            do: Set((words(.alertDo) ?? [AlertWay.toast.rawValue]).compactMap(AlertWay.init(rawValue:))),
            owner: text(.alertUser), type: text(.alertType), job: text(.alertJob))
    }
}
