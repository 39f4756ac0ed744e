/// Reads a regular expression: the usual syntax, less what would need trying again and again (back references and
/// look-around), so that matching takes time that grows with the text and not with its powers.
struct PatternParser {
    /// What is wrong, and at which character, counted from 1.
    struct Problem: Error, Equatable {
        let reason: String
        let position: Int
    }

    private static let deepest = 200
    private static let mostRepeats = 1_000

    private let scalars: [Unicode.Scalar]
    private var at = 0
    private var depth = 0
    private var ignoresCase: Bool

    /// The tree of an expression.
    static func parse(_ text: String, ignoresCase: Bool) throws(Problem) -> PatternNode {
        var parser = PatternParser(text, ignoresCase: ignoresCase)
        let node = try parser.choice()
        if parser.at < parser.scalars.count { throw parser.problem("nothing is open that ) would close") }
        return node
    }

    private init(_ text: String, ignoresCase: Bool) {
        scalars = Array(text.unicodeScalars)
        self.ignoresCase = ignoresCase
    }

    private func problem(_ reason: String, at place: Int? = nil) -> Problem {
        Problem(reason: reason, position: (place ?? at) + 1)
    }

    private var next: Unicode.Scalar? { at < scalars.count ? scalars[at] : nil }

    private func follows(_ text: String) -> Bool { scalars[at...].starts(with: text.unicodeScalars) }

    private mutating func take(_ text: String) -> Bool {
        guard follows(text) else { return false }
        at += text.unicodeScalars.count
        return true
    }

    // MARK: - Structure

    private mutating func choice() throws(Problem) -> PatternNode {
        depth += 1
        defer { depth -= 1 }
        guard depth <= Self.deepest else { throw problem("groups are nested more than \(Self.deepest) deep") }
        var branches = [try sequence()]
        while take("|") { branches.append(try sequence()) }
        return branches.count == 1 ? branches[0] : .choice(branches)
    }

    private mutating func sequence() throws(Problem) -> PatternNode {
        var parts: [PatternNode] = []
        while let scalar = next, scalar != "|", scalar != ")" { parts.append(try repeated()) }
        return parts.count == 1 ? parts[0] : parts.isEmpty ? .empty : .sequence(parts)
    }

    private mutating func repeated() throws(Problem) -> PatternNode {
        var node = try atom()
        while true {
            let start = at
            let bounds: (least: Int, most: Int?)
            if take("*") {
                bounds = (0, nil)
            } else if take("+") {
                bounds = (1, nil)
            } else if take("?") {
                bounds = (0, 1)
            } else if let counted = try counts() {
                bounds = counted
            } else {
                return node
            }
            // Whether as much or as little as possible is taken does not change where the expression occurs.
            if next == "+" { throw problem("possessive repeats are not supported") }
            _ = take("?")
            if let most = bounds.most, most < bounds.least {
                throw problem("the repeat's least count is above its most", at: start)
            }
            node = .repeated(node, least: bounds.least, most: bounds.most)
        }
    }

    /// `{2}`, `{2,}`, `{,5}` or `{2,5}`; a brace that begins no such thing is a character.
    private mutating func counts() throws(Problem) -> (least: Int, most: Int?)? {
        let start = at
        guard take("{") else { return nil }
        let least = number()
        let isRange = take(",")
        let most = isRange ? number() : least
        guard take("}"), least != nil || most != nil else {
            at = start
            return nil
        }
        guard max(least ?? 0, most ?? 0) <= Self.mostRepeats else {
            throw problem("a repeat is for at most \(Self.mostRepeats) times", at: start)
        }
        return (least ?? 0, most)
    }

    private mutating func number() -> Int? {
        var value: Int?
        while let scalar = next, case 0x30...0x39 = scalar.value {
            value = min(1_000_000, (value ?? 0) * 10 + Int(scalar.value - 0x30))
            at += 1
        }
        return value
    }

    private mutating func atom() throws(Problem) -> PatternNode {
        guard let scalar = next else { return .empty }
        switch scalar {
        case "(": return try group()
        case "[": return .set(folded(try bracketed()))
        case "*", "+", "?": throw problem("\(scalar) has nothing to repeat")
        case "\\": return try escape()
        default:
            if scalar == "{" {
                let start = at
                if try counts() != nil { throw problem("{ has nothing to repeat", at: start) }
            }
            at += 1
            return switch scalar {
            case ".": .set(.anyButLineEnd)
            case "^": .assertion(.lineStart)
            case "$": .assertion(.lineEnd)
            default: .set(folded(ScalarSet(scalar)))
            }
        }
    }

    private func folded(_ set: ScalarSet) -> ScalarSet { ignoresCase ? set.folded : set }

