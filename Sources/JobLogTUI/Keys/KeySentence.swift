/// A sentence in which actions stand for their keys: `[mark] marks a line`.
///
/// Only ever made of what stands in the source: what comes from elsewhere may have brackets of its own.
struct KeySentence: ExpressibleByStringLiteral {
    private let text: StaticString

    init(stringLiteral value: StaticString) { text = value }

    /// The sentence with the keys that the actions have in a place; one without a key is told by its command.
    func text(_ keys: KeyMap, in place: KeyContext) -> String {
        var told = ""
        var rest = "\(text)"[...]
        while let start = rest.firstIndex(of: "["), let end = rest[start...].firstIndex(of: "]") {
            told += rest[..<start]
            let name = rest[rest.index(after: start)..<end]
            if let action = Action(rawValue: String(name)) {
                told += keys.word(for: action, in: place)
            } else {
                told += rest[start...end]
            }
            rest = rest[rest.index(after: end)...]
        }
        return told + rest
    }
}
