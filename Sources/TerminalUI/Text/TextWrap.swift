/// Breaks a line of text into rows of a width.
public enum TextWrap {
    /// The rows of a text: broken after blanks and beside wide characters, which need no blanks between them; within a
    /// word where the word alone is wider than a row.
    ///
    /// - Parameters:
    ///   - text: one line of text.
    ///   - width: the columns of a row, at least 1.
    ///   - limit: the most rows to make; the rest of the text is left out.
    /// - Returns: at least one row.
    public static func rows(of text: String, width: Int, limit: Int = .max) -> [Substring] {
        var text = text
        text.makeContiguousUTF8()
        let ends = text.utf8.withContiguousStorageIfAvailable { bytes in
            var breaker = Breaker(bytes: bytes, width: max(1, width), limit: max(1, limit))
            return breaker.rows()
        }
        guard let ends, ends.count > 1 || ends.first?.upperBound != text.utf8.count else { return [text[...]] }
        let utf8 = text.utf8
        return ends.map { row in
            let start = utf8.index(utf8.startIndex, offsetBy: row.lowerBound)
            return text[start..<utf8.index(start, offsetBy: row.count)]
        }
    }

    /// Goes over the bytes once; only a row that overflows looks ahead, by no more than a row.
    private struct Breaker {
        let bytes: UnsafeBufferPointer<UInt8>
        let width: Int
        let limit: Int
        private var found: [Range<Int>] = []
        private var start = 0
        private var used = 0
        /// The last place where the row may end, and the columns before it.
        private var breakAt: Int?
        private var usedAtBreak = 0

        init(bytes: UnsafeBufferPointer<UInt8>, width: Int, limit: Int) {
            self.bytes = bytes
            self.width = width
            self.limit = limit
        }

        mutating func rows() -> [Range<Int>] {
            var at = 0
            var followsWide = false
            while at < bytes.count {
                let (columns, length) = character(at)
                if columns == 2 || followsWide && columns > 0, at > start {
                    breakAt = at
                    usedAtBreak = used
                }
                if used + columns > width, used > 0 {
                    let isBlank = bytes[at] == 0x20
                    end(at, isBlank: isBlank)
                    if found.count >= limit { return found }
                    // A blank at the end of a row may hang over.
                    if isBlank { at += 1 }
                    continue
                }
                used += columns
                followsWide = columns == 2 || followsWide && columns == 0
                if bytes[at] == 0x20 {
                    breakAt = at + length
                    usedAtBreak = used
                }
                at += length
            }
            if start < bytes.count || found.isEmpty { found.append(start..<bytes.count) }
            return found
        }

        /// Ends the row before what overflows it.
        private mutating func end(_ at: Int, isBlank: Bool) {
            if let place = breakAt, !isBlank, place > start, place == at || fitsRow(from: place) {
                found.append(start..<place)
                start = place
                used -= usedAtBreak
            } else {
                found.append(start..<at)
                start = isBlank ? at + 1 : at
                used = 0
            }
            breakAt = nil
        }

        /// Whether the word that begins at a place is no wider than a row.
        private func fitsRow(from place: Int) -> Bool {
            var at = place
            var columns = 0
            while at < bytes.count, bytes[at] != 0x20 {
                let next = character(at)
                if next.columns == 2 { break }
                columns += next.columns
                guard columns <= width else { return false }
                at += next.length
            }
            return true
        }

        /// The columns that the character at a place takes, and its bytes.
        private func character(_ at: Int) -> (columns: Int, length: Int) {
            let lead = bytes[at]
            if lead >= 0x20, lead < 0x7F { return (1, 1) }
            let length = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4
            var value = length == 1 ? UInt32(lead) : UInt32(lead) & (0xFF >> UInt32(length + 1))
            for offset in 1..<max(1, length) where at + offset < bytes.count {
                value = value << 6 | UInt32(bytes[at + offset] & 0x3F)
            }
            return (Unicode.Scalar(value).map { TextWidth.unicodeColumns(of: $0) } ?? 1, length)
        }
    }
}
