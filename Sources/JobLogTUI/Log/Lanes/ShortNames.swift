import TerminalUI

/// Abbreviations of names that tell them apart: the last parts of each, as few as are needed.
enum ShortNames {
    private static let separators: Set<Character> = ["-", ":", "_", "/", ".", " "]

    /// An abbreviation for each name; where none is unique, the name.
    static func of(_ names: [String]) -> [String] {
        guard names.count > 1 else { return names.map { suffix(of: $0, parts: 1) } }
        var short = names
        var open = Array(names.indices)
        for parts in 1...8 where !open.isEmpty {
            let suffixes = names.map { suffix(of: $0, parts: parts) }
            let counts = Dictionary(suffixes.map { ($0, 1) }, uniquingKeysWith: +)
            open = open.filter { index in
                guard counts[suffixes[index]] == 1 else { return true }
                short[index] = suffixes[index]
                return false
            }
        }
        return short
    }

    /// The last parts of a name, the last one having at least two characters.
    private static func suffix(of name: String, parts: Int) -> String {
        var left = parts
        var index = name.endIndex
        while index > name.startIndex {
            let before = name.index(before: index)
            if separators.contains(name[before]), name.distance(from: index, to: name.endIndex) >= 2 {
                left -= 1
                if left == 0 { return String(name[index...]) }
            }
            index = before
        }
        return name
    }
}
