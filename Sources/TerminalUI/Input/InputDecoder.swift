/// Makes events of the bytes that a terminal sends, however they come in pieces.
///
/// It knows no clock: after `patience` without a further byte, `giveUp()` says that the rest will not come. What is unknown,
/// malformed or without end costs its own bytes, and never comes out as keys that nobody pressed.
public struct InputDecoder: Sendable {
    private static let escape: UInt8 = 0x1B
    /// No sequence of a key or of the mouse is as long.
    private static let longest = 64

    /// Sequences of keys by the terminal's description.
    private let keys: [[UInt8]: Key.Code]
    /// What those sequences begin with, the sequences themselves left out.
    private let beginnings: Set<[UInt8]>
    /// Bytes that are not understood yet.
    private var pending: [UInt8] = []
    private var paste: PasteReader?
    /// Whether the rest of a sequence that is too long is being dropped.
    private var isSkipping = false

    /// A decoder.
    ///
    /// - Parameter keys: the sequences that the terminal's description gives keys; they go before what is common.
    public init(keys: [[UInt8]: Key.Code] = [:]) {
        self.keys = keys.filter { $0.key.first == Self.escape && $0.key.count > 1 }
        beginnings = Set(self.keys.keys.flatMap { key in (1..<key.count).map { Array(key[..<$0]) } })
    }

    /// How long to wait for the next byte before `giveUp()`; nil while nothing is unfinished.
    ///
    /// Escape by itself is a key that is waited for. The longer a beginning, the less can a hand have typed it, and the
    /// more harm do its remains.
    public var patience: Duration? {
        if paste != nil { return .seconds(3) }
        if isSkipping { return .seconds(3) }
        // A part of a character waits for ever: it is nothing until the next byte tells.
        guard pending.first == Self.escape else { return nil }
        return pending.count > 2 ? .seconds(3) : pending.count > 1 ? .milliseconds(100) : .milliseconds(25)
    }

    /// Takes bytes in; gives the events that are complete.
    public mutating func decode(_ bytes: some Sequence<UInt8>) -> [InputEvent] {
        var events: [InputEvent] = []
        for byte in bytes {
            if paste != nil {
                if paste?.take(byte) == true { endPaste(into: &events) }
                continue
            }
            if isSkipping {
                isSkipping = Self.isInside(byte)
                // A byte that can be in no sequence begins something new.
                if isSkipping || 0x40...0x7E ~= byte { continue }
            }
            pending.append(byte)
            while !pending.isEmpty, let used = step(into: &events) { pending.removeFirst(used) }
            if pending.count > Self.longest {
                pending = []
                isSkipping = true
            }
        }
        return events
    }

    /// Takes it that the rest of what is unfinished does not come; gives what it was after all.
    public mutating func giveUp() -> [InputEvent] {
        var events: [InputEvent] = []
        endPaste(into: &events)
        isSkipping = false
        // Escape, or Alt and a bracket. Of anything longer the beginning means nothing.
        if pending.first == Self.escape, pending.count <= 2 {
            events += pending.compactMap { Self.ascii($0) }.map { .key($0) }
        }
        pending = []
        return events
    }

    private mutating func endPaste(into events: inout [InputEvent]) {
        if let text = paste?.text, !text.isEmpty { events.append(.paste(text)) }
        paste = nil
    }

    /// Understands what the pending bytes begin with.
    ///
    /// - Returns: how many bytes that were; nil when more are needed.
    private mutating func step(into events: inout [InputEvent]) -> Int? {
        guard pending[0] == Self.escape else { return character(into: &events) }
        if beginnings.contains(pending) { return nil }
        if let code = keys[pending] {
            events.append(.key(Key(code)))
            return pending.count
        }
        guard pending.count > 1 else { return nil }
        switch pending[1] {
        case UInt8(ascii: "["): return controlSequence(into: &events)
        case UInt8(ascii: "O"):
            guard pending.count > 2 else { return nil }
            guard 0x20...0x7E ~= pending[2] else { return 2 }
            if let code = Self.named([], pending[2]) { events.append(.key(Key(code))) }
            return 3
        default:
            // A key with Alt, or two keys: Escape, and what it is followed by.
            events.append(.key(Key(.escape)))
            return 1
        }
    }

    /// `ESC [`, parameters, and the byte that ends it.
    private mutating func controlSequence(into events: inout [InputEvent]) -> Int? {
        guard let final = pending.dropFirst(2).firstIndex(where: { !Self.isInside($0) }) else { return nil }
        // Not the end of a sequence but the beginning of something else.
        guard 0x40...0x7E ~= pending[final] else { return final }
        let parameters = pending[2..<final]
        switch (parameters.first, pending[final]) {
        case (nil, UInt8(ascii: "M")): return oldReport(into: &events)
        case (UInt8(ascii: "<"), UInt8(ascii: "M")), (UInt8(ascii: "<"), UInt8(ascii: "m")):
            let isRelease = pending[final] == UInt8(ascii: "m")
            if let event = MouseEvent(report: parameters.dropFirst(), isRelease: isRelease) {
                events.append(.mouse(event))
            }
        case _ where pending == PasteReader.begin: paste = PasteReader()
        default:
            if let code = Self.named(Array(parameters), pending[final]) { events.append(.key(Key(code))) }
        }
        return final + 1
    }

    /// `ESC [ M` and three bytes.
    private func oldReport(into events: inout [InputEvent]) -> Int? {
        let report = pending.dropFirst(3)
        // None of the three is a control.
        if let stray = report.firstIndex(where: { $0 < 0x20 }) { return stray }
        guard report.count == 3 else { return nil }
        if let event = MouseEvent(bytes: (pending[3], pending[4], pending[5])) { events.append(.mouse(event)) }
        return 6
    }

    private static func isInside(_ byte: UInt8) -> Bool { 0x20...0x3F ~= byte }

    private func character(into events: inout [InputEvent]) -> Int? {
        let lead = pending[0]
        guard lead >= 0x80 else {
            if let key = Self.ascii(lead) { events.append(.key(key)) }
            return 1
        }
        guard 0xC2..<0xF5 ~= lead else { return 1 }
        let length = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4
        if let stray = pending.dropFirst().firstIndex(where: { $0 & 0xC0 != 0x80 }) { return stray }
        guard pending.count == length else { return nil }
        let text = String(validating: pending, as: UTF8.self)
        if let scalar = text?.unicodeScalars.first, scalar.value >= 0xA0 { events.append(.key(Key(scalar))) }
        return length
    }
}
