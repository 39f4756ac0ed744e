import ArgumentParser
import JobLogTUI

/// Whether the screen remembers.
struct StateOptions: ParsableArguments {
    @Flag(help: "Neither read nor write what the screen remembers between runs.")
    var noState = false

    /// What an earlier run has left.
    func restored() -> SavedState { noState ? SavedState() : SavedState(StateFile.own) }
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
        switch file?.read() {
        case .remembered(let remembered): (self.remembered, problem) = (remembered, nil)
        case .refused(let sentence): (remembered, problem) = (Remembered(), sentence)
        case .nothing, nil: (remembered, problem) = (Remembered(), nil)
        }
    }
}
