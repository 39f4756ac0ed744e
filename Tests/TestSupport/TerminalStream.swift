/// What the screen writes to a terminal, read as the terminal reads it.
public enum TerminalStream {
    /// The first sequence, byte or character that is none of joblog's; nil where there is none.
    public static func stranger(in bytes: [UInt8]) -> String? {
        var rest = bytes[...]
        while let byte = rest.first {
            switch byte {
            case 0x1B:
                guard let length = sequence(rest) else {
                    return String(decoding: rest.prefix(40), as: UTF8.self).debugDescription
                }
                rest.removeFirst(length)
            // Bell, movements, and the two character sets.
            case 0x07...0x0A, 0x0D...0x0F: rest.removeFirst()
            default:
                let end = rest.firstIndex { $0 < 0x20 || $0 == 0x7F } ?? rest.endIndex
                guard end > rest.startIndex else { return "byte \(byte)" }
                let text = Array(rest[..<end])
                if let harm = HostileCorpus.harm(in: text) {
                    return "\(harm) in \(String(decoding: text.prefix(80), as: UTF8.self).debugDescription)"
                }
                rest = rest[end...]
            }
        }
        return nil
    }

    /// The length of a sequence that a screen writes: movement, erasure, looks, scrolling, its own modes, character sets, what
    /// is copied, and nothing that asks the terminal for an answer.
    private static func sequence(_ bytes: ArraySlice<UInt8>) -> Int? {
        let text = String(decoding: bytes.prefix(100_100), as: UTF8.self)
        let known =
            /^\e(?:\[[0-9;]*[A-HJ-MPSTXZ@dmrb`ae]|\[\?[0-9;]+[hl]|\[4l|\[34[hl]|\[2[23];0;0t|\]52;c;[A-Za-z0-9+\/=]*\x07|\([0B]|\)0|[=>78MDE])/
        return text.prefixMatch(of: known)?.0.utf8.count
    }
}
