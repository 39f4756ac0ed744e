import CNcurses
import TerminalUI

/// What ncurses calls the looks that styles describe.
struct NcursesColors {
    /// A look as ncurses has it: attribute bits and the number of a colour pair.
    struct Look {
        var attributes: attr_t
        var pair: Int32
    }

    private struct PairKey: Hashable {
        var foreground: Int32
        var background: Int32
    }

    private let count: Int32
    private let pairLimit: Int32
    private var pairs: [PairKey: Int32] = [:]
    private var looks: [Style: Look] = [:]

    /// Looks for the current screen.
    ///
    /// - Parameter enabled: whether colours are used at all; attributes always are.
    init(enabled: Bool) {
        guard enabled, has_colors(), start_color() == OK, use_default_colors() == OK else {
            count = 0
            pairLimit = 0
            return
        }
        count = jn_colors()
        pairLimit = jn_color_pairs()
    }

    /// How ncurses is to show a style.
    mutating func look(of style: Style) -> Look {
        if let look = looks[style] { return look }
        var look = Look(attributes: Self.attributes(style.attributes), pair: 0)
        if count > 0 {
            let foreground = number(of: style.foreground)
            let background = number(of: style.background)
            if foreground >= 0, foreground == background, style.foreground != style.background {
                // Two colours that a poor palette makes one would hide the text.
                look.attributes |= jn_reverse()
            } else {
                look.pair = pair(foreground, background)
            }
        }
        looks[style] = look
        return look
    }

    private mutating func pair(_ foreground: Int32, _ background: Int32) -> Int32 {
        if foreground < 0, background < 0 { return 0 }
        let key = PairKey(foreground: foreground, background: background)
        if let pair = pairs[key] { return pair }
        let next = Int32(pairs.count) + 1
        guard next < pairLimit, init_extended_pair(next, foreground, background) == OK else { return 0 }
        pairs[key] = next
        return next
    }

    private func number(of color: Color) -> Int32 {
        guard let palette = color.palette else { return -1 }
        return Self.number(palette: palette, colors: Int(count))
    }

    /// The number of a palette colour on a terminal with so many colours.
    static func number(palette: UInt8, colors: Int) -> Int32 {
        if colors == 256 || palette < 8 { return Int32(palette) }
        if colors > 256 {
            // A direct-colour terminal takes the first eight as numbers and all others as red, green, blue.
            let (red, green, blue) = rgb(palette)
            return Int32(red << 16 | green << 8 | blue)
        }
        let choices = colors >= 16 ? 16 : 8
        return palette < choices ? Int32(palette) : nearest(to: palette, of: choices)
    }

    private static func nearest(to palette: UInt8, of choices: Int) -> Int32 {
        let (red, green, blue) = rgb(palette)
        var best = (index: 0, distance: Int.max)
        for index in 0..<choices {
            let (r, g, b) = basic[index]
            let distance = (red - r) * (red - r) + (green - g) * (green - g) + (blue - b) * (blue - b)
            if distance < best.distance { best = (index, distance) }
        }
        return Int32(best.index)
    }

    private static func rgb(_ palette: UInt8) -> (Int, Int, Int) {
        let index = Int(palette)
        if index < 16 { return basic[index] }
        if index >= 232 {
            let level = 8 + 10 * (index - 232)
            return (level, level, level)
        }
        let cube = index - 16
        return (levels[cube / 36], levels[cube / 6 % 6], levels[cube % 6])
    }

    private static let levels = [0, 95, 135, 175, 215, 255]
    private static let basic = [
        (0, 0, 0), (205, 0, 0), (0, 205, 0), (205, 205, 0), (0, 0, 238), (205, 0, 205), (0, 205, 205), (229, 229, 229),
        (127, 127, 127), (255, 0, 0), (0, 255, 0), (255, 255, 0), (92, 92, 255), (255, 0, 255), (0, 255, 255),
        (255, 255, 255),
    ]

    private static func attributes(_ attributes: Style.Attributes) -> attr_t {
        var bits: attr_t = 0
        if attributes.contains(.bold) { bits |= jn_bold() }
        if attributes.contains(.dim) { bits |= jn_dim() }
        if attributes.contains(.underline) { bits |= jn_underline() }
        if attributes.contains(.reverse) { bits |= jn_reverse() }
        if attributes.contains(.italic) { bits |= jn_italic() }
        return bits
    }
}
