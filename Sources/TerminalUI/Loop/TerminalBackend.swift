/// A terminal: it shows cells, and tells what is pressed.
public protocol TerminalBackend: AnyObject {
    /// The terminal's size now.
    var size: Size { get }
    /// Whether it shows Unicode.
    var isUnicode: Bool { get }
    /// Descriptors that become readable when there are events.
    var inputDescriptors: [Int32] { get }
    /// When events are to be read all the same, because what came until now would mean something by itself; nil for never.
    var eventsDue: ContinuousClock.Instant? { get }
    /// Whether the terminal tells of the mouse rather than using it itself, for example to select text. Setting it does
    /// nothing on a terminal that has none.
    var reportsMouse: Bool { get set }
    /// The events that are there, without waiting.
    func readEvents() -> [InputEvent]
    /// Shows a frame; only what differs from the last one is sent.
    ///
    /// It keeps the frame and leaves another one in its place, with whatever is in it.
    func paint(_ buffer: inout CellBuffer, cursor: Point?)
    /// Shows named styles by a sheet, from the next frame on.
    func use(_ sheet: StyleSheet)
    /// Sends everything anew with the next frame.
    func redrawAll()
    /// Gives the terminal back, stops the process, and takes the terminal again when the process goes on.
    func stopProcess()
    /// Puts text, given in base 64, on the terminal's clipboard; false for a terminal that has none.
    func copy(base64: String) -> Bool
    /// Rings the terminal's bell.
    func ring()
    /// Has the terminal notify the desktop; false for one that cannot.
    func notify(_ notification: TerminalNotification) -> Bool
    /// Gives the terminal to what `body` runs, and takes it again when that returns.
    func lend(_ body: () -> Void)
    /// Gives the terminal back for good.
    func restore()
}
