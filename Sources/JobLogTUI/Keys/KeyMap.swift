import JobLogCore
import TerminalUI

/// What keys ask for: the key table, with what a user would rather have.
public struct KeyMap: Sendable, Hashable {
    /// The bindings, in the order of help and footer.
    public private(set) var bindings: [KeyBinding] {
        didSet { actions = Self.actions(of: bindings) }
    }
    /// What each key asks for in each place.
    private var actions: [KeyContext: [Key: Action]]

    /// The key table as it is.
    public init() {
        bindings = KeyTable.bindings
        actions = Self.actions(of: bindings)
    }

    private static func actions(of bindings: [KeyBinding]) -> [KeyContext: [Key: Action]] {
        var actions: [KeyContext: [Key: Action]] = [:]
        for binding in bindings {
            for context in binding.contexts {
                for key in binding.keys where actions[context]?[key] == nil {
                    actions[context, default: [:]][key] = binding.action
                }
            }
        }
        return actions
    }

    /// What a key asks for; nil for a key without a meaning there.
    func action(for key: Key, in context: KeyContext) -> Action? {
        actions[context]?[key]
    }

    /// The name of the first key that asks for something; nil where none does.
    func name(of action: Action, in context: KeyContext) -> String? {
        bindings.first { $0.action == action && $0.contexts.contains(context) && !$0.keys.isEmpty }?.keys[0].name
    }

    /// How a sentence calls something to press: by its key, or by its command where no key asks for it.
    func word(for action: Action, in context: KeyContext) -> String {
        name(of: action, in: context) ?? ":\(Command.name(of: action))"
    }

    /// What keys can ask for in a place, in the order of help.
    func actions(in context: KeyContext) -> [KeyBinding] {
        bindings.filter { $0.contexts.contains(context) && !$0.keys.isEmpty }
    }

    /// The footer of a place: keys for what can be asked for there now.
    func hints(in context: KeyContext, where isOffered: (Action) -> Bool = { _ in true }) -> [KeyHints.Hint] {
        actions(in: context).filter { isOffered($0.action) }.compactMap { binding in
            // The way out and the way to all other keys must fit in any width.
            let isVital = [.help, .back, .yes, .no, .press, .confirm, .cancel].contains(binding.action)
            return binding.label.map { KeyHints.Hint(binding.keys[0].name, $0, isVital: isVital) }
        }
    }

    /// Gives an action other keys in a place. What they asked for there before, they ask for no more.
    mutating func bind(_ action: Action, to keys: [Key], in context: KeyContext) {
        var isBound = false
        bindings = bindings.flatMap { binding -> [KeyBinding] in
            guard binding.contexts.contains(context) else { return [binding] }
            let isMeant = binding.action == action
            let left = isMeant ? (isBound ? [] : keys) : binding.keys.filter { !keys.contains($0) }
            if isMeant { isBound = true }
            guard left != binding.keys else { return [binding] }
            let elsewhere = binding.contexts.subtracting([context])
            let here = binding.with(keys: left, contexts: [context])
            return elsewhere.isEmpty ? [here] : [here, binding.with(contexts: elsewhere)]
        }
    }
}
