/// Variables in the values of the configuration file: `${NAME}`, `${NAME:-otherwise}`, and `$$` for a dollar.
enum Interpolation {
    /// Why a text cannot be made.
    struct Refusal: Error, Hashable {
        /// The variable that is not set; nil where the text itself is wrong.
        let variable: String?
        /// The character of the text at which it stands, from 0.
        let offset: Int

        /// A sentence.
        var sentence: String {
            variable.map { "the variable \($0) is not set; ${\($0):-something} says what holds then" }
                ?? "a variable is written ${NAME}, and a dollar $$"
        }
    }

    /// Whether a text names variables: then it holds no secret itself.
    static func names(_ text: String) -> Bool { text.contains("${") }

    /// The text with the values of its variables, an empty variable counting as one that is not set.
    static func expand(_ text: String, _ variables: (String) -> String?) throws(Refusal) -> String {
        var expanded = ""
        let characters = Array(text)
        var at = 0
        while at < characters.count {
            guard characters[at] == "$" else {
                expanded.append(characters[at])
                at += 1
                continue
            }
            let start = at
            if at + 1 < characters.count, characters[at + 1] == "$" {
                expanded.append("$")
                at += 2
                continue
            }
            guard at + 1 < characters.count, characters[at + 1] == "{",
                let end = characters[at...].firstIndex(of: "}")
            else { throw Refusal(variable: nil, offset: start) }
            let inner = String(characters[(at + 2)..<end])
            let name = String(inner.prefix { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") })
            let rest = inner.dropFirst(name.count)
            guard !name.isEmpty, rest.isEmpty || rest.hasPrefix(":-") else {
                throw Refusal(variable: nil, offset: start)
            }
            if let value = variables(name) {
                expanded += value
            } else if !rest.isEmpty {
                expanded += rest.dropFirst(2)
            } else {
                throw Refusal(variable: name, offset: start)
            }
            at = end + 1
        }
        return expanded
    }
}
