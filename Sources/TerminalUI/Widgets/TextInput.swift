/// One line of text that is being typed, with a cursor, editing keys and the lines typed before.
///
/// The cursor moves by what people see as one character; text that is wider than its place scrolls sideways.
public struct TextInput: Sendable, Hashable {
    /// What a key did.
    public enum Outcome: Sendable, Hashable {
        /// The text changed.
        case edited
        /// The cursor moved, or nothing was there to change.
        case moved
        /// The text is complete.
        case confirmed
        /// The text is not wanted any more.
        case cancelled
        /// The key means nothing here.
        case ignored
    }

    /// The most characters that it takes: more is pasted by mistake only.
    static let limit = 4_096

    private var characters: [Character]
    /// How many characters precede the cursor.
    public private(set) var cursor: Int
    private let history: [String]
    /// Which line of the history is shown; its count for what was typed.
    private var place: Int
    /// What was typed before the history was looked at.
    private var draft: [Character] = []

    /// An input that begins with a text, its cursor at the end.
    ///
    /// - Parameters:
    ///   - text: the text to begin with.
    ///   - history: lines typed before, the newest last.
    public init(_ text: String = "", history: InputHistory = InputHistory()) {
        characters = Array(text)
        cursor = characters.count
        self.history = history.lines
        place = history.lines.count
    }

    /// The text.
    public var text: String { String(characters) }

    /// Whether a text could have been typed: it has no line ends or other controls, and is not too long.
    public static func canHold(_ text: String) -> Bool {
        text.unicodeScalars.count <= limit && text.unicodeScalars.allSatisfy { printable($0) == $0 }
    }

    /// Takes a key in.
    public mutating func take(_ key: Key) -> Outcome {
        switch key.code {
        case .character(let scalar) where key.isControl: return control(scalar)
        case .character(let scalar): return insert(String(Character(scalar)))
        case .enter: return .confirmed
        case .escape: return .cancelled
        case .left: return move(to: cursor - 1)
        case .right: return move(to: cursor + 1)
        case .home: return move(to: 0)
        case .end: return move(to: characters.count)
        // Nothing left to delete: that is how one leaves a prompt.
        case .backspace where characters.isEmpty: return .cancelled
        case .backspace: return delete(cursor - 1..<cursor)
        case .delete: return delete(cursor..<cursor + 1)
        case .up: return recall(place - 1)
        case .down: return recall(place + 1)
        default: return .ignored
        }
    }

    private mutating func control(_ scalar: Unicode.Scalar) -> Outcome {
        switch scalar {
        case "a": move(to: 0)
        case "e": move(to: characters.count)
        case "b": move(to: cursor - 1)
        case "f": move(to: cursor + 1)
        case "d": delete(cursor..<cursor + 1)
        case "w": delete(wordStart..<cursor)
        case "u": delete(0..<cursor)
        case "k": delete(cursor..<characters.count)
        case "p": recall(place - 1)
        case "n": recall(place + 1)
        case "c", "g": .cancelled
        default: .ignored
        }
    }

    /// Puts text in at the cursor, for example pasted text: line ends and other controls become blanks.
    @discardableResult
    public mutating func insert(_ text: String) -> Outcome {
        let room = Self.limit - characters.count
        guard room > 0, !text.isEmpty else { return .moved }
        // A mark that combines with what stands before the cursor becomes a part of it: counted from the end, the
        // cursor stays where it is for the user.
        let following = characters.count - cursor
        let plain = String(String.UnicodeScalarView(text.unicodeScalars.prefix(room).map(Self.printable)))
        characters = Array(String(characters[..<cursor]) + plain + String(characters[cursor...]))
        cursor = max(0, characters.count - following)
        return .edited
    }

    private static func printable(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
        switch scalar.value {
        case 0..<0x20, 0x7F..<0xA0, 0x2028, 0x2029: " "
        default: scalar
        }
    }

    private mutating func move(to place: Int) -> Outcome {
        cursor = min(max(0, place), characters.count)
        return .moved
    }

    private mutating func delete(_ range: Range<Int>) -> Outcome {
        let range = range.clamped(to: 0..<characters.count)
        guard !range.isEmpty else { return .moved }
        characters = Array(String(characters[..<range.lowerBound]) + String(characters[range.upperBound...]))
        cursor = min(range.lowerBound, characters.count)
        return .edited
    }

    /// Where the word before the cursor begins, with the blanks after it.
    private var wordStart: Int {
        var start = cursor
        while start > 0, characters[start - 1] == " " { start -= 1 }
        while start > 0, characters[start - 1] != " " { start -= 1 }
        return start
    }

    private mutating func recall(_ line: Int) -> Outcome {
        guard line >= 0, line <= history.count, line != place else { return .moved }
        if place == history.count { draft = characters }
        place = line
        characters = line == history.count ? draft : Array(history[line])
        cursor = characters.count
        return .edited
    }

    /// Draws the text into a row, as much of it as fits around the cursor.
    ///
    /// - Returns: where the cursor is.
    @discardableResult
    public func draw(into buffer: inout CellBuffer, x: Int, y: Int, width: Int, style: Style = .plain) -> Point {
        let columns = characters.map { TextWidth.columns(of: String($0)) }
        // The cursor takes a column of its own behind the text.
        let before = columns[..<cursor].reduce(0, +)
        let under = cursor < columns.count ? max(1, columns[cursor]) : 1
        var start = 0
        var hidden = 0
        while before - hidden + under > width, start < cursor {
            hidden += columns[start]
            start += 1
        }
        buffer.put(String(characters[start...]), x: x, y: y, style: style, maxWidth: width)
        return Point(x: x + before - hidden, y: y)
    }
}
