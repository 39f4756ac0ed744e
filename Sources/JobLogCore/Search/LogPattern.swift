/// A regular expression, or plain text, that is looked for in the lines of logs.
public struct LogPattern: Sendable {
    /// Why a pattern cannot be used; says what is wrong and where.
    public struct Invalid: Error, Sendable, Hashable, CustomStringConvertible {
        /// A sentence for people.
        public let description: String
    }

    /// The pattern as it was given.
    public let text: String
    private let matches: @Sendable (String) -> Bool

    /// Compiles a regular expression in the syntax of Swift's `Regex`.
    public init(regex text: String) throws(Invalid) {
        self.text = text
        guard text.contains(where: { #"\^$.|?*+()[]{}"#.contains($0) }) else {
            matches = { $0.utf8Contains(text) }
            return
        }
        let compiled: Regex<AnyRegexOutput>
        do {
            compiled = try Regex(text)
        } catch {
            throw Invalid(description: "The pattern '\(text)' is no regular expression: \(error).")
        }
        // A compiled Regex is not Sendable, and is only read here.
        nonisolated(unsafe) let regex = compiled
        matches = { (try? regex.firstMatch(in: $0)) != nil }
    }

    /// Whether the pattern occurs in a text.
    public func occurs(in text: String) -> Bool { matches(text) }
}

extension String {
    /// Whether `needle` occurs, byte for byte.
    fileprivate func utf8Contains(_ needle: String) -> Bool {
        let (hay, needle) = (Array(utf8), Array(needle.utf8))
        guard let first = needle.first else { return true }
        guard hay.count >= needle.count else { return false }
        return (0...(hay.count - needle.count)).contains { start in
            hay[start] == first && hay[start..<start + needle.count].elementsEqual(needle)
        }
    }
}
