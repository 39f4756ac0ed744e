/// A regular expression as instructions over the bytes of UTF-8 text.
struct PatternProgram: Sendable {
    /// One instruction.
    enum Instruction: Sendable {
        /// Goes on to `next` over a byte of the range.
        case byte(low: UInt8, high: UInt8, next: Int32)
        /// Goes on at both places.
        case split(Int32, Int32)
        /// Goes on where the place is such a one.
        case assertion(PatternNode.Assertion, next: Int32)
        /// The expression ends here.
        case match
    }

    /// The expression is too large to be worked with.
    struct TooLarge: Error {}

    /// The most instructions: what keeps a search in memory and time.
    static let most = 20_000

    private(set) var instructions: [Instruction] = [.match]
    private(set) var start: Int32 = 0

    init(_ node: PatternNode) throws(TooLarge) {
        start = try compile(node, next: 0)
    }

    private mutating func add(_ instruction: Instruction) throws(TooLarge) -> Int32 {
        guard instructions.count < Self.most else { throw TooLarge() }
        instructions.append(instruction)
        return Int32(instructions.count - 1)
    }

    /// Adds what a node needs in front of `next`; gives where it begins.
    private mutating func compile(_ node: PatternNode, next: Int32) throws(TooLarge) -> Int32 {
        switch node {
        case .empty: return next
        case .assertion(let assertion): return try add(.assertion(assertion, next: next))
        case .set(let set): return try compile(set, next: next)
        case .sequence(let parts):
            var start = next
            for part in parts.reversed() { start = try compile(part, next: start) }
            return start
        case .choice(let branches):
            var start: Int32?
            for branch in branches.reversed() {
                let place = try compile(branch, next: next)
                start = try start.map { other throws(TooLarge) in try add(.split(place, other)) } ?? place
            }
            return start ?? next
        case .repeated(let node, let least, let most): return try compile(node, least, most, next: next)
        }
    }

    private mutating func compile(
        _ node: PatternNode, _ least: Int, _ most: Int?, next: Int32
    ) throws(TooLarge) -> Int32 {
        var start = next
        if let most {
            for _ in least..<max(least, most) { start = try add(.split(try compile(node, next: start), next)) }
        } else {
            start = try add(.match)
            instructions[Int(start)] = .split(try compile(node, next: start), next)
        }
        for _ in 0..<least { start = try compile(node, next: start) }
        return start
    }

    private mutating func compile(_ set: ScalarSet, next: Int32) throws(TooLarge) -> Int32 {
        var start: Int32?
        for sequence in set.ranges.flatMap({ UTF8Ranges.sequences($0.lowerBound, $0.upperBound) }) {
            var place = next
            for (low, high) in sequence.reversed() { place = try add(.byte(low: low, high: high, next: place)) }
            start = try start.map { other throws(TooLarge) in try add(.split(place, other)) } ?? place
        }
        // An empty class is found nowhere.
        return try start ?? add(.byte(low: 1, high: 0, next: next))
    }
}

/// Ranges of characters as ranges of the bytes that UTF-8 writes them with.
enum UTF8Ranges {
    static func sequences(_ low: UInt32, _ high: UInt32) -> [[(UInt8, UInt8)]] {
        guard low <= high else { return [] }
        // Surrogates are no characters.
        if low < 0xD800, high >= 0xD800 { return sequences(low, 0xD7FF) + sequences(0xD800, high) }
        if 0xD800...0xDFFF ~= low { return sequences(0xE000, high) }
        for end: UInt32 in [0x7F, 0x7FF, 0xFFFF] where low <= end && end < high {
            return sequences(low, end) + sequences(end + 1, high)
        }
        if high <= 0x7F { return [[(UInt8(low), UInt8(high))]] }
        for place in 1..<UInt32(4) {
            let mask: UInt32 = (1 << (6 * place)) - 1
            guard low & ~mask != high & ~mask else { continue }
            if low & mask != 0 { return sequences(low, low | mask) + sequences((low | mask) + 1, high) }
            if high & mask != mask { return sequences(low, (high & ~mask) - 1) + sequences(high & ~mask, high) }
        }
        return [Array(zip(bytes(low), bytes(high)))]
    }

    private static func bytes(_ value: UInt32) -> [UInt8] {
        Unicode.Scalar(value).map { Array(String(Character($0)).utf8) } ?? []
    }
}
