import Dispatch
import JobLogTUI
import Synchronization
import TerminalUI

/// Writes what the screen remembers, on a thread of its own. Where that fails the user hears of it once.
final class StateKeeper: Sendable {
    private let queue = DispatchQueue(label: "joblog.state")
    private let file: StateFile?
    private let mailbox: Mailbox<AppMessage>
    private let hasSaid = Atomic(false)

    init(_ saved: SavedState, mailbox: Mailbox<AppMessage>) {
        file = saved.file
        self.mailbox = mailbox
        if let problem = saved.problem { mailbox.post(.forgot(problem)) }
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
            mailbox.post(.forgot("What the screen remembers was not saved: \(error.message)"))
        }
    }
}
