import CNcurses
import CTerminal

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// What a terminal is told about its input: to tell of the mouse, and to mark what is pasted.
///
/// The sequences move no cursor, so ncurses need not know of them; they are sent between frames, when it holds nothing back.
struct InputModes {
    /// Presses and releases; motion with a button down; reports in decimals, without a limit to the columns.
    private static let mouse = ["1000", "1002", "1006"]
    private static let paste = "2004"

    /// Whether the terminal has a mouse.
    let hasMouse: Bool

    /// The modes of the current screen's terminal.
    ///
    /// Who has a mouse by its description is like xterm, and takes modes that it does not know without a trace. Linux's
    /// console has one only with a helper, and shows what newer modes it does not know on some versions.
    init() {
        let terminal = getenv("TERM").map { String(cString: $0) } ?? ""
        hasMouse = jn_capability("kmous") != nil && !terminal.hasPrefix("linux")
    }

    /// The bytes that set the modes.
    func begin(mouse: Bool) -> String {
        guard hasMouse else { return "" }
        return Self.sequence(Self.paste, true) + (mouse ? Self.mouseBytes(true) : "")
    }

    /// The bytes that end all of them, whichever are set.
    var end: String { hasMouse ? Self.mouseBytes(false) + Self.sequence(Self.paste, false) : "" }

    /// The bytes that set or end the mouse's modes.
    func mouse(_ isOn: Bool) -> String { hasMouse ? Self.mouseBytes(isOn) : "" }

    private static func mouseBytes(_ isOn: Bool) -> String {
        (isOn ? mouse : mouse.reversed()).map { sequence($0, isOn) }.joined()
    }

    private static func sequence(_ mode: String, _ isOn: Bool) -> String { "\u{1B}[?\(mode)\(isOn ? "h" : "l")" }
}
