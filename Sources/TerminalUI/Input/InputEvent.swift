/// What a terminal tells a program.
public enum InputEvent: Hashable, Sendable {
    /// A key was pressed.
    case key(Key)
    /// The mouse did something.
    case mouse(MouseEvent)
    /// Text was pasted, as the terminal sent it: with line ends, and with controls, which are no keys.
    case paste(String)
    /// The terminal has a new size.
    case resize(Size)
    /// Someone asks the program to stop for a while (`SIGTSTP`).
    case stop
    /// A signal asks the program to end.
    case terminate(signal: Int32)
    /// The terminal is gone.
    case hangup
}
