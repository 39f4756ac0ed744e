/// A message with numbers, ids and quoted text blanked: the same for messages that one statement of a program wrote.
public enum LogTemplate {
    /// The most bytes of a message that are looked at.
    static let longest = 4_096

    private static let blank = UInt8(ascii: "#")

    /// The template of a message.
    public static func text(_ message: String) -> String {
        var message = message
        return message.withUTF8 { String(decoding: bytes($0), as: UTF8.self) }
    }

    /// The same on bytes.
    static func bytes(_ message: UnsafeBufferPointer<UInt8>) -> [UInt8] {
        let text = UnsafeBufferPointer(rebasing: message.prefix(longest))
        var out: [UInt8] = []
        out.reserveCapacity(text.count)
        var at = 0
        while at < text.count {
            let byte = text[at]
            if isWord(byte) {
                let end = wordEnd(text, at)
                if isValue(text, at..<end) {
                    addBlank(&out)
                } else {
                    out.append(contentsOf: text[at..<end])
                }
                at = end
            } else if let end = quoteEnd(text, at) {
                out.append(byte)
                out.append(blank)
                out.append(byte)
                at = end
            } else if byte == 0x20 || (0x09...0x0D).contains(byte) {
                if out.last != 0x20 { out.append(0x20) }
                at += 1
            } else {
                out.append(byte)
                at += 1
            }
        }
        return out
    }

    /// A value behind another one with a sign between them is part of it: `12:03:55.120`, `1,204`, a UUID, `-5`.
    private static func addBlank(_ out: inout [UInt8]) {
        if let sign = out.last, "-+.,:".utf8.contains(sign) {
            let before = out.dropLast().last
            if before == blank {
                out.removeLast()
                return
            }
            if sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+"), before.map({ $0 <= 0x20 || $0 == 0x28 }) ?? true
            {
                out.removeLast()
            }
        }
        out.append(blank)
    }

    private static func isWord(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
            || byte == UInt8(ascii: "_") || byte >= 0x80
    }

    private static func wordEnd(_ text: UnsafeBufferPointer<UInt8>, _ start: Int) -> Int {
        var end = start
        while end < text.count, isWord(text[end]) { end += 1 }
        // The parts of a UUID may be without a digit.
        if end - start == 8, isUUID(text, start) { return start + 36 }
        return end
    }

    /// Whether a word is no word of the message: it has a digit, or is a long hexadecimal number without one.
    private static func isValue(_ text: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) -> Bool {
        if range.count == 36, isUUID(text, range.lowerBound) { return true }
        let word = text[range]
        if word.contains(where: { (0x30...0x39).contains($0) }) { return true }
        return range.count >= 8 && word.allSatisfy { JSONCursor.hexDigit($0) != nil }
    }

    private static func isUUID(_ text: UnsafeBufferPointer<UInt8>, _ start: Int) -> Bool {
        guard start + 36 <= text.count else { return false }
        for offset in 0..<36 {
            let byte = text[start + offset]
            if [8, 13, 18, 23].contains(offset) ? byte != UInt8(ascii: "-") : JSONCursor.hexDigit(byte) == nil {
                return false
            }
        }
        return start + 36 == text.count || !isWord(text[start + 36])
    }

    /// Behind the end of a text in quotes that begins here; an apostrophe within a word begins none.
    private static func quoteEnd(_ text: UnsafeBufferPointer<UInt8>, _ start: Int) -> Int? {
        let quote = text[start]
        guard quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") || quote == UInt8(ascii: "`"),
            start == 0 || !isWord(text[start - 1])
        else { return nil }
        var end = start + 1
        while end < text.count, end - start < 512 {
            if text[end] == quote, end + 1 == text.count || !isWord(text[end + 1]) { return end + 1 }
            if text[end] == 0x0A { return nil }
            end += 1
        }
        return nil
    }
}
