/// Keys as most terminals send them.
extension InputDecoder {
    /// The key that a byte of ASCII is.
    static func ascii(_ byte: UInt8) -> Key? {
        switch byte {
        case 0x00: Key(control: " ")
        case 0x08, 0x7F: Key(.backspace)
        case 0x09: Key(.tab)
        case 0x0A, 0x0D: Key(.enter)
        case 0x1B: Key(.escape)
        case 0x01...0x1A: Key(control: Unicode.Scalar(byte + 0x60))
        case 0x1C...0x1F: Key(control: Unicode.Scalar(byte + 0x40))
        default: Key(Unicode.Scalar(byte))
        }
    }

    /// Keys as terminals send them whose description says otherwise; those with modifiers are no keys of ours.
    ///
    /// - Parameters:
    ///   - parameters: what is between `ESC [` or `ESC O` and the byte that ends the sequence.
    ///   - final: that byte.
    /// - Returns: nil for what is no key.
    static func named(_ parameters: [UInt8], _ final: UInt8) -> Key.Code? {
        switch (parameters, final) {
        case ([], UInt8(ascii: "A")): .up
        case ([], UInt8(ascii: "B")): .down
        case ([], UInt8(ascii: "C")): .right
        case ([], UInt8(ascii: "D")): .left
        case ([], UInt8(ascii: "H")), ([0x31], 0x7E), ([0x37], 0x7E): .home
        case ([], UInt8(ascii: "F")), ([0x34], 0x7E), ([0x38], 0x7E): .end
        case ([], UInt8(ascii: "M")): .enter
        case ([], UInt8(ascii: "Z")): .backTab
        case ([0x32], 0x7E): .insert
        case ([0x33], 0x7E): .delete
        case ([0x35], 0x7E): .pageUp
        case ([0x36], 0x7E): .pageDown
        default: nil
        }
    }
}
