/// Text in the language of manual pages, mdoc(7).
struct Mdoc {
    private(set) var source = ""

    /// A line that begins with a macro. Arguments are taken as text, not as macros.
    mutating func macro(_ name: String, _ arguments: String...) {
        source += ".\(name)\(arguments.map { " \(Self.argument($0))" }.joined())\n"
    }

    /// A macro whose arguments are macros and escaped arguments.
    mutating func macro(_ name: String, source arguments: String) {
        source += ".\(name) \(arguments)\n"
    }

    /// Running text: a sentence a line, as mdoc has it, and a new paragraph after an empty line.
    mutating func text(_ text: String) {
        for (index, paragraph) in text.paragraphs.enumerated() {
            if index > 0 { macro("Pp") }
            for sentence in paragraph.sentences { source += Self.line(sentence) + "\n" }
        }
    }

    /// Source that stands as it is.
    mutating func add(_ source: String) {
        self.source += source.hasSuffix("\n") || source.isEmpty ? source : source + "\n"
    }

    /// One argument of a macro.
    static func argument(_ text: String) -> String {
        let escaped = escaped(text).replacing("\"", with: "\\(dq")
        // What is as short as the names of macros would be called as one; so would marks that stand alone be moved.
        let guarded = text.count <= 3 && !text.hasPrefix("-") ? "\\&\(escaped)" : escaped
        return text.contains(" ") || text.isEmpty ? "\"\(guarded)\"" : guarded
    }

    /// One line of text.
    static func line(_ text: String) -> String {
        // An address that was hyphenated at the end of a line could not be copied.
        let escaped = escaped(text).split(separator: " ", omittingEmptySubsequences: false)
            .map { $0.contains("://") ? "\\%\($0)" : String($0) }.joined(separator: " ")
        // Else it would be taken for a macro.
        return escaped.hasPrefix(".") || escaped.hasPrefix("'") ? "\\&\(escaped)" : escaped
    }

    /// The characters that stand for others in a page, or are drawn as others: what is copied from it is to be what was written.
    private static func escaped(_ text: String) -> String {
        text.reduce(into: "") { result, character in
            switch character {
            case "\\": result += "\\e"
            case "-": result += "\\-"
            case "'": result += "\\(aq"
            case "`": result += "\\(ga"
            case "^": result += "\\(ha"
            case "~": result += "\\(ti"
            default: result.append(character)
            }
        }
    }
}

extension String {
    /// What empty lines part, each as one line.
    fileprivate var paragraphs: [String] {
        split(separator: /\n\s*\n/).map { $0.split(whereSeparator: \.isWhitespace).joined(separator: " ") }
    }

    /// What ends with a full stop before a capital.
    fileprivate var sentences: [String] {
        replacing(/([.?!]\)?) (\p{Lu})/) { "\($0.1)\n\($0.2)" }.split(separator: "\n").map(String.init)
    }
}
