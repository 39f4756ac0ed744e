/// What named styles look like. Frames name looks, and a backend resolves them as it paints: another sheet changes the look of
/// everything, and nothing that was laid out is laid out anew.
public struct StyleSheet: Sendable, Hashable {
    /// Text that has no style, and the screen behind it; only its colours count.
    public let text: Style
    private let styles: [Style]

    /// A sheet.
    ///
    /// - Parameters:
    ///   - text: the colours of text without a style, and of the whole screen.
    ///   - styles: the look of each number. A number beyond them is plain.
    public init(text: Style = .plain, styles: [Style] = []) {
        self.text = text
        self.styles = styles
    }

    /// The style that a terminal is to show, in colours that stand for themselves.
    public func resolve(_ style: Style) -> Style {
        var result = style
        if let name = style.foreground.name {
            let look = Int(name) < styles.count ? styles[Int(name)] : .plain
            result.foreground = look.foreground
            if style.background == .default { result.background = look.background }
            result.attributes.formUnion(look.attributes)
        }
        if result.background.name != nil { result.background = .default }
        if result.foreground == .default { result.foreground = text.foreground }
        if result.background == .default { result.background = text.background }
        return result
    }
}
