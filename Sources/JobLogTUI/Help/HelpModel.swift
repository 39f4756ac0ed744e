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
        case .edited: narrow()
        case .cancelled: dropFilter()
        default: break
        }
    }

    /// Takes pasted text into the filter.
    mutating func paste(_ text: String) {
        if input?.paste(text) == .edited { narrow() }
    }

    private mutating func narrow() {
        filter = input?.text ?? ""
        top = 0
    }

    mutating func keepFilter() { input = nil }

    mutating func dropFilter() {
        input = nil
        filter = ""
        top = 0
    }
}
