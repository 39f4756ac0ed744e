/// Finds which elements of two sequences correspond to each other: a long common subsequence, in bounded time.
///
/// Where elements occur once in both, they are matched first, as far as their order is the same (the patience method);
/// between them the shortest edit script is looked for from both ends (Myers, in linear space). Where the sequences have
/// so little in common that this would take long, it goes on from the farthest point that was reached: the answer is then
/// right, but not the shortest.
struct SequenceAlignment {
    /// The most edits that a middle is looked for with.
    private static let mostEdits = 256

    private let a: [Int32]
    private let b: [Int32]
    /// For each element of the first sequence its place in the second one; -1 for none.
    private(set) var partners: [Int32]

    private struct Piece {
        var a: Range<Int>
        var b: Range<Int>
        /// Whether elements that occur once are looked for: not where there were none in the whole.
        var mayHaveUnique = true
    }

    /// Aligns two sequences of numbers.
    init(_ a: [Int32], _ b: [Int32]) {
        self.a = a
        self.b = b
        partners = Array(repeating: -1, count: a.count)
        var pieces = [Piece(a: 0..<a.count, b: 0..<b.count)]
        var work = Work(size: 2 * Self.mostEdits + 4)
        while let piece = pieces.popLast() {
            guard let rest = trimmed(piece) else { continue }
            if rest.mayHaveUnique, let parts = splitAtUnique(rest) {
                pieces += parts
            } else {
                pieces += split(rest, &work)
            }
        }
    }

    private mutating func match(_ one: Int, _ other: Int) { partners[one] = Int32(other) }

    /// What is left without the common beginning and end, which are matched; nil where nothing is to be compared.
    private mutating func trimmed(_ piece: Piece) -> Piece? {
        var (low, high) = (piece.a.lowerBound, piece.a.upperBound)
        var (first, last) = (piece.b.lowerBound, piece.b.upperBound)
        while low < high, first < last, a[low] == b[first] {
            match(low, first)
            low += 1
            first += 1
        }
        while low < high, first < last, a[high - 1] == b[last - 1] {
            high -= 1
            last -= 1
            match(high, last)
        }
        guard low < high, first < last else { return nil }
        return Piece(a: low..<high, b: first..<last, mayHaveUnique: piece.mayHaveUnique)
    }

    // MARK: - Elements that occur once

    /// The pieces between the elements that occur once in both, the matched ones left out; nil where there are none.
    private mutating func splitAtUnique(_ piece: Piece) -> [Piece]? {
        var places: [Int32: (count: Int32, a: Int32, b: Int32)] = [:]
        for index in piece.a { places[a[index], default: (0, 0, -1)].count += 1 }
        for index in piece.a where places[a[index]]?.count == 1 { places[a[index]]?.a = Int32(index) }
        for index in piece.b {
            guard let known = places[b[index]], known.count == 1 else { continue }
            // -2: more than once in the second.
            places[b[index]]?.b = known.b == -1 ? Int32(index) : -2
        }
        let pairs = piece.a.compactMap { index -> (a: Int, b: Int)? in
            guard let known = places[a[index]], known.count == 1, known.b >= 0 else { return nil }
            return (index, Int(known.b))
        }
        guard !pairs.isEmpty else { return nil }
        var pieces: [Piece] = []
        var (low, first) = (piece.a.lowerBound, piece.b.lowerBound)
        for pair in Self.longestRising(pairs) {
            match(pair.a, pair.b)
            pieces.append(Piece(a: low..<pair.a, b: first..<pair.b))
            (low, first) = (pair.a + 1, pair.b + 1)
        }
        pieces.append(Piece(a: low..<piece.a.upperBound, b: first..<piece.b.upperBound))
        return pieces
    }

    /// The most pairs whose second places rise too.
    private static func longestRising(_ pairs: [(a: Int, b: Int)]) -> [(a: Int, b: Int)] {
        var tails: [Int] = []
        var before = Array(repeating: -1, count: pairs.count)
        for (index, pair) in pairs.enumerated() {
            var low = 0
            var high = tails.count
            while low < high {
                let middle = (low + high) / 2
                if pairs[tails[middle]].b < pair.b { low = middle + 1 } else { high = middle }
            }
            if low > 0 { before[index] = tails[low - 1] }
            if low == tails.count { tails.append(index) } else { tails[low] = index }
        }
        var rising: [(a: Int, b: Int)] = []
        var index = tails.last ?? -1
        while index >= 0 {
            rising.append(pairs[index])
            index = before[index]
        }
        return rising.reversed()
    }

