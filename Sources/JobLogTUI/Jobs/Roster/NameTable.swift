/// Words that many jobs share, such as steps and owners, each of them held once for as long as a job has it.
struct NameTable: Sendable {
    /// A word's number; 0 stands for none.
    typealias Number = UInt32

    private var names: [String] = [""]
    private var uses: [UInt32] = [0]
    private var numbers: [String: Number] = [:]
    private var free: [Number] = []
    /// Words that nothing holds any more, but that a list may still be sorted by.
    private var released: [Number] = []

    /// The word of a number.
    subscript(number: Number) -> String? { number == 0 ? nil : names[Int(number)] }

    /// How many different words are held.
    var count: Int { numbers.count }

    /// The number of a word, which is held once more.
    mutating func take(_ name: String?) -> Number {
        guard let name else { return 0 }
        if let number = numbers[name] {
            uses[Int(number)] += 1
            return number
        }
        let number: Number
        if let old = free.popLast() {
            number = old
            names[Int(old)] = name
            uses[Int(old)] = 1
        } else {
            number = Number(names.count)
            names.append(name)
            uses.append(1)
        }
        numbers[name] = number
        return number
    }

    /// A word is held once less. It can be looked up until ``settle()``.
    mutating func give(_ number: Number) {
        guard number != 0 else { return }
        uses[Int(number)] -= 1
        if uses[Int(number)] == 0 { released.append(number) }
    }

    /// Forgets the words that nothing holds.
    mutating func settle() {
        for number in released where uses[Int(number)] == 0 && !names[Int(number)].isEmpty {
            numbers[names[Int(number)]] = nil
            names[Int(number)] = ""
            free.append(number)
        }
        released = []
    }
}
