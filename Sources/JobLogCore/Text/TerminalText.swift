/// Makes any bytes harmless to a terminal: the one place where text from Redis becomes text for people.
///
/// Controls become their control pictures (`␛`), tabs four spaces, line ends `␤`; C1 controls, invalid UTF-8,
/// bidirectional controls, tag characters and invisible characters become U+FFFD. Each stand-in is one column wide, and
/// sanitised text stays as it is when it is sanitised again.
public enum TerminalText {
    /// `bytes` as one line.
    public static func line(_ bytes: ArraySlice<UInt8>) -> String {
        bytes.withUnsafeBufferPointer { line($0) }
    }

    /// `text` as one line.
    public static func line(_ text: String) -> String {
        var text = text
        return text.withUTF8 { isPlain($0) ? nil : line($0) } ?? text
    }

    /// `bytes` as lines, split at LF, CR LF, NEL and the Unicode separators; a CR alone is shown as `␍`.
    ///
    /// A line end at the very end starts no further line; no bytes are one empty line.
    public static func lines(_ bytes: ArraySlice<UInt8>) -> [String] {
        bytes.withUnsafeBufferPointer { lines($0) }
    }

    /// `text` as lines: see ``lines(_:)-(ArraySlice<UInt8>)``.
    public static func lines(_ text: String) -> [String] {
        var text = text
        return text.withUTF8 { lines($0) }
    }

    /// Whether all of it is printable ASCII.
    private static func isPlain(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        var suspect: UInt8 = 0
        for byte in bytes { suspect |= byte &- 0x20 > 0x5E ? 1 : 0 }
        return suspect == 0
    }

    private static func lines(_ bytes: UnsafeBufferPointer<UInt8>) -> [String] {
        var lines: [String] = []
        var start = 0
        var at = 0
        while at < bytes.count {
            let length = lineEnd(bytes, at)
            if length > 0 {
                lines.append(line(UnsafeBufferPointer(rebasing: bytes[start..<at])))
                start = at + length
            }
            at += max(1, length)
        }
        if start < bytes.count || lines.isEmpty { lines.append(line(UnsafeBufferPointer(rebasing: bytes[start...]))) }
        return lines
    }

    /// The length of the line end at `at`; 0 when there is none.
    private static func lineEnd(_ bytes: UnsafeBufferPointer<UInt8>, _ at: Int) -> Int {
        switch bytes[at] {
        case 0x0A: 1
        case 0x0D where at + 1 < bytes.count && bytes[at + 1] == 0x0A: 2
        case 0xC2 where at + 1 < bytes.count && bytes[at + 1] == 0x85: 2
        case 0xE2
        where at + 2 < bytes.count && bytes[at + 1] == 0x80 && (bytes[at + 2] == 0xA8 || bytes[at + 2] == 0xA9):
            3
        default: 0
        }
    }

    private static func line(_ bytes: UnsafeBufferPointer<UInt8>) -> String {
        guard !isPlain(bytes), let base = bytes.baseAddress else { return String(decoding: bytes, as: UTF8.self) }
        var output: [UInt8] = []
        output.reserveCapacity(bytes.count + bytes.count / 8 + 8)
        var at = 0
        while at < bytes.count {
            switch bytes[at] {
            case 0x20..<0x7F:
                output.append(bytes[at])
                at += 1
            case let control where control < 0x80:
                append(control: control, to: &output)
                at += 1
            default:
                let length = UTF8Sequence.length(base + at, available: bytes.count - at)
                append(bytes, at, length, to: &output)
                at += max(1, length)
            }
        }
        return String(decoding: output, as: UTF8.self)
    }

    private static let replacement: [UInt8] = [0xEF, 0xBF, 0xBD]
    private static let newline: [UInt8] = [0xE2, 0x90, 0xA4]

    private static func append(control: UInt8, to output: inout [UInt8]) {
        switch control {
        case 0x09: output.append(contentsOf: "    ".utf8)
        case 0x0A: output.append(contentsOf: newline)
        case 0x7F: output.append(contentsOf: [0xE2, 0x90, 0xA1])
        default: output.append(contentsOf: [0xE2, 0x90, 0x80 + control])
        }
    }

    private static func append(
        _ bytes: UnsafeBufferPointer<UInt8>, _ at: Int, _ length: Int, to output: inout [UInt8]
    ) {
        guard length > 0, let scalar = String(decoding: bytes[at..<(at + length)], as: UTF8.self).unicodeScalars.first
        else {
            output.append(contentsOf: replacement)
            return
        }
        switch scalar.value {
        case 0x85, 0x2028, 0x2029: output.append(contentsOf: newline)
        default:
            if isHarmless(scalar) {
                output.append(contentsOf: bytes[at..<(at + length)])
            } else {
                output.append(contentsOf: replacement)
            }
        }
    }

    /// Whether a character beyond ASCII may stand as it is. Of those without a width, combining marks and the joiner of
    /// emoji may: text needs them. The others can only hide or reorder what people read.
    private static func isHarmless(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x00A0...0x00AC, 0x00AE...0x02FF, 0x4E00...0x9FFF, 0xAC00...0xD7A3, 0x200D: return true
        case 0x115F, 0x1160, 0x3164, 0xFFA0, 0x2065: return false
        case 0xE0000...0xE0FFF where !(0xE0100...0xE01EF ~= scalar.value): return false
        default: break
        }
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator: return false
        case .unassigned: return !scalar.properties.isNoncharacterCodePoint
        default: return true
        }
    }
}
