/// How a user wants the screen.
public struct ScreenSettings: Sendable, Hashable {
    /// What keys ask for.
    public var keys: KeyMap
    /// The name of the theme that is shown.
    public var theme: String
    /// The names of the themes that can be chosen.
    public var themes: [String]

    /// Whether the mouse is joblog's, and not the terminal's.
    public var mouse: Bool
    /// What the user wants to be told of.
    public var alerts: AlertSettings

    /// What is there without any file.
    public init(
        keys: KeyMap = KeyMap(), theme: String = Theme.standard, themes: [String] = Theme.names, mouse: Bool = true,
        alerts: AlertSettings = AlertSettings()
    ) {
        self.alerts = alerts
        self.mouse = mouse
        self.keys = keys
        self.theme = theme
        self.themes = themes
    }
}
