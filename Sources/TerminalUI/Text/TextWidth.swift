/// How many columns text takes on a terminal, and how to cut and fill it to a width.
///
/// What terminals disagree on is simplified before it is measured: joiners, variation selectors, skin tones and tags
/// are left out, flags become two letters, what is not known becomes U+FFFD.
public enum TextWidth {
    /// The columns of one scalar that is shown as it is: 0, 1 or 2.
    public static func columns(of scalar: Unicode.Scalar) -> Int {
        let value = scalar.value
        if value < 0x300 { return 1 }
        if contains(WidthTable.wide, value) { return 2 }
        return contains(WidthTable.zero, value) ? 0 : 1
    }

    /// The columns of a text.
    public static func columns(of text: String) -> Int {
        if let count = asciiColumns(of: text) { return count }
        var columns = 0
        for scalar in text.unicodeScalars {
            if let shown = shown(scalar, isUnicode: true) { columns += Self.columns(of: shown) }
        }
        return columns
    }

    /// What is shown in place of a scalar; nil when nothing is. Never a control.
    public static func shown(_ scalar: Unicode.Scalar, isUnicode: Bool) -> Unicode.Scalar? {
        let value = scalar.value
        if value >= 0x20, value < 0x7F { return scalar }
        guard let shown = simplified(value) else { return nil }
        return isUnicode || shown.isASCII ? shown : plain(shown)
    }

    /// The columns that a scalar takes where a terminal shows Unicode.
    static func unicodeColumns(of scalar: Unicode.Scalar) -> Int {
        shown(scalar, isUnicode: true).map { columns(of: $0) } ?? 0
    }

    /// The text cut to a width, with `…` where something is left out.
    public static func truncate(_ text: String, to width: Int) -> String {
        if width <= 0 { return columns(of: text) == 0 ? text : "" }
        return window(text, from: 0, to: width)
    }

    /// The part of a text that is seen through a window `width` columns wide, `offset` columns from its start, with `…`
    /// where something is left out on the right. Looks at no more of the text than that.
    ///
    /// A wide character that the window's left edge halves is left out, and a blank stands for it.
    public static func window(_ text: String, from offset: Int, to width: Int) -> String {
        guard width > 0 else { return "" }
        // No character takes more columns than bytes.
        if offset == 0, text.utf8.count <= width { return text }
        var rest = text.unicodeScalars[...]
        var skipped = 0
        while skipped < offset, let scalar = rest.popFirst() { skipped += unicodeColumns(of: scalar) }
        // Marks that belong to what was left out.
        while skipped > 0, let scalar = rest.first, unicodeColumns(of: scalar) == 0 { rest.removeFirst() }
        guard skipped >= offset else { return "" }
        let lead = String(repeating: " ", count: skipped - offset)
        let room = width - lead.utf8.count
        var used = 0
        var end = rest.startIndex
        var cut = end
        while end < rest.endIndex {
            let columns = unicodeColumns(of: rest[end])
            if used + columns > room { return lead + String(rest[..<cut]) + "…" }
            used += columns
            end = rest.index(after: end)
            if used < room { cut = end }
        }
        return lead + String(rest)
    }

    /// The text cut to its last columns, with `…` in front where something is left out.
    public static func truncateStart(_ text: String, to width: Int) -> String {
        let all = columns(of: text)
        guard all > width else { return text }
        guard width > 0 else { return "" }
        var surplus = all - (width - 1)
        var rest = text.unicodeScalars[...]
        while surplus > 0, let scalar = rest.popFirst() {
            surplus -= shown(scalar, isUnicode: true).map { columns(of: $0) } ?? 0
        }
        return "…" + String(rest)
    }

    /// The text filled with blanks on the right up to a width; a longer text stays as it is.
    public static func pad(_ text: String, to width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - columns(of: text)))
    }

    /// The text filled with blanks on the left up to a width; a longer text stays as it is.
    public static func padStart(_ text: String, to width: Int) -> String {
        String(repeating: " ", count: max(0, width - columns(of: text))) + text
    }

    /// As much of a text as fits into a width, and the columns it takes.
    public static func prefix(of text: String, columns width: Int) -> (text: String, columns: Int) {
        var used = 0
        var end = text.unicodeScalars.startIndex
        for index in text.unicodeScalars.indices {
            let shown = shown(text.unicodeScalars[index], isUnicode: true)
            let columns = shown.map { Self.columns(of: $0) } ?? 0
            guard used + columns <= width else { break }
            used += columns
            end = text.unicodeScalars.index(after: index)
        }
        return (String(text.unicodeScalars[..<end]), used)
    }

    /// The columns of a text that is printable ASCII throughout; nil for another.
    private static func asciiColumns(of text: String) -> Int? {
        var text = text
        return text.withUTF8 { bytes in bytes.allSatisfy { $0 >= 0x20 && $0 < 0x7F } ? bytes.count : nil }
    }

    private static let replacement: Unicode.Scalar = "\u{FFFD}"

    private static func simplified(_ value: UInt32) -> Unicode.Scalar? {
        switch value {
        case 0..<0x20: Unicode.Scalar(0x2400 + value)
        case 0x7F: "\u{2421}"
        case 0x80..<0xA0: replacement
        case 0x61C, 0x200E, 0x200F, 0x202A...0x202E, 0x2066...0x2069: replacement
        case 0x200B...0x200D, 0x2060...0x2064, 0xFEFF, 0xFE00...0xFE0F, 0xE0100...0xE01EF: nil
        case 0x1F3FB...0x1F3FF, 0xE0000...0xE007F: nil
        case 0x1F1E6...0x1F1FF: Unicode.Scalar(0x41 + value - 0x1F1E6)
        case 0..<0x300: Unicode.Scalar(value)
        default: contains(WidthTable.unknown, value) ? replacement : Unicode.Scalar(value)
        }
    }

    /// What stands for a scalar where a terminal shows ASCII only.
    private static func plain(_ scalar: Unicode.Scalar) -> Unicode.Scalar? {
        if columns(of: scalar) == 0 { return nil }
        return switch scalar {
        case "…": "~"
        case "–", "—", "─", "═": "-"
        case "│", "┃": "|"
        case "▸", "▶", "›", "→": ">"
        case "←": "<"
        case "●", "✓", "■", "█": "*"
        case "○": "o"
        case "·", "•": "."
        case "↓": "v"
        case "↑": "^"
        case "\u{A0}": " "
        default: "?"
        }
    }

    /// Whether a value lies within one of the ranges, by halving.
    private static func contains(_ ranges: [UInt32], _ value: UInt32) -> Bool {
        var low = 0
        var high = ranges.count / 2
        while low < high {
            let middle = (low + high) / 2
            if value < ranges[2 * middle] {
                high = middle
            } else if value > ranges[2 * middle + 1] {
                low = middle + 1
            } else {
                return true
            }
        }
        return false
    }
}
