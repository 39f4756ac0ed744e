/// What someone may have meant by a word that is not known.
public enum NearestName {
    /// The known name with the fewest letters to change, add or take away; nil where that would be half of them or more.
    public static func of(_ word: String, in known: [String]) -> String? {
        let letters = Array(word.lowercased().unicodeScalars.prefix(64))
        let ranked = known.map { (name: $0, distance: distance(letters, Array($0.lowercased().unicodeScalars))) }
        guard let best = ranked.min(by: { $0.distance < $1.distance }), best.distance * 2 < max(3, letters.count) else {
            return nil
        }
        return best.name
    }

    /// The edits between two words; two letters exchanged are one.
    private static func distance(_ a: [Unicode.Scalar], _ b: [Unicode.Scalar]) -> Int {
        var before: [Int] = []
        var last = Array(0...b.count)
        for i in a.indices {
            var row = [i + 1]
            for j in b.indices {
                var least = min(last[j] + (a[i] == b[j] ? 0 : 1), min(last[j + 1], row[j]) + 1)
                if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { least = min(least, before[j - 1] + 1) }
                row.append(least)
            }
            (before, last) = (last, row)
        }
        return last[b.count]
    }
}
