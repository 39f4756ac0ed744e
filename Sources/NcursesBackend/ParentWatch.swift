import CTerminal

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// Notices that who started the program has died and somebody else has the terminal.
///
/// No signal tells of that: a shell further up takes the terminal for itself, and what we draw would go over what is its own.
/// Where the terminal is still ours nothing is wrong; some terminals start programs by a process that ends at once.
struct ParentWatch {
    /// How long the shell may take to notice what we have noticed, and how often it is looked whether it has.
    private static let patience = Duration.seconds(10)
    private static let interval = Duration.milliseconds(100)

    /// Readable when the parent has ended; nil where nothing tells that, or it is known.
    private(set) var descriptor: Int32?
    private var lookingUntil: ContinuousClock.Instant?
    /// When to look again.
    private(set) var due: ContinuousClock.Instant?

    /// A watch on the parent of who took the terminal.
    init() {
        let parent = ct_parent_fd()
        if parent >= 0 { descriptor = parent }
    }

    /// Whether the terminal is somebody else's for good.
    mutating func terminalIsLost() -> Bool {
        guard ct_is_orphan() != 0 else { return false }
        if ct_foreground(STDOUT_FILENO) == 0 { return true }
        end()
        let limit = lookingUntil ?? .now + Self.patience
        lookingUntil = limit
        due = .now < limit ? .now + Self.interval : nil
        return false
    }

    /// Lets go of the parent.
    mutating func end() {
        if let descriptor { close(descriptor) }
        descriptor = nil
    }
}
