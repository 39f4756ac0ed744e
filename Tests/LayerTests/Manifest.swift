/// The targets that Package.swift declares, read from its text: asking SwiftPM from inside `swift test` would wait
/// for the lock that `swift test` holds.
struct Manifest: Equatable {
    /// One target and the names that it depends on.
    struct Target: Equatable {
        var name: String
        var dependencies: [ImportLine]
        /// Counted from 1.
        var line: Int
    }

    var targets: [Target]

    /// - Parameter source: the text of a Package.swift in which dependencies are string literals, `.product(name:)`
    ///   or constants declared as `let x: Target.Dependency = .product(name: …)`.
    init(source: String) {
        let constants = Self.constants(in: source)
        let declaration =
            #/
            \.(?: target | executableTarget | testTarget | systemLibrary | plugin | macro)
            \( \s* name: \s* "(?<name> [^"]+ )"
            /#
        targets = source.matches(of: declaration).map { match in
            let body = Self.balanced(source[match.range.lowerBound...], open: "(", close: ")")
            return Target(
                name: String(match.name),
                dependencies: Self.dependencies(in: body, of: source, constants: constants),
                line: Self.line(of: match.range.lowerBound, in: source))
        }
    }

    private static func constants(in source: String) -> [String: String] {
        let constant = #/let\s+(?<name>\w+)\s*:\s*Target\.Dependency\s*=\s*\.\w+\(\s*name:\s*"(?<product>[^"]+)"/#
        return source.matches(of: constant).reduce(into: [:]) { $0[String($1.name)] = String($1.product) }
    }

    private static func dependencies(
        in body: Substring, of source: String, constants: [String: String]
    ) -> [ImportLine] {
        guard let label = body.firstMatch(of: #/dependencies:\s*\[/#) else { return [] }
        let list = balanced(body[label.range.lowerBound...], open: "[", close: "]")
        let item =
            #/
            \.(?: product | target | byName) \( \s* name: \s* "(?<named> [^"]+ )" [^)]* \)
            | "(?<plain> [^"]+ )"
            | (?<constant> \w+ ) (?= \s* [,\]] )
            /#
        return list.dropFirst("dependencies:".count).matches(of: item).map { match in
            let name =
                (match.named ?? match.plain).map(String.init)
                ?? match.constant.map { constants[String($0)] ?? String($0) } ?? ""
            return ImportLine(module: name, line: line(of: match.range.lowerBound, in: source))
        }
    }

    /// The text from its start to the bracket that closes the first one in it.
    private static func balanced(_ text: Substring, open: Character, close: Character) -> Substring {
        var depth = 0
        for index in text.indices {
            if text[index] == open {
                depth += 1
            } else if text[index] == close {
                depth -= 1
                if depth == 0 {
                    return text[...index]
                }
            }
        }
        return text
    }

    private static func line(of index: String.Index, in source: String) -> Int {
        source[..<index].count(where: \.isNewline) + 1
    }
}
