/// What the mouse did, and where.
public struct MouseEvent: Hashable, Sendable {
    /// A button that a terminal tells of.
    public enum Button: Hashable, Sendable { case left, middle, right }

    /// What happened.
    public enum Action: Hashable, Sendable {
        /// A button went down.
        case press(Button)
        /// A button went up; an old terminal does not say which: then it is the left one.
        case release(Button)
        /// The pointer came to another cell with a button down.
        case drag(Button)
        /// The wheel was turned by one step.
        case wheelUp, wheelDown
    }

    /// Keys that were held. A terminal keeps most of what is done with Shift for its own selection.
    public struct Modifiers: OptionSet, Hashable, Sendable {
        /// One bit a key, as in what terminals send.
        public let rawValue: UInt8

        /// Keys by their bits.
        public init(rawValue: UInt8) { self.rawValue = rawValue }

        /// Shift.
        public static let shift = Modifiers(rawValue: 4)
        /// Alt, or Meta.
        public static let alt = Modifiers(rawValue: 8)
        /// Control.
        public static let control = Modifiers(rawValue: 16)
    }

    /// What happened.
    public let action: Action
    /// The cell under the pointer, counted from 0. It may lie outside the screen: a terminal is not to be trusted.
    public let point: Point
    /// Keys that were held.
    public let modifiers: Modifiers

    /// Something that the mouse did.
    public init(_ action: Action, at point: Point, modifiers: Modifiers = []) {
        self.action = action
        self.point = point
        self.modifiers = modifiers
    }
}

extension MouseEvent {
    /// The most columns and rows that are believed; it leaves room for sums.
    private static let farthest = 65_535

    /// An event by the parameters of xterm's SGR report: `ESC [ < code ; column ; row M`, `m` for a release. Nil for what
    /// is no event here: motion without a button, a wheel that turns sideways, further buttons, and whatever is malformed.
    ///
    /// - Parameters:
    ///   - parameters: the bytes between `<` and the final byte.
    ///   - isRelease: whether the final byte was `m`.
    init?(report parameters: ArraySlice<UInt8>, isRelease: Bool) {
        let numbers = parameters.split(separator: UInt8(ascii: ";"), omittingEmptySubsequences: false).map { Self.number($0) }
        guard numbers.count == 3, let code = numbers[0], let column = numbers[1], let row = numbers[2] else {
            return nil
        }
        self.init(code: code, column: column, row: row, isRelease: isRelease)
    }

    /// An event by the report of terminals that know no SGR reports: `ESC [ M` and three bytes, each 32 above its value.
    init?(bytes: (code: UInt8, column: UInt8, row: UInt8)) {
        let code = Int(bytes.code) - 32
        // Such a terminal tells only that a button went up.
        let isRelease = code & 0b1110_0011 == 3
        self.init(
            code: isRelease ? code & ~3 : code, column: Int(bytes.column) - 32, row: Int(bytes.row) - 32,
            isRelease: isRelease)
    }

    private init?(code: Int, column: Int, row: Int, isRelease: Bool) {
        guard 1...Self.farthest ~= column, 1...Self.farthest ~= row,
            let action = Self.action(code & ~0b1_1100, isRelease: isRelease)
        else { return nil }
        self.init(
            action, at: Point(x: column - 1, y: row - 1), modifiers: Modifiers(rawValue: UInt8(code & 0b1_1100)))
    }

    private static func action(_ code: Int, isRelease: Bool) -> Action? {
        switch code {
        case 64 where !isRelease: return .wheelUp
        case 65 where !isRelease: return .wheelDown
        case 0...2, 32...34:
            let button: Button = [.left, .middle, .right][code & 3]
            return isRelease ? .release(button) : code < 32 ? .press(button) : .drag(button)
        default: return nil
        }
    }

    /// A number of five digits at most.
    private static func number(_ digits: ArraySlice<UInt8>) -> Int? {
        guard 1...5 ~= digits.count, digits.allSatisfy({ 0x30...0x39 ~= $0 }) else { return nil }
        return digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }
    }
}
