import CNcurses
import TerminalUI

/// Makes keys of what ncurses reads.
///
/// Bytes are put together to UTF-8 here rather than by `wget_wch`, which loses a character whose bytes come in two
/// reads, and stops at one that is wrong.
struct NcursesKeys {
    private let window: UnsafeMutablePointer<WINDOW>
    private var bytes: [UInt8] = []

    /// Keys read by a window that is never shown: reading by one on the screen would refresh it.
    init?() {
        guard let window = newpad(1, 1) else { return nil }
        self.window = window
        keypad(window, true)
        nodelay(window, true)
    }

    /// Frees the window.
    func close() { delwin(window) }

    /// The keys that wait.
    mutating func read() -> [Key] {
        var keys: [Key] = []
        while let code = next() {
            if code == 0x1B {
                bytes.removeAll()
                keys += escaped()
            } else if code == KEY_MOUSE {
                // A program before this one may have left the mouse on.
                _ = sequence()
            } else if let key = key(code) {
                keys.append(key)
            }
        }
        return keys
    }

    private func next() -> Int32? {
        let code = wgetch(window)
        return code == ERR ? nil : code
    }

    private mutating func key(_ code: Int32) -> Key? {
        if code > 0xFF {
            bytes.removeAll()
            return Self.named(code)
        }
        let byte = UInt8(truncatingIfNeeded: code)
        guard byte < 0x80 else { return character(byte) }
        bytes.removeAll()
        return Self.ascii(byte)
    }

    /// What follows Escape: a sequence that ncurses does not know must not come out as Escape and letters.
    private mutating func escaped() -> [Key] {
        guard let code = next() else { return [Key(.escape)] }
        guard code == 0x5B || code == 0x4F else {
            let following = code == 0x1B ? escaped() : key(code).map { [$0] } ?? []
            return [Key(.escape)] + following
        }
        let (parameters, final) = sequence()
        if let final { return Self.named(parameters, final).map { [Key($0)] } ?? [] }
        // Nothing but Escape and a bracket: those are what was typed.
        guard parameters.isEmpty, let scalar = Unicode.Scalar(UInt32(code)) else { return [] }
        return [Key(.escape), Key(scalar)]
    }

    /// The rest of a control sequence: its parameters, and the byte that ends it if that has come.
    private func sequence() -> (parameters: [UInt8], final: UInt8?) {
        var parameters: [UInt8] = []
        while let code = next(), code >= 0x20, code <= 0x7E {
            let byte = UInt8(truncatingIfNeeded: code)
            if byte >= 0x40 { return (parameters, byte) }
            parameters.append(byte)
        }
        return (parameters, nil)
    }

    private mutating func character(_ byte: UInt8) -> Key? {
        if byte >= 0xC0 { bytes.removeAll() }
        bytes.append(byte)
        guard let lead = bytes.first, lead >= 0xC2, lead < 0xF5 else {
            bytes.removeAll()
            return nil
        }
        guard bytes.count == (lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4) else { return nil }
        let text = String(validating: bytes, as: UTF8.self)
        bytes.removeAll()
        guard let scalar = text?.unicodeScalars.first, scalar.value >= 0xA0 else { return nil }
        return Key(scalar)
    }

    private static func ascii(_ byte: UInt8) -> Key? {
        switch byte {
        case 0x00: Key(control: " ")
        case 0x08, 0x7F: Key(.backspace)
        case 0x09: Key(.tab)
        case 0x0A, 0x0D: Key(.enter)
        case 0x01...0x1A: Key(control: Unicode.Scalar(byte + 0x60))
        case 0x1C...0x1F: Key(control: Unicode.Scalar(byte + 0x40))
        default: Key(Unicode.Scalar(byte))
        }
    }

    private static func named(_ code: Int32) -> Key? {
        if code >= KEY_F0 + 1, code <= KEY_F0 + 12 { return Key(.function(Int(code - KEY_F0))) }
        let named: Key.Code? =
            switch code {
            case KEY_UP: .up
            case KEY_DOWN: .down
            case KEY_LEFT: .left
            case KEY_RIGHT: .right
            case KEY_HOME: .home
            case KEY_END: .end
            case KEY_PPAGE: .pageUp
            case KEY_NPAGE: .pageDown
            case KEY_DC: .delete
            case KEY_IC: .insert
            case KEY_BTAB: .backTab
            case KEY_ENTER: .enter
            case KEY_BACKSPACE: .backspace
            default: nil
            }
        return named.map { Key($0) }
    }

    /// Keys as terminals send them whose description says otherwise; those with modifiers are no keys of ours.
    private static func named(_ parameters: [UInt8], _ final: UInt8) -> Key.Code? {
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
