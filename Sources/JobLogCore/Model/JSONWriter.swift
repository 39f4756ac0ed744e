/// Writes compact JSON in UTF-8, escaped as `JSON.stringify` escapes it.
///
/// Besides whole values it writes objects member by member, so that hot paths need not build a ``JSONValue``:
///
///     var writer = JSONWriter()
///     writer.open()
///     writer.member("step", "Searching sources")
///     writer.close()
public struct JSONWriter {
    /// What has been written.
    public private(set) var bytes: [UInt8] = []
    private let escapeTerminal: Bool
    private var needsComma = false

    /// A writer. `escapeTerminal` writes DEL, C1, bidirectional controls and tags as `\uXXXX` too.
    public init(escapeTerminal: Bool = false, capacity: Int = 0) {
        self.escapeTerminal = escapeTerminal
        bytes.reserveCapacity(capacity)
    }

    /// A writer that goes on behind the members of an object.
    init(continuing bytes: consuming [UInt8]) {
        escapeTerminal = false
        self.bytes = bytes
        needsComma = true
    }

    /// Starts an object.
    public mutating func open() {
        bytes.append(UInt8(ascii: "{"))
        needsComma = false
    }

    /// Ends the object; what follows is a member of the one around it.
    public mutating func close() {
        bytes.append(UInt8(ascii: "}"))
        needsComma = true
    }

    /// Writes a member's name, which needs no escapes, and colon; its value is to follow.
    public mutating func key(_ key: StaticString) {
        separate()
        bytes.append(UInt8(ascii: "\""))
        bytes.append(contentsOf: UnsafeBufferPointer(start: key.utf8Start, count: key.utf8CodeUnitCount))
        bytes.append(UInt8(ascii: "\""))
        bytes.append(UInt8(ascii: ":"))
    }

    /// Writes a member, or nothing when there is no value.
    public mutating func member(_ key: StaticString, _ value: String?) {
        guard let value else { return }
        self.key(key)
        string(value)
    }

    /// Writes a member, or nothing when there is no value.
    public mutating func member(_ key: StaticString, _ value: (some BinaryInteger)?) {
        guard let value else { return }
        self.key(key)
        bytes.append(contentsOf: String(value).utf8)
    }

    /// Writes a member as JavaScript prints the number, or nothing when there is no value; NaN is `null`.
    public mutating func member(_ key: StaticString, number: Double?) {
        guard let number else { return }
        self.key(key)
        bytes.append(contentsOf: number.isFinite ? JavaScriptNumber.text(number).utf8 : "null".utf8)
    }

    /// Writes a member, or nothing when there is no value.
    public mutating func member(_ key: StaticString, flag: Bool?) {
        guard let flag else { return }
        self.key(key)
        value(.bool(flag))
    }

    /// Writes a member, or nothing when there is no value.
    public mutating func member(_ key: StaticString, value: JSONValue?) {
        guard let value else { return }
        self.key(key)
        self.value(value)
    }

    /// Writes a member whose value is an array, of each element what `write` does.
    mutating func member<Element>(
        _ key: StaticString, array elements: [Element], _ write: (inout JSONWriter, Element) -> Void
    ) {
        self.key(key)
        bytes.append(UInt8(ascii: "["))
        needsComma = false
        for element in elements {
            separate()
            write(&self, element)
        }
        bytes.append(UInt8(ascii: "]"))
        needsComma = true
    }

    /// Writes a whole value that is JSON already.
    mutating func copy(json: ArraySlice<UInt8>) { bytes.append(contentsOf: json) }

