import Synchronization

/// A regular expression, or plain text, that is looked for in the lines of logs.
///
/// Matching takes time that grows with the text, whatever the expression: there are no back references and no
/// look-around. `^` and `$` are the ends of each line of a message.
public struct LogPattern: Sendable {
    /// Why a pattern cannot be used; says what is wrong and where.
    public struct Invalid: Error, Sendable, Hashable, CustomStringConvertible {
        /// A sentence for people.
        public let description: String
        /// The character at which it goes wrong, counted from 1; nil where the pattern as a whole is the trouble.
        public let position: Int?
    }

    /// The pattern took longer over one entry than anybody wants to wait; the search was given up.
    public struct TooSlow: Error, Sendable, Hashable, CustomStringConvertible {
        /// A sentence for people.
        public let description: String
    }

    enum Kind: Sendable {
        case literal(ByteSearch)
        case program(PatternProgram)
    }

    /// The pattern as it was given.
    public let text: String
    /// Whether it is meant letter by letter.
    public let isLiteral: Bool
    let kind: Kind
    private let shared: SharedMatcher

    private init(text: String, kind: Kind, isLiteral: Bool = false) {
        self.text = text
        self.isLiteral = isLiteral
        self.kind = kind
        shared = SharedMatcher(LogMatcher(text: text, kind: kind))
    }

    /// Plain text.
    public init(literal text: String, ignoresCase: Bool = false) {
        // Beyond ASCII, both cases of a letter may differ in length: that is for the expressions' engine.
        if ignoresCase, !text.utf8.allSatisfy({ $0 < 0x80 }) {
            let parts = text.unicodeScalars.map { PatternNode.set(ScalarSet($0).folded) }
            if let program = try? PatternProgram(.sequence(parts)) {
                self.init(text: text, kind: .program(program), isLiteral: true)
                return
            }
        }
        self.init(
            text: text, kind: .literal(ByteSearch(Array(text.utf8), ignoresCase: ignoresCase)), isLiteral: true)
    }

    /// Compiles a regular expression; `(?i)` in it ignores case too.
    public init(regex text: String, ignoresCase: Bool = false) throws(Invalid) {
        guard text.contains(where: { #"\^$.|?*+()[]{}"#.contains($0) }) else {
            self.init(literal: text, ignoresCase: ignoresCase)
            return
        }
        // What was pasted by mistake is not told in full.
        let shown = TerminalText.line(text.count > 200 ? text.prefix(200) + "…" : text)
        do {
            let node = try PatternParser.parse(text, ignoresCase: ignoresCase)
            self.init(text: text, kind: .program(try PatternProgram(node)))
        } catch let problem as PatternParser.Problem {
            throw Invalid(
                description:
                    "The pattern '\(shown)' is no regular expression: at character \(problem.position), \(problem.reason).",
                position: problem.position)
        } catch {
            throw Invalid(
                description:
                    "The pattern '\(shown)' is too large: it takes more than \(PatternProgram.most) steps to write down. Repeat less, "
                    + "or name fewer characters.", position: nil)
        }
    }

    /// A pattern as it is typed into a search: small letters mean both cases, a capital one means just that.
    public static func smart(_ text: String, isLiteral: Bool) throws(Invalid) -> LogPattern {
        let ignoresCase = !text.unicodeScalars.contains { $0.properties.isUppercase }
        return isLiteral
            ? LogPattern(literal: text, ignoresCase: ignoresCase)
            : try LogPattern(regex: text, ignoresCase: ignoresCase)
    }

    /// Whether the pattern occurs in a text; not where that takes too long to find out.
    public func occurs(in text: String) -> Bool {
        shared.matcher.withLock { (try? $0.occurs(in: text)) ?? false }
    }

    /// A matcher of one's own, which learns as it goes.
    public func matcher() -> LogMatcher { LogMatcher(text: text, kind: kind) }
}

/// The matcher of those who ask the pattern itself.
private final class SharedMatcher: Sendable {
    let matcher: Mutex<LogMatcher>

    init(_ matcher: consuming sending LogMatcher) { self.matcher = Mutex(matcher) }
}
