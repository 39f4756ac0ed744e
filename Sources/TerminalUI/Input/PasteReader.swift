/// Gathers pasted text up to the sequence that ends it.
struct PasteReader {
    /// What a terminal sends before and after pasted text.
    static let begin = Array("\u{1B}[200~".utf8)
    private static let end = Array("\u{1B}[201~".utf8)
    /// The most bytes that are kept; what follows is taken from the terminal and dropped.
    static let limit = 1 << 20

    private var bytes: [UInt8] = []
    /// How many bytes of the end have come.
    private var matched = 0

    /// The text until now; bytes that are no UTF-8 become U+FFFD.
    var text: String { String(decoding: bytes, as: UTF8.self) }

    /// Takes a byte in; tells whether it completes the end.
    mutating func take(_ byte: UInt8) -> Bool {
        if byte == Self.end[matched] {
            matched += 1
            return matched == Self.end.count
        }
        if matched > 0 {
            // Only its first byte can begin the end anew.
            for earlier in Self.end[..<matched] { keep(earlier) }
            matched = byte == Self.end[0] ? 1 : 0
        }
        if matched == 0 { keep(byte) }
        return false
    }

    private mutating func keep(_ byte: UInt8) {
        if bytes.count < Self.limit { bytes.append(byte) }
    }
}
