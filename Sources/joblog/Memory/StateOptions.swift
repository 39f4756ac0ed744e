import ArgumentParser
import JobLogCore
import JobLogTUI

/// Whether the screen remembers.
struct StateOptions: ParsableArguments {
    @Flag(help: "Neither read nor write what the screen remembers between runs.")
    var noState = false

    @Flag(help: .hidden)
    var withState = false

    func validate() throws {
        if noState, withState { throw ValidationError("Give --no-state or --with-state, not both.") }
    }

    /// What an earlier run has left.
    func restored() -> SavedState {
        let remembers = Settings.current.flag(.remember, noState ? false : withState ? true : nil, otherwise: true)
        return SavedState(remembers ? StateFile.own : nil)
    }
}

/// What an earlier run of the screen has left, and where this one's goes.
struct SavedState {
    /// Where it is kept; nil for nowhere.
    let file: StateFile?
    let remembered: Remembered
    /// Why what was left is not used; a sentence.
    let problem: String?

    /// What is in a file; nothing without one.
    init(_ file: StateFile? = nil) {
        self.file = file
        let usual = file?.usual ?? Settings.current.usualLooks
        switch file?.read() {
        case .remembered(let remembered): (self.remembered, problem) = (remembered, nil)
        case .refused(let sentence): (remembered, problem) = (usual, sentence)
        case .newer: (remembered, problem) = (usual, file?.newer)
        case .nothing, nil: (remembered, problem) = (usual, nil)
        }
    }
}

extension Settings {
    /// How the screen looks until the user chooses otherwise, as the configuration file has it.
    var usualLooks: Remembered {
        var object = JSONObject()
        for setting in SettingTable.joblog.settings {
            guard let member = setting.member, let found = written(setting) else { continue }
            object.append(member, found.value.json)
        }
        return (try? Remembered(parsing: JSONValue.object(object).encode()[...])) ?? Remembered()
    }
}
