import JobLogCore

/// Words that a job's id, owner, type, step, state or last error must contain, whatever their case; `!word` must not be
/// in any of them.
struct JobFilter: Sendable, Hashable {
    let text: String
    private let wanted: [String]
    private let unwanted: [String]

    init(_ text: String) {
        self.text = text
        let words = text.lowercased().split(separator: " ").map(String.init)
        wanted = words.filter { !$0.hasPrefix("!") }
        unwanted = words.filter { $0.hasPrefix("!") && $0 != "!" }.map { String($0.dropFirst()) }
    }

    /// Whether every job passes.
    var isEmpty: Bool { wanted.isEmpty && unwanted.isEmpty }

    /// Whether a job passes at `now`.
    func admits(_ row: RosterEntry, _ id: JobID, _ names: NameTable, at now: Int64) -> Bool {
        wanted.allSatisfy { Self.has(row, id, names, now, $0) }
            && !unwanted.contains { Self.has(row, id, names, now, $0) }
    }

    private static func has(_ row: RosterEntry, _ id: JobID, _ names: NameTable, _ now: Int64, _ word: String) -> Bool {
        if contains(id, word) || row.words.contains(where: { names[$0].map { contains($0, word) } ?? false }) {
            return true
        }
        let (state, requested) = row.stateWords(at: now)
        return state.contains(word) || requested?.contains(word) == true
    }

    private static func contains(_ id: JobID, _ word: String) -> Bool {
        contains(id.bytes, word.utf8) ?? id.lossyText.lowercased().contains(word)
    }

    private static func contains(_ text: String, _ word: String) -> Bool {
        let known = text.utf8.withContiguousStorageIfAvailable { contains($0, word.utf8) } ?? nil
        return known ?? text.lowercased().contains(word)
    }

    /// Whether bytes contain a word of small letters, whatever the bytes' case; nil where that takes more than ASCII.
    private static func contains(_ text: some RandomAccessCollection<UInt8>, _ word: String.UTF8View) -> Bool? {
        word.withContiguousStorageIfAvailable { word -> Bool? in
            text.withContiguousStorageIfAvailable { text -> Bool? in
                var start = 0
                var isASCII = true
                while start < text.count {
                    if text[start] >= 0x80 { isASCII = false }
                    var length = 0
                    while length < word.count, start + length < text.count,
                        lowered(text[start + length]) == word[length]
                    {
                        length += 1
                    }
                    if length == word.count { return true }
                    start += 1
                }
                return isASCII ? false : nil
            } ?? nil
        } ?? nil
    }

    private static func lowered(_ byte: UInt8) -> UInt8 {
        byte >= UInt8(ascii: "A") && byte <= UInt8(ascii: "Z") ? byte | 0x20 : byte
    }
}
