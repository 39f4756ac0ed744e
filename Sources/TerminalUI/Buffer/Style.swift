/// A colour of the terminal: its own, one of its palette, or one that a style sheet gives.
public struct Color: Hashable, Sendable {
    private static let firstName: Int16 = 256
    private let code: Int16

    private init(code: Int16) { self.code = code }

    /// The colour of text that a style sheet gives; as a background it is the terminal's own.
    init(named number: UInt8) { code = Self.firstName + Int16(number) }

    /// The number of the look in a style sheet; nil for a colour that stands for itself.
    var name: UInt8? { code < Self.firstName ? nil : UInt8(code - Self.firstName) }

    /// A colour of the 256-colour palette.
    public init(palette index: UInt8) { code = Int16(index) }

    /// The terminal's own colour.
    public static let `default` = Color(code: -1)
    /// Red of the terminal's palette.
    public static let red = Color(palette: 1)
    /// Green of the terminal's palette.
    public static let green = Color(palette: 2)
    /// Yellow of the terminal's palette.
    public static let yellow = Color(palette: 3)
    /// Blue of the terminal's palette.
    public static let blue = Color(palette: 4)
    /// Magenta of the terminal's palette.
    public static let magenta = Color(palette: 5)
    /// Cyan of the terminal's palette.
    public static let cyan = Color(palette: 6)
    /// White of the terminal's palette.
    public static let white = Color(palette: 7)
    /// Grey: bright black of the terminal's palette.
    public static let gray = Color(palette: 8)

    /// The place in the palette; nil for the terminal's own colour.
    public var palette: UInt8? { UInt8(exactly: code) }
}

/// How a cell looks.
public struct Style: Hashable, Sendable {
    /// What a terminal can do to text besides colouring it.
    public struct Attributes: OptionSet, Hashable, Sendable {
        /// The bits.
        public let rawValue: UInt8

        /// Attributes of these bits.
        public init(rawValue: UInt8) { self.rawValue = rawValue }

        /// Bold.
        public static let bold = Attributes(rawValue: 1)
        /// Dim.
        public static let dim = Attributes(rawValue: 2)
        /// Underlined.
        public static let underline = Attributes(rawValue: 4)
        /// Colours exchanged.
        public static let reverse = Attributes(rawValue: 8)
        /// Italic.
        public static let italic = Attributes(rawValue: 16)
    }

    /// The colour of the text.
    public var foreground: Color
    /// The colour behind it.
    public var background: Color
    /// What else is done to it.
    public var attributes: Attributes

    /// A style; plain unless told otherwise.
    public init(_ foreground: Color = .default, on background: Color = .default, _ attributes: Attributes = []) {
        self.foreground = foreground
        self.background = background
        self.attributes = attributes
    }

    /// A look that a style sheet gives.
    ///
    /// - Parameter number: its number there. What the program adds to the style is added to that look.
    public init(named number: UInt8) { self.init(Color(named: number)) }

    /// The terminal's own colours and nothing else.
    public static let plain = Style()
    /// Dim text.
    public static let dim = Style(.default, .dim)
    /// Bold text.
    public static let bold = Style(.default, .bold)

    private init(_ foreground: Color, _ attributes: Attributes) {
        self.init(foreground, on: .default, attributes)
    }

    /// The style with another laid over it: that one's colour of text, where it has one, and its attributes besides.
    public func overlaid(by other: Style) -> Style {
        var style = adding(other.attributes)
        if other.foreground != .default { style.foreground = other.foreground }
        return style
    }

    /// The same style with further attributes.
    public func adding(_ attributes: Attributes) -> Style {
        var style = self
        style.attributes.formUnion(attributes)
        return style
    }
}
