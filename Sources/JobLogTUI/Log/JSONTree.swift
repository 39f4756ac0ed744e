import JobLogCore

/// JSON as indented lines.
enum JSONTree {
    /// A line a member or element.
    static func lines(_ value: JSONValue) -> [String] {
        var lines: [String] = []
        add(value, key: "", depth: 0, to: &lines)
        return lines
    }

    private static func add(_ value: JSONValue, key: String, depth: Int, to lines: inout [String]) {
        // Deeper than any screen is wide, JSON stays on one line.
        let indent = String(repeating: "  ", count: depth)
        if depth < 20, let object = value.object, !object.members.isEmpty {
            lines.append(indent + key + "{")
            for member in object.members { add(member.value, key: member.key + ": ", depth: depth + 1, to: &lines) }
            lines.append(indent + "}")
        } else if depth < 20, let array = value.array, !array.isEmpty {
            lines.append(indent + key + "[")
            for element in array { add(element, key: "", depth: depth + 1, to: &lines) }
            lines.append(indent + "]")
        } else {
            lines.append(indent + key + value.text())
        }
    }
}
