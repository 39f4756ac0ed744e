import JobLogCore
import TerminalUI

/// JSON as indented lines: names, texts, numbers and words each in a colour of their own.
enum JSONTree {
    /// A line a member or element; sanitised.
    static func lines(_ value: JSONValue) -> [PaintedText] {
        var lines: [PaintedText] = []
        add(value, key: nil, depth: 0, to: &lines)
        return lines
    }

    private static func add(_ value: JSONValue, key: String?, depth: Int, to lines: inout [PaintedText]) {
        // Deeper than any screen is wide, JSON stays on one line.
        let indent = String(repeating: "  ", count: depth)
        var line = PaintedText(indent)
        if let key {
            line.add(TerminalText.line(key), Theme.jsonName)
            line.add(": ")
        }
        if depth < 20, let object = value.object, !object.members.isEmpty {
            line.add("{")
            lines.append(line)
            for member in object.members { add(member.value, key: member.key, depth: depth + 1, to: &lines) }
            lines.append(PaintedText(indent + "}"))
        } else if depth < 20, let array = value.array, !array.isEmpty {
            line.add("[")
            lines.append(line)
            for element in array { add(element, key: nil, depth: depth + 1, to: &lines) }
            lines.append(PaintedText(indent + "]"))
        } else {
            line.add(TerminalText.line(value.text()), Theme.json(value))
            lines.append(line)
        }
    }
}
