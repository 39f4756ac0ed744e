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
    private var sheet = StyleSheet()
    private var pairs: [PairKey: Int32] = [:]
    private var looks: [Style: Look] = [:]

    /// Whether there are colours.
    var areThere: Bool { count > 0 }

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

    /// Shows named styles by another sheet from now on.
    mutating func use(_ sheet: StyleSheet) {
        self.sheet = sheet
        looks = [:]
        // What is cleared is to have the colours of the screen too.
        if areThere { assume_default_colors(number(of: sheet.text.foreground), number(of: sheet.text.background)) }
    }

    /// How ncurses is to show a style.
    mutating func look(of style: Style) -> Look {
        if let look = looks[style] { return look }
        let shown = sheet.resolve(style)
        var look = Look(attributes: Self.attributes(shown.attributes), pair: 0)
        if areThere {
            let foreground = number(of: shown.foreground)
            let background = number(of: shown.background)
            if foreground >= 0, foreground == background, shown.foreground != shown.background {
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
        if foreground == number(of: sheet.text.foreground), background == number(of: sheet.text.background) { return 0 }
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
        let color = RGB(palette: palette)
        if colors > 256 {
            // A direct-colour terminal takes the first eight as numbers and all others as red, green, blue.
            return Int32(color.red << 16 | color.green << 8 | color.blue)
        }
        let choices = colors >= 16 ? 16 : 8
        return palette < choices ? Int32(palette) : Int32(color.nearest(in: 0..<choices))
    }

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
