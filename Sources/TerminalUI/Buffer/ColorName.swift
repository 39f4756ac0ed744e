extension Color {
    private static let names = ["black", "red", "green", "yellow", "blue", "magenta", "cyan", "white"]

    /// The colour that people write: `default`, `red`, `bright-red`, `gray`, a number of the palette (`208`), or `#rrggbb`, which
    /// is the nearest one of the 240 that are the same on every terminal. Nil for what is none.
    public init?(text: String) {
        let text = text.lowercased()
        if text == "default" {
            self = .default
        } else if text == "gray" || text == "grey" {
            self = .gray
        } else if let index = Self.names.firstIndex(of: text) {
            self.init(palette: UInt8(index))
        } else if text.hasPrefix("bright-"), let index = Self.names.firstIndex(of: String(text.dropFirst(7))) {
            self.init(palette: UInt8(index + 8))
        } else if text.hasPrefix("#") {
            guard let color = RGB(hexadecimal: text.dropFirst()) else { return nil }
            self.init(palette: color.nearest(in: 16..<256))
        } else {
            guard let number = UInt8(text), text.allSatisfy(\.isNumber) else { return nil }
            self.init(palette: number)
        }
    }
}

/// A colour by its parts, each 0 to 255.
public struct RGB: Sendable, Hashable {
    /// The parts.
    public var red: Int, green: Int, blue: Int

    /// A colour by its parts.
    public init(_ red: Int, _ green: Int, _ blue: Int) {
        (self.red, self.green, self.blue) = (red, green, blue)
    }

    /// A colour of the 256-colour palette; the first 16 as xterm has them, which terminals may show otherwise.
    public init(palette: UInt8) {
        let index = Int(palette)
        if index < 16 {
            self = Self.basic[index]
        } else if index >= 232 {
            let level = 8 + 10 * (index - 232)
            self.init(level, level, level)
        } else {
            let cube = index - 16
            self.init(Self.levels[cube / 36], Self.levels[cube / 6 % 6], Self.levels[cube % 6])
        }
    }

    /// `rrggbb` or `rgb`.
    init?(hexadecimal text: Substring) {
        let digits = text.compactMap(\.hexDigitValue)
        guard digits.count == text.count else { return nil }
        switch digits.count {
        case 3: self.init(digits[0] * 17, digits[1] * 17, digits[2] * 17)
        case 6: self.init(digits[0] * 16 + digits[1], digits[2] * 16 + digits[3], digits[4] * 16 + digits[5])
        default: return nil
        }
    }

    private var isGray: Bool { red == green && green == blue }

    /// The place of the palette's nearest colour, the first one of several; a grey stays without colour.
    public func nearest(in places: Range<Int>) -> UInt8 {
        var best = (place: places.lowerBound, distance: Int.max)
        for place in places {
            let color = RGB(palette: UInt8(place))
            if isGray, !color.isGray { continue }
            let distance = distance(to: color)
            if distance < best.distance { best = (place, distance) }
        }
        return UInt8(best.place)
    }

    private func distance(to other: RGB) -> Int {
        let (red, green, blue) = (red - other.red, green - other.green, blue - other.blue)
        return red * red + green * green + blue * blue
    }

    private static let levels = [0, 95, 135, 175, 215, 255]
    private static let basic = [
        RGB(0, 0, 0), RGB(205, 0, 0), RGB(0, 205, 0), RGB(205, 205, 0), RGB(0, 0, 238), RGB(205, 0, 205),
        RGB(0, 205, 205), RGB(229, 229, 229), RGB(127, 127, 127), RGB(255, 0, 0), RGB(0, 255, 0), RGB(255, 255, 0),
        RGB(92, 92, 255), RGB(255, 0, 255), RGB(0, 255, 255), RGB(255, 255, 255),
    ]
}
