import JobLogCore
import TerminalUI

extension KeyMap {
    /// `docs/keys.md`.
    public var markdown: String {
        var text = "# Keys\n\nGenerated from the key table; the help screen (`?`) shows the same.\n"
        for context in KeyContext.allCases {
            text += "\n## \(context.rawValue)\n\n| keys | what they do |\n|---|---|\n"
            for binding in actions(in: context) {
                text += "| \(binding.keys.map { "`\($0.name)`" }.joined(separator: " ")) | \(binding.help) |\n"
            }
        }
        return text
    }

    /// A table for people, without columns that are wider than `width`.
    public func table(width: Int) -> String {
        KeyContext.allCases.map { context in
            let rows = actions(in: context).flatMap { binding in
                let keys = TextWidth.pad(binding.names, to: 16)
                let action = TextWidth.pad(binding.action.rawValue, to: 18)
                return TextWrap.rows(of: binding.help, width: max(20, width - 38)).enumerated().map { index, row in
                    "  " + (index == 0 ? "\(keys)  \(action)" : String(repeating: " ", count: 36)) + row
                }
            }
            return ("\(context.rawValue) (\(context.name))\n" + rows.map { "\($0)\n" }.joined())
        }.joined(separator: "\n")
    }

    /// The text of a file with all keys as they are, to begin one's own with.
    public var json: String {
        let places = KeyContext.allCases.map { context in
            var actions: [(name: String, keys: [String])] = []
            for binding in bindings where binding.contexts.contains(context) && !binding.action.isOfTheLine {
                let names = binding.keys.filter { !Self.interrupts.contains($0) }.map(\.name)
                if let index = actions.firstIndex(where: { $0.name == binding.action.rawValue }) {
                    actions[index].keys += names
                } else {
                    actions.append((binding.action.rawValue, names))
                }
            }
            let lines = actions.map { action in
                let keys = action.keys.map { JSONValue.string($0).text() }.joined(separator: ", ")
                return "    \"\(action.name)\": [\(keys)]"
            }
            return "  \"\(context.name)\": {\n\(lines.joined(separator: ",\n"))\n  }"
        }
        return "{\n\(places.joined(separator: ",\n"))\n}\n"
    }
}
