import JobLogCore

/// Words that a job's id, owner, type, step, state or last error must contain, whatever their case; `!word` must not be
/// in any of them.
struct JobFilter: Sendable, Hashable {
    let text: String
    private let wanted: [[UInt8]]
    private let unwanted: [[UInt8]]

    init(_ text: String) {
        self.text = text
        let words = text.lowercased().split(separator: " ").map(String.init)
        wanted = words.filter { !$0.hasPrefix("!") }.map { Array($0.utf8) }
        unwanted = words.filter { $0.hasPrefix("!") && $0 != "!" }.map { Array($0.utf8.dropFirst()) }
    }

    /// Whether every job passes.
    var isEmpty: Bool { wanted.isEmpty && unwanted.isEmpty }

    /// Whether a job passes, by its ``haystack(of:)``.
    func admits(_ haystack: [UInt8]) -> Bool {
        wanted.allSatisfy { Self.contains(haystack, $0) } && !unwanted.contains { Self.contains(haystack, $0) }
    }

    /// What is looked through of a job: lower case, one field a line.
    static func haystack(of job: JobSnapshot) -> [UInt8] {
        let fields = [
            job.id.lossyText, job.userID, job.type, job.step, job.stateWord, job.requested?.rawValue,
            job.error.map { String($0.prefix(2_000)) },
        ]
        return Array(fields.compactMap(\.self).joined(separator: "\n").lowercased().utf8)
    }

    private static func contains(_ haystack: [UInt8], _ needle: [UInt8]) -> Bool {
        guard let first = needle.first, needle.count <= haystack.count else { return needle.isEmpty }
        return haystack.withUnsafeBufferPointer { text in
            needle.withUnsafeBufferPointer { word in
                var start = 0
                let end = text.count - word.count
                while start <= end {
                    if text[start] == first {
                        var length = 1
                        while length < word.count, text[start + length] == word[length] { length += 1 }
                        if length == word.count { return true }
                    }
                    start += 1
                }
                return false
            }
        }
    }
}
