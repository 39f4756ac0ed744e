import Dispatch
import JobLogTUI
import Synchronization
import TerminalUI

/// Writes what the screen remembers, on a thread of its own. Where that fails the user hears of it once.
final class StateKeeper: Sendable {
    private let queue = DispatchQueue(label: "joblog.state")
    private let file: StateFile?
    /// The theme that is remembered; nil where there is none, or no longer.
    let theme: Theme?
    private let mailbox: Mailbox<AppMessage>
    private let hasSaid = Atomic(false)

    init(_ saved: SavedState, mailbox: Mailbox<AppMessage>) {
        file = saved.file
        var problem = saved.problem
        do throws(SettingsError) {
            theme = try saved.remembered.theme.map(ThemeFolder.theme)
        } catch {
            theme = nil
            problem = error.description
        }
        self.mailbox = mailbox
        if let problem { mailbox.post(.trouble(problem)) }
    }

    /// Writes in a moment.
    func keep(_ remembered: Remembered) {
        queue.async { @Sendable [self] in write(remembered) }
    }

    /// Writes what was not written yet, and waits for what is under way.
    func finish(_ unsaved: Remembered?) {
        queue.sync { if let unsaved { write(unsaved) } }
    }

    private func write(_ remembered: Remembered) {
        do throws(Failure) {
            try file?.write(remembered)
        } catch {
            guard !hasSaid.exchange(true, ordering: .relaxed) else { return }
            mailbox.post(.trouble("What the screen remembers was not saved: \(error.message)"))
        }
    }
}
