/// A long row of bits in which the k-th set one, and the number of set ones before a place, are found at once.
struct RankedBits: Sendable {
    private var words: [UInt64] = []
    /// How many bits are set before each word.
    private var before: [Int32] = []
    /// How many bits there are.
    private(set) var count = 0
    /// How many of them are set.
    private(set) var ones = 0

    mutating func append(_ bit: Bool) {
        if count & 63 == 0 {
            words.append(0)
            before.append(Int32(ones))
        }
        if bit {
            words[count >> 6] |= 1 << UInt64(count & 63)
            ones += 1
        }
        count += 1
    }

    /// Leaves the first `length` bits.
    mutating func truncate(to length: Int) {
        guard length < count else { return }
        ones = rank(length)
        let left = (length + 63) >> 6
        words.removeLast(words.count - left)
        before.removeLast(before.count - left)
        if length & 63 != 0 { words[left - 1] &= (1 << UInt64(length & 63)) - 1 }
        count = length
    }

    /// Whether the bit at a place is set.
    func contains(_ place: Int) -> Bool {
        place >= 0 && place < count && words[place >> 6] >> UInt64(place & 63) & 1 == 1
    }

    /// How many bits are set before a place.
    func rank(_ place: Int) -> Int {
        guard place > 0 else { return 0 }
        guard place < count else { return ones }
        let inWord = words[place >> 6] & ((1 << UInt64(place & 63)) - 1)
        return Int(before[place >> 6]) + inWord.nonzeroBitCount
    }

    /// The place of the set bit that so many set ones precede, which is one that there is.
    func select(_ index: Int) -> Int {
        // Mostly nothing is left out.
        guard ones < count else { return index }
        var low = 0
        var high = words.count
        while high - low > 1 {
            let middle = (low + high) / 2
            if Int(before[middle]) <= index { low = middle } else { high = middle }
        }
        var word = words[low]
        for _ in 0..<(index - Int(before[low])) { word &= word &- 1 }
        return (low << 6) + word.trailingZeroBitCount
    }
}