    private mutating func group() throws(Problem) -> PatternNode {
        let start = at
        let outer = ignoresCase
        at += 1
        if take("?") {
            for (sign, name) in [
                ("<=", "look-behind"), ("<!", "look-behind"), ("=", "look-ahead"), ("!", "look-ahead"),
                (">", "an atomic group"),
            ]
            where follows(sign) { throw problem("\(name) is not supported", at: start) }
            if take("P<") || take("<") {
                while let scalar = next, scalar != ">" { at += scalar == ")" ? scalars.count : 1 }
                guard take(">") else { throw problem("the group's name is not closed by >", at: start) }
            } else if try !flags(start) {
                // `(?i)` is for all that follows in the group it stands in.
                return .empty
            }
        }
        let node = try choice()
        guard take(")") else { throw problem("( is not closed", at: start) }
        ignoresCase = outer
        return node
    }

    /// Flags up to `:` (true: a group follows) or `)`.
    private mutating func flags(_ start: Int) throws(Problem) -> Bool {
        var isOn = true
        while let scalar = next {
            at += 1
            switch scalar {
            case ":": return true
            case ")": return false
            case "-": isOn = false
            case "i": ignoresCase = isOn
            default: throw problem("the flag \(scalar) is not supported, only i is", at: at - 1)
            }
        }
        throw problem("( is not closed", at: start)
    }

    // MARK: - Characters

    private mutating func escape() throws(Problem) -> PatternNode {
        let start = at
        at += 1
        guard let scalar = next else { throw problem("a \\ at the end escapes nothing", at: start) }
        let assertion: PatternNode.Assertion? =
            switch scalar {
            case "b": .wordEdge
            case "B": .noWordEdge
            case "A": .textStart
            case "z", "Z": .textEnd
            default: nil
            }
        if let assertion {
            at += 1
            return .assertion(assertion)
        }
        if case 0x31...0x39 = scalar.value { throw problem("back references are not supported", at: start) }
        at = start
        return .set(folded(try escapedSet()))
    }

    /// The characters that an escape means.
    private mutating func escapedSet() throws(Problem) -> ScalarSet {
        let start = at
        at += 1
        guard let scalar = next else { throw problem("a \\ at the end escapes nothing", at: start) }
        at += 1
        switch scalar {
        case "d": return .digits
        case "D": return ScalarSet.digits.inverted
        case "w": return .word
        case "W": return ScalarSet.word.inverted
        case "s": return .space
        case "S": return ScalarSet.space.inverted
        case "n": return ScalarSet("\n")
        case "t": return ScalarSet("\t")
        case "r": return ScalarSet("\r")
        case "e": return ScalarSet("\u{1B}")
        case "0": return ScalarSet("\0")
        case "x", "u": return ScalarSet(try coded(digits: scalar == "x" ? 2 : 4, start))
        default: break
        }
        if case 0x30...0x39 = scalar.value { throw problem("\\\(scalar) means nothing here", at: start) }
        guard !scalar.properties.isAlphabetic else { throw problem("\\\(scalar) is not supported", at: start) }
        return ScalarSet(scalar)
    }

    /// The character of `\x41`, `\u00e9` or `\x{1F600}`.
    private mutating func coded(digits: Int, _ start: Int) throws(Problem) -> Unicode.Scalar {
        let isBraced = take("{")
        var text = ""
        while let scalar = next, isBraced ? scalar != "}" : text.utf8.count < digits, text.utf8.count < 8 {
            text.unicodeScalars.append(scalar)
            at += 1
        }
        let isComplete = isBraced ? take("}") : text.utf8.count == digits
        guard isComplete, let value = UInt32(text, radix: 16), let scalar = Unicode.Scalar(value) else {
            throw problem("this is the number of no character", at: start)
        }
        return scalar
    }

    private mutating func bracketed() throws(Problem) -> ScalarSet {
        let start = at
        at += 1
        let isInverted = take("^")
        var ranges: [ClosedRange<UInt32>] = []
        var isFirst = true
        while let scalar = next, isFirst || scalar != "]" {
            isFirst = false
            if follows("[:") { throw problem("classes such as [:alpha:] are not supported") }
            let place = at
            let low = try member()
            guard next == "-", at + 1 < scalars.count, scalars[at + 1] != "]" else {
                ranges += low.ranges
                continue
            }
            at += 1
            let high = try member()
            guard let from = low.single, let to = high.single else {
                throw problem("a range has a character at each end", at: place)
            }
            guard from <= to else { throw problem("the range's end is before its start", at: place) }
            ranges.append(from...to)
        }
        guard take("]") else { throw problem("[ is not closed", at: start) }
        let set = folded(ScalarSet(ranges))
        return isInverted ? set.inverted : set
    }

    private mutating func member() throws(Problem) -> ScalarSet {
        guard let scalar = next else { return ScalarSet([]) }
        if scalar == "\\" {
            // In brackets it is a backspace, which no log holds.
            if at + 1 < scalars.count, scalars[at + 1] == "b" {
                at += 2
                return ScalarSet("\u{8}")
            }
            return try escapedSet()
        }
        at += 1
        return ScalarSet(scalar)
    }
}

extension ScalarSet {
    /// The only character in it.
    fileprivate var single: UInt32? {
        guard ranges.count == 1, let range = ranges.first, range.count == 1 else { return nil }
        return range.lowerBound
    }
}
