/// What a terminal tells a program.
public enum InputEvent: Hashable, Sendable {
    /// A key was pressed.
    case key(Key)
    /// The terminal has a new size.
    case resize(Size)
    /// Someone asks the program to stop for a while (`SIGTSTP`).
    case stop
    /// A signal asks the program to end.
    case terminate(signal: Int32)
    /// The terminal is gone.
    case hangup
}
