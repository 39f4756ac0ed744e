/// SplitMix64: random input that is the same in every run.
public struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    /// A generator whose numbers depend on the seed only.
    public init(seed: UInt64) { state = seed }

    /// The next 64 bits.
    public mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// A number below `bound`; biased, which is of no matter here, and cheaper than `Int.random` in a debug build.
    public mutating func below(_ bound: Int) -> Int { Int(truncatingIfNeeded: next() >> 1) % bound }

    /// One of some elements.
    public mutating func pick<Element>(_ elements: [Element]) -> Element { elements[below(elements.count)] }

    /// `bytes` with one to three bytes changed, doubled, cut out or put in.
    public mutating func mutate(_ bytes: [UInt8], alphabet: [UInt8]) -> [UInt8] {
        var bytes = bytes
        for _ in 0...below(3) {
            let at = below(bytes.count + 1)
            switch below(5) {
            case 0: bytes.insert(pick(alphabet), at: at)
            case 1 where at < bytes.count: bytes.remove(at: at)
            case 2 where at < bytes.count: bytes.removeSubrange(at..<min(bytes.count, at + below(12)))
            case 3 where at < bytes.count:
                bytes.insert(contentsOf: Array(bytes[at..<min(bytes.count, at + below(24))]), at: below(bytes.count))
            default:
                if at < bytes.count { bytes[at] = pick(alphabet) }
            }
        }
        return bytes
    }
}
