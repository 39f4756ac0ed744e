/// Random text that is the same in every run: narrow, wide, combining, hostile.
struct SeededText {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    private static let alphabet: [Unicode.Scalar] = [
        "a", "b", "c", "x", "1", " ", " ", " ", "é", "ß", "日", "本", "語", "한", "🎉", "🇩", "🇪", "\u{301}", "\u{308}",
        "\u{200D}", "\u{FE0F}", "\u{1F3FB}", "\u{1B}", "\u{7F}", "\u{9B}", "\u{202E}", "\t", "\n", "…", "\u{378}",
    ]

    /// SplitMix64.
    private mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// A number from 0 up to `bound`, without it.
    mutating func below(_ bound: Int) -> Int { Int(truncatingIfNeeded: next() >> 1) % bound }

    /// A text of fewer than `length` scalars.
    mutating func text(_ length: Int) -> String {
        var text = String.UnicodeScalarView()
        for _ in 0..<below(length) { text.append(Self.alphabet[below(Self.alphabet.count)]) }
        return String(text)
    }
}
