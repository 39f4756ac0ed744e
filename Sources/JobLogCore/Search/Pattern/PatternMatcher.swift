/// Runs a program over text: one step a byte, from a table that fills as it is needed.
///
/// A state of the table is every place of the program that the bytes read so far may have led to. There is nothing to
/// try again: however an expression is made, time grows with the text. What could still take long, an expression that
/// makes ever new states, is counted and given up.
struct PatternMatcher: Sendable {
    /// It took longer than anybody wants to wait.
    struct TooSlow: Error {}

    /// What the byte before a place was.
    private enum Before: UInt8 {
        case nothing, lineEnd, word, other
    }

    private struct State: Hashable {
        var places: [Int32]
        var before: Before
    }

    private static let unknown: Int32 = -1
    private static let found: Int32 = -2
    private static let dead: Int32 = -3
    private static let symbols = 257
    private static let textEnd = 256
    private static let mostStates = 1_000
    /// How many places may be gone through to make states: so many at once, and so many a text on the long run. That is
    /// some 50 ms for one text, and some seconds for a log of 200,000 entries.
    private static let mostWork = 2_000_000
    private static let workPerText = 2_000

    private let program: PatternProgram
    /// Whether the expression must begin where matching begins.
    private let isAnchored: Bool
    private var states: [State] = []
    private var numbers: [State: Int32] = [:]
    private var table: [Int32] = []
    private var work = 0
    // By place, all false between two steps.
    private var seen: [Bool]
    private var chosen: [Bool]

    init(_ program: PatternProgram, isAnchored: Bool) {
        self.program = program
        self.isAnchored = isAnchored
        seen = Array(repeating: false, count: program.instructions.count)
        chosen = seen
    }

    /// Whether the expression occurs in a text.
    mutating func occurs(in text: UnsafeBufferPointer<UInt8>) throws(TooSlow) -> Bool {
        try end(in: text, from: 0, isLongest: false) != nil
    }

    /// Where the match that begins at a place ends: for anchored matchers, the longest one where asked for.
    mutating func end(
        in text: UnsafeBufferPointer<UInt8>, from start: Int, isLongest: Bool
    ) throws(TooSlow) -> Int? {
        work = max(0, work - Self.workPerText)
        var end: Int?
        var state = number(of: State(places: [program.start], before: before(start, in: text)))
        var at = start
        while true {
            let symbol = at < text.count ? Int(text[at]) : Self.textEnd
            var next = table[Int(state) * Self.symbols + symbol]
            if next == Self.unknown { next = try step(from: state, over: symbol) }
            if next <= Self.found {
                guard next == Self.found else { return end }
                if !isLongest { return at }
                end = at
                // What goes on beyond the match.
                next = try step(from: state, over: symbol, goesOn: true)
                if next == Self.dead { return end }
            }
            state = next
            at += 1
        }
    }

    private func before(_ place: Int, in text: UnsafeBufferPointer<UInt8>) -> Before {
        place == 0 ? .nothing : Self.kind(text[place - 1])
    }

    private static func kind(_ byte: UInt8) -> Before {
        if byte == 0x0A { return .lineEnd }
        return isWord(byte) ? .word : .other
    }

    private static func isWord(_ byte: UInt8) -> Bool {
        ASCII.isLetter(byte) || ASCII.isDigit(byte) || byte == UInt8(ascii: "_") || byte >= 0x80
    }

    /// Makes the table's entry for a state and a byte.
    private mutating func step(from number: Int32, over symbol: Int, goesOn: Bool = false) throws(TooSlow) -> Int32 {
        let state = states[Int(number)]
        let reached = closure(of: state, symbol)
        work += reached.count + 64
        guard work < Self.mostWork else { throw TooSlow() }
        var next = Self.dead
        if reached.contains(0), !goesOn {
            next = Self.found
        } else if symbol != Self.textEnd {
            let byte = UInt8(symbol)
            let places = places(behind: byte, of: reached)
            if !places.isEmpty {
                let count = states.count
                next = self.number(of: State(places: places, before: Self.kind(byte)))
                // The table was begun anew: the entry's row is gone.
                if states.count < count { return next }
            }
        }
        if !goesOn { table[Int(number) * Self.symbols + symbol] = next }
        return next
    }

    /// The places behind a byte, in order.
    private mutating func places(behind byte: UInt8, of reached: [Int32]) -> [Int32] {
        var places: [Int32] = isAnchored ? [] : [program.start]
        if !isAnchored { chosen[Int(program.start)] = true }
        for place in reached {
            guard case .byte(let low, let high, let next) = program.instructions[Int(place)], low <= byte, byte <= high,
                !chosen[Int(next)]
            else { continue }
            chosen[Int(next)] = true
            places.append(next)
        }
        for place in places { chosen[Int(place)] = false }
        return places.sorted()
    }

    /// The places that are reached before the next byte. The match is place 0.
    private mutating func closure(of state: State, _ symbol: Int) -> [Int32] {
        var reached: [Int32] = []
        var open = state.places
        while let place = open.popLast() {
            guard !seen[Int(place)] else { continue }
            seen[Int(place)] = true
            reached.append(place)
            switch program.instructions[Int(place)] {
            case .split(let one, let other):
                open.append(one)
                open.append(other)
            case .assertion(let assertion, let next):
                if holds(assertion, after: state.before, before: symbol) { open.append(next) }
            case .byte, .match: break
            }
        }
        for place in reached { seen[Int(place)] = false }
        return reached
    }

    private func holds(_ assertion: PatternNode.Assertion, after before: Before, before symbol: Int) -> Bool {
        let isAtEnd = symbol == Self.textEnd
        let isEdge = (before == .word) != (!isAtEnd && Self.isWord(UInt8(truncatingIfNeeded: symbol)))
        return switch assertion {
        case .lineStart: before == .nothing || before == .lineEnd
        case .lineEnd: isAtEnd || symbol == 0x0A
        case .textStart: before == .nothing
        case .textEnd: isAtEnd
        case .wordEdge: isEdge
        case .noWordEdge: !isEdge
        }
    }

    private mutating func number(of state: State) -> Int32 {
        if let number = numbers[state] { return number }
        if states.count >= Self.mostStates {
            states = []
            numbers = [:]
            table = []
        }
        let number = Int32(states.count)
        states.append(state)
        numbers[state] = number
        table += repeatElement(Self.unknown, count: Self.symbols)
        return number
    }
}
