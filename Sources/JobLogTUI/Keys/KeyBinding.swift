import TerminalUI

/// One line of the key table.
public struct KeyBinding: Sendable, Hashable {
    /// The keys, the first one being the one that is shown in footers.
    public let keys: [Key]
    /// What they ask for.
    public let action: Action
    /// Where they do.
    public let contexts: Set<KeyContext>
    /// A word for the footer; nil keeps it out of there.
    public let label: String?
    /// A sentence for help and documentation.
    public let help: String

    init(_ keys: [Key], _ action: Action, _ contexts: Set<KeyContext>, _ label: String? = nil, _ help: String) {
        self.keys = keys
        self.action = action
        self.contexts = contexts
        self.label = label
        self.help = help
    }

    /// The same with other keys, or in other places.
    func with(keys: [Key]? = nil, contexts: Set<KeyContext>? = nil) -> KeyBinding {
        KeyBinding(keys ?? self.keys, action, contexts ?? self.contexts, label, help)
    }

    /// The names of the keys, as help and documentation write them.
    public var names: String { keys.map(\.name).joined(separator: " ") }
}
