/// The marked jobs, by their numbers in the roster: a bit a job, so that all of many are marked at once.
struct JobMarks: Sendable {
    typealias Number = JobRoster.Number

    private var words: [UInt64] = []
    /// How many are marked.
    private(set) var count = 0

    var isEmpty: Bool { count == 0 }

    func contains(_ number: Number) -> Bool {
        let word = Int(number) >> 6
        return word < words.count && words[word] & Self.bit(number) != 0
    }

    /// Marks a job; false where it was marked already.
    @discardableResult
    mutating func insert(_ number: Number) -> Bool {
        let word = Int(number) >> 6
        if word >= words.count { words.append(contentsOf: repeatElement(0, count: word + 1 - words.count)) }
        let bit = Self.bit(number)
        guard words[word] & bit == 0 else { return false }
        words[word] |= bit
        count += 1
        return true
    }

    /// Takes a mark away; false where there was none.
    @discardableResult
    mutating func remove(_ number: Number) -> Bool {
        guard contains(number) else { return false }
        words[Int(number) >> 6] &= ~Self.bit(number)
        count -= 1
        return true
    }

    /// The marked numbers, ascending.
    var numbers: [Number] {
        var numbers: [Number] = []
        numbers.reserveCapacity(count)
        for (index, word) in words.enumerated() {
            var rest = word
            while rest != 0 {
                numbers.append(Number(index << 6 + rest.trailingZeroBitCount))
                rest &= rest - 1
            }
        }
        return numbers
    }

    private static func bit(_ number: Number) -> UInt64 { 1 << UInt64(number & 63) }
}