    // MARK: - The shortest way

    /// How far each diagonal was followed, from the beginning and from the end.
    private struct Work {
        var forward: [Int]
        var backward: [Int]

        init(size: Int) {
            forward = Array(repeating: 0, count: size)
            backward = forward
        }
    }

    /// Two pieces that meet on a shortest way through the piece, which has no common beginning or end.
    private func split(_ piece: Piece, _ work: inout Work) -> [Piece] {
        let (x, y) = middle(piece, &work)
        let (low, first) = (piece.a.lowerBound, piece.b.lowerBound)
        return [
            Piece(a: low..<low + x, b: first..<first + y, mayHaveUnique: false),
            Piece(a: low + x..<piece.a.upperBound, b: first + y..<piece.b.upperBound, mayHaveUnique: false),
        ]
    }

    private func middle(_ piece: Piece, _ work: inout Work) -> (x: Int, y: Int) {
        let (low, first) = (piece.a.lowerBound, piece.b.lowerBound)
        let (n, m) = (piece.a.count, piece.b.count)
        let delta = n - m
        let most = min((n + m + 1) / 2, Self.mostEdits)
        let zero = most + 1
        var best = (x: 1, y: 0)
        for edits in 0...most {
            let lowest = -edits + 2 * max(0, edits - m)
            let highest = edits - 2 * max(0, edits - n)
            guard lowest <= highest else { break }
            for diagonal in stride(from: lowest, through: highest, by: 2) {
                var x = Self.start(work.forward, zero, diagonal, edits, n, m)
                if x >= 0 {
                    while x < n, x - diagonal < m, a[low + x] == b[first + x - diagonal] { x += 1 }
                    if 2 * x - diagonal > best.x + best.y { best = (x, x - diagonal) }
                }
                work.forward[zero + diagonal] = x
                let other = delta - diagonal
                if delta & 1 != 0, abs(other) < edits, -m...n ~= other, x >= 0, work.backward[zero + other] >= 0,
                    x + work.backward[zero + other] >= n
                {
                    return inside(x, x - diagonal, n, m) ?? best
                }
            }
            for diagonal in stride(from: lowest, through: highest, by: 2) {
                var x = Self.start(work.backward, zero, diagonal, edits, n, m)
                if x >= 0 {
                    while x < n, x - diagonal < m, a[low + n - 1 - x] == b[first + m - 1 - (x - diagonal)] { x += 1 }
                }
                work.backward[zero + diagonal] = x
                let other = delta - diagonal
                if delta & 1 == 0, abs(other) <= edits, -m...n ~= other, x >= 0, work.forward[zero + other] >= 0,
                    x + work.forward[zero + other] >= n
                {
                    return inside(n - x, m - (x - diagonal), n, m) ?? best
                }
            }
        }
        return inside(best.x, best.y, n, m) ?? (1, 0)
    }

    /// A point that makes both pieces smaller than the whole; nil for others.
    private func inside(_ x: Int, _ y: Int, _ n: Int, _ m: Int) -> (x: Int, y: Int)? {
        guard x >= 0, y >= 0, x <= n, y <= m, x + y > 0, x + y < n + m else { return nil }
        return (x, y)
    }

    /// Where a way with one more edit enters a diagonal; -1 where none does.
    @inline(__always)
    private static func start(
        _ reached: [Int], _ zero: Int, _ diagonal: Int, _ edits: Int, _ n: Int, _ m: Int
    ) -> Int {
        guard edits > 0 else { return 0 }
        var x = -1
        if diagonal - 1 >= max(1 - edits, -m), reached[zero + diagonal - 1] >= 0, reached[zero + diagonal - 1] < n {
            x = reached[zero + diagonal - 1] + 1
        }
        if diagonal + 1 <= min(edits - 1, n), reached[zero + diagonal + 1] - diagonal <= m {
            x = max(x, reached[zero + diagonal + 1])
        }
        return x
    }
}
