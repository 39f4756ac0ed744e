/// A regular expression as a tree.
indirect enum PatternNode {
    /// A place between characters.
    enum Assertion: UInt8 {
        case lineStart, lineEnd, textStart, textEnd, wordEdge, noWordEdge
    }

    case empty
    case set(ScalarSet)
    case sequence([PatternNode])
    case choice([PatternNode])
    case repeated(PatternNode, least: Int, most: Int?)
    case assertion(Assertion)
}

/// Characters, as ranges of their numbers that are in order and do not touch.
struct ScalarSet: Hashable {
    private(set) var ranges: [ClosedRange<UInt32>]

    static let last: UInt32 = 0x10FFFF
    static let digits = ScalarSet([0x30...0x39])
    static let word = ScalarSet([
        0x30...0x39, 0x41...0x5A, 0x5F...0x5F, 0x61...0x7A, 0xAA...0xAA, 0xB5...0xB5, 0xBA...last,
    ])
    static let space = ScalarSet([0x09...0x0D, 0x20...0x20, 0x85...0x85, 0xA0...0xA0, 0x2028...0x2029])
    static let anyButLineEnd = ScalarSet([0x0A...0x0A]).inverted

    init(_ ranges: [ClosedRange<UInt32>]) {
        self.ranges = []
        for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
            if let before = self.ranges.last, range.lowerBound <= before.upperBound &+ 1 {
                self.ranges[self.ranges.count - 1] = before.lowerBound...max(before.upperBound, range.upperBound)
            } else {
                self.ranges.append(range)
            }
        }
    }

    init(_ scalar: Unicode.Scalar) { ranges = [scalar.value...scalar.value] }

    var inverted: ScalarSet {
        var gaps: [ClosedRange<UInt32>] = []
        var next: UInt32 = 0
        for range in ranges {
            if range.lowerBound > next { gaps.append(next...(range.lowerBound - 1)) }
            next = range.upperBound + 1
        }
        if next <= Self.last { gaps.append(next...Self.last) }
        return ScalarSet(gaps)
    }

    /// The set with the other case of its letters. Beyond ASCII only small ranges are looked through: large ones are
    /// classes such as "all but a comma", which hold both cases.
    var folded: ScalarSet {
        var all = ranges
        for range in ranges where range.count <= 512 {
            for value in range {
                guard let properties = Unicode.Scalar(value)?.properties else { continue }
                for mapping in [properties.lowercaseMapping, properties.uppercaseMapping] {
                    let scalars = mapping.unicodeScalars
                    if scalars.count == 1, let other = scalars.first { all.append(other.value...other.value) }
                }
            }
        }
        return ScalarSet(all)
    }
}
