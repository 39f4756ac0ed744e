/// A program on the screen: a model, what changes it, and what it looks like.
///
/// `update` and `view` are pure; what is to be done outside the model is returned as effects.
public protocol Program {
    /// All that the program knows.
    associatedtype Model
    /// What can happen.
    associatedtype Message: Sendable
    /// What can be asked for.
    associatedtype Effect

    /// The message that an event of the terminal is.
    func message(for event: InputEvent) -> Message
    /// The message that time has passed; `tickInterval` asks for it.
    var tick: Message { get }
    /// Takes a message in.
    func update(_ model: inout Model, _ message: Message) -> [Effect]
    /// Settles what follows from the model and its messages, once before each frame, however many messages came.
    func settle(_ model: inout Model) -> [Effect]
    /// Draws the whole frame; returns where the cursor is shown, nil for nowhere.
    func view(_ model: Model, into buffer: inout CellBuffer) -> Point?
    /// How long from now until something on screen changes by time alone; nil when nothing does.
    func tickInterval(_ model: Model) -> Duration?
}

/// What an effect asks of the loop itself.
public enum LoopAction: Sendable, Hashable {
    /// Nothing.
    case none
    /// Draw everything anew.
    case redrawAll
    /// Give the terminal back and stop the process until it is continued.
    case stopProcess
    /// Let the terminal tell of the mouse, or use it itself.
    case reportMouse(Bool)
    /// End.
    case end
}
