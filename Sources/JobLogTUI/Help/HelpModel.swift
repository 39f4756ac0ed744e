import TerminalUI

/// The help on screen: its place, and which keys it shows.
struct HelpModel: Sendable {
    /// The first line that is shown.
    var top = 0
    /// Words that a key's name, label or sentence must contain.
    private(set) var filter = ""
    /// The filter, while it is typed.
    private(set) var input: TextInput?

    mutating func beginFilter() { input = TextInput(filter) }

    /// Takes a key that is typed into the filter.
    mutating func type(_ key: Key) {
        guard input != nil else { return }
        switch input?.take(key) {
        case .edited:
            filter = input?.text ?? ""
            top = 0
        case .cancelled: dropFilter()
        default: break
        }
    }

    mutating func keepFilter() { input = nil }

    mutating func dropFilter() {
        input = nil
        filter = ""
        top = 0
    }
}