    /// Writes a member whose value is the text of an entry's id, which has nothing to escape.
    mutating func member(_ key: StaticString, _ id: EntryID) {
        self.key(key)
        bytes.append(UInt8(ascii: "\""))
        bytes.append(contentsOf: id.writer.utf8)
        bytes.append(UInt8(ascii: "-"))
        var divisor = 1
        for _ in 1..<EntryID.digits { divisor *= 10 }
        while id.count / divisor >= 10 { divisor *= 10 }
        while divisor > 0 {
            bytes.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: id.count / divisor % 10))
            divisor /= 10
        }
        bytes.append(UInt8(ascii: "\""))
    }

    /// Writes a whole value.
    public mutating func value(_ value: JSONValue) {
        switch value {
        case .null: bytes.append(contentsOf: "null".utf8)
        case .bool(let flag): bytes.append(contentsOf: flag ? "true".utf8 : "false".utf8)
        case .number(let number): bytes.append(contentsOf: number.text.utf8)
        case .string(let text): string(text)
        case .array(let elements):
            bytes.append(UInt8(ascii: "["))
            for (index, element) in elements.enumerated() {
                if index > 0 { bytes.append(UInt8(ascii: ",")) }
                self.value(element)
            }
            bytes.append(UInt8(ascii: "]"))
        case .object(let object):
            open()
            for member in object.members {
                separate()
                string(member.key)
                bytes.append(UInt8(ascii: ":"))
                self.value(member.value)
            }
            close()
        }
    }

    private mutating func separate() {
        if needsComma { bytes.append(UInt8(ascii: ",")) }
        needsComma = true
    }

    /// Writes a string with its quotes.
    public mutating func string(_ text: String) {
        var text = text
        bytes.append(UInt8(ascii: "\""))
        text.withUTF8 { content in
            var run = 0
            var at = 0
            while true {
                if !escapeTerminal { at = PlainText.end(content, from: at) }
                guard at < content.count else { break }
                let taken = escapedLength(content, at)
                guard taken > 0 else {
                    at += 1
                    continue
                }
                bytes.append(contentsOf: content[run..<at])
                escape(content, at, taken)
                at += taken
                run = at
            }
            bytes.append(contentsOf: content[run...])
        }
        bytes.append(UInt8(ascii: "\""))
    }

    /// How many bytes at `at` are a character to escape; 0 when it may stand as it is.
    @inline(__always)
    private func escapedLength(_ content: UnsafeBufferPointer<UInt8>, _ at: Int) -> Int {
        let byte = content[at]
        if byte < 0x20 || byte == 0x22 || byte == 0x5C { return 1 }
        guard escapeTerminal, byte >= 0x7F else { return 0 }
        // The text is valid UTF-8, so a lead byte is followed by what it promises.
        switch byte {
        case 0x7F: return 1
        case 0xC2: return content[at + 1] < 0xA0 ? 2 : 0
        case 0xD8: return content[at + 1] == 0x9C ? 2 : 0
        case 0xE2:
            switch (content[at + 1], content[at + 2]) {
            case (0x80, 0x8E...0x8F), (0x80, 0xAA...0xAE), (0x81, 0xA6...0xA9): return 3
            default: return 0
            }
        case 0xF3: return content[at + 1] == 0xA0 && content[at + 2] <= 0x81 ? 4 : 0
        default: return 0
        }
    }

    private mutating func escape(_ content: UnsafeBufferPointer<UInt8>, _ at: Int, _ length: Int) {
        var code = UInt32(content[at])
        if length > 1 {
            code &= 0xFF >> UInt32(length + 1)
            for index in 1..<length { code = code << 6 | UInt32(content[at + index] & 0x3F) }
        }
        guard code <= 0xFFFF else {
            unit(0xD800 + (code - 0x10000) >> 10)
            return unit(0xDC00 + (code - 0x10000) & 0x3FF)
        }
        switch code {
        case 0x22, 0x5C: short(UInt8(code))
        case 0x08: short(UInt8(ascii: "b"))
        case 0x09: short(UInt8(ascii: "t"))
        case 0x0A: short(UInt8(ascii: "n"))
        case 0x0C: short(UInt8(ascii: "f"))
        case 0x0D: short(UInt8(ascii: "r"))
        default: unit(code)
        }
    }

    /// Writes an escape of one letter.
    private mutating func short(_ letter: UInt8) {
        bytes.append(UInt8(ascii: "\\"))
        bytes.append(letter)
    }

    /// Writes a unit of UTF-16 in hexadecimal.
    private mutating func unit(_ code: UInt32) {
        short(UInt8(ascii: "u"))
        for shift in [12, 8, 4, 0] {
            let digit = UInt8(truncatingIfNeeded: code >> UInt32(shift)) & 0xF
            bytes.append(digit + (digit < 10 ? UInt8(ascii: "0") : UInt8(ascii: "a") - 10))
        }
    }
}
