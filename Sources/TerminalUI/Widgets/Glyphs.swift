/// The signs that widgets draw with: Unicode, or ASCII where a terminal shows no more.
public struct Glyphs: Sendable, Hashable {
    /// Whether they are Unicode.
    public let isUnicode: Bool

    /// Signs for a terminal.
    public init(isUnicode: Bool) { self.isUnicode = isUnicode }

    /// Marks the selected line.
    public var pointer: String { isUnicode ? "▸" : ">" }
    /// A line that is marked.
    public var mark: String { isUnicode ? "◆" : "+" }
    /// Something that is watched.
    public var watched: String { isUnicode ? "◉" : "@" }
    /// A part of a vertical line.
    public var bar: String { isUnicode ? "│" : "|" }
    /// Something that is on.
    public var dot: String { isUnicode ? "●" : "*" }
    /// Something that is off.
    public var circle: String { isUnicode ? "○" : "o" }
    /// Something that is done.
    public var check: String { isUnicode ? "✓" : "x" }
    /// A part of a horizontal line.
    public var rule: String { isUnicode ? "─" : "-" }
    /// Separates.
    public var separator: String { isUnicode ? "·" : "-" }
    /// Downwards.
    public var down: String { isUnicode ? "↓" : "v" }
    /// The place where text goes on.
    public var caret: String { isUnicode ? "▌" : "_" }
    /// An empty value.
    public var none: String { isUnicode ? "–" : "-" }
}
