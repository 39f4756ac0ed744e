import JobLogCore

/// What makes the same failure of different jobs one issue: type, code, and the message without what changes each time.
enum SentryFingerprint {
    private static let longest = 512

    static func parts(of report: ErrorReport, message: String) -> [String] {
        ["joblog", report.type ?? "", report.code ?? "", normalized(message, job: report.jobID)]
    }

    /// The message with the job's id, quoted text, UUIDs, other ids and numbers blanked.
    static func normalized(_ message: String, job: JobID) -> String {
        var blanker = Blanker(text: Array(message.utf8.prefix(4_096)), job: job.bytes)
        return String(decoding: blanker.run().prefix(longest), as: UTF8.self)
    }

    private struct Blanker {
        let text: [UInt8]
        let job: [UInt8]
        var output: [UInt8] = []
        var at = 0

        mutating func run() -> [UInt8] {
            while at < text.count, output.count < SentryFingerprint.longest {
                if takeJob() || takeQuoted() || takeWord() { continue }
                output.append(text[at])
                at += 1
            }
            return output
        }

        private var previous: UInt8 { at > 0 ? text[at - 1] : 0 }

        private mutating func takeJob() -> Bool {
            // A job called "a" is no reason to blank every a.
            guard !job.isEmpty, text[at] == job[0], text[at...].starts(with: job), !isWord(previous) else {
                return false
            }
            let end = at + job.count
            guard end == text.count || !isWord(text[end]) else { return false }
            blank("<job>", to: end)
            return true
        }

        private mutating func takeQuoted() -> Bool {
            let quote = text[at]
            guard quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") || quote == UInt8(ascii: "`"),
                !isWord(previous)
            else { return false }
            guard let end = text[(at + 1)...].firstIndex(where: { $0 == quote || $0 == 0x0A }), text[end] == quote
            else {
                return false
            }
            blank("<text>", to: end + 1)
            return true
        }

        private mutating func takeWord() -> Bool {
            guard isWord(text[at]), !isWord(previous) || at == 0 else { return false }
            var end = at
            while end < text.count, isWord(text[end]) || isJoint(end) { end += 1 }
            let word = text[at..<end]
            let digits = word.count(where: ASCII.isDigit)
            guard digits > 0 else {
                output += word
                at = end
                return true
            }
            if isNumber(word) {
                blank("<n>", to: end)
            } else if previous == UInt8(ascii: "/") || looksLikeID(word, digits: digits) {
                blank("<id>", to: end)
            } else {
                blankNumbers(in: word)
                at = end
            }
            return true
        }

        /// Whether what stands at `index` holds a word together: `1.5`, `a-b`.
        private func isJoint(_ index: Int) -> Bool {
            let byte = text[index]
            guard byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".") || byte == UInt8(ascii: ":") else {
                return false
            }
            guard index + 1 < text.count, isWord(text[index + 1]) else { return false }
            // A time and a number with a point, but not `file.swift:12` or a sentence's end.
            return byte == UInt8(ascii: "-") || ASCII.isDigit(text[index - 1]) && ASCII.isDigit(text[index + 1])
        }

        private func isNumber(_ word: ArraySlice<UInt8>) -> Bool {
            word.allSatisfy { !isWord($0) || ASCII.isDigit($0) }
        }

        /// UUIDs, hexadecimal, and words of letters and digits that are too long to be a name like `utf8`.
        private func looksLikeID(_ word: ArraySlice<UInt8>, digits: Int) -> Bool {
            if word.starts(with: "0x".utf8), word.dropFirst(2).allSatisfy(ASCII.isHex) { return true }
            return word.count >= 8 && digits >= 2
        }

        private mutating func blankNumbers(in word: ArraySlice<UInt8>) {
            var isIn = false
            for byte in word {
                if !ASCII.isDigit(byte) {
                    output.append(byte)
                } else if !isIn {
                    output += "<n>".utf8
                }
                isIn = ASCII.isDigit(byte)
            }
        }

        private mutating func blank(_ mark: String, to end: Int) {
            output += mark.utf8
            at = end
        }

        private func isWord(_ byte: UInt8) -> Bool {
            ASCII.isAlphanumeric(byte) || byte == UInt8(ascii: "_") || byte >= 0x80
        }
    }
}
