import TerminalUI

/// How far the wheel was turned over a place.
struct WheelTurn: Sendable, Hashable {
    let point: Point
    /// Steps down; negative ones are up.
    var steps: Int
}
