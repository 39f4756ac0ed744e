/// The themes that come with joblog, in the form that files have.
extension Theme {
    /// The theme that files extend, and that dark terminals have.
    public static let standard = "dark"

    /// The names of the themes that come with joblog.
    public static var names: [String] { texts.map(\.name) }

    /// A theme that comes with joblog; nil for a name that none has.
    public static func builtIn(_ name: String) throws(SettingsError) -> Theme? {
        guard let text = text(of: name) else { return nil }
        return try Theme(
            parsing: Array(text.utf8), name: name, file: "theme \(name)",
            extending: name == standard ? nil : standard)
    }

    /// The text of a theme that comes with joblog, to begin one's own with; nil for a name that none has.
    public static func text(of name: String) -> String? { texts.first { $0.name == name }?.text }

    /// The theme for a terminal that nobody chose one for.
    ///
    /// - Parameters:
    ///   - hasColors: whether it shows colours.
    ///   - background: `COLORFGBG`, by which some terminals tell their colours: `15;0` is white on black.
    /// - Returns: the name of one that comes with joblog.
    public static func suited(hasColors: Bool, background: String?) -> String {
        guard hasColors else { return "monochrome" }
        let color = background?.split(separator: ";").last.flatMap { Int($0) }
        return color == 7 || color.map { 9...15 ~= $0 } == true ? "light" : standard
    }

    private static let texts: [(name: String, text: String)] = [
        ("dark", dark), ("light", light), ("high-contrast", highContrast), ("colour-blind", colourBlind),
        ("monochrome", monochrome),
    ]

    private static let dark = """
        {
          "styles": {
            "faint": {"fg": "gray"},
            "title": {"bold": true},
            "dimmed": {"fg": "gray", "dim": true},
            "header": {"reverse": true},
            "production": {"fg": "white", "bg": "red", "bold": true},
            "pointer": {"fg": "cyan", "bold": true},
            "link": {"fg": "cyan"},
            "marked": {"fg": "yellow", "bold": true},
            "chip": {"fg": "magenta", "bold": true},
            "caution": {"fg": "yellow", "bold": true},
            "problem": {"fg": "yellow"},
            "good": {"fg": "green"},
            "bad": {"fg": "red"},
            "changed": {"reverse": true},
            "found": {"reverse": true},
            "wrong": {"fg": "red", "bold": true, "reverse": true},
            "jsonName": {"fg": "cyan"},
            "jsonText": {"fg": "green"},
            "jsonNumber": {"fg": "yellow"},
            "jsonLiteral": {"fg": "magenta"},
            "error": {"fg": "red", "bold": true},
            "warn": {"fg": "yellow", "bold": true},
            "info": {"fg": "cyan"},
            "debug": {"fg": "gray"},
            "errorText": {"fg": "red"},
            "debugText": {"fg": "gray"},
            "barError": {"fg": "red"},
            "barWarn": {"fg": "yellow"},
            "barInfo": {"fg": "cyan"},
            "barDebug": {"fg": "gray"},
            "barDone": {"fg": "green"},
            "created": {"fg": "gray"},
            "running": {"fg": "cyan"},
            "paused": {"fg": "yellow"},
            "completed": {"fg": "green"},
            "failed": {"fg": "red", "bold": true},
            "cancelled": {"fg": "yellow"},
            "stalled": {"fg": "yellow", "bold": true},
            "checkpoint": {"fg": "green"},
            "gap": {"fg": "yellow"},
            "onlyHere": {"fg": "green"},
            "onlyThere": {"fg": "magenta"},
            "lane1": {"fg": "cyan"},
            "lane2": {"fg": "magenta"},
            "lane3": {"fg": "green"},
            "lane4": {"fg": "yellow"},
            "lane5": {"fg": "blue"},
            "lane6": {"fg": "white"}
          }
        }
        """

    private static let light = """
        {
          "extends": "dark",
          "styles": {
            "faint": {"fg": "#6c6c6c"},
            "dimmed": {"fg": "#9e9e9e"},
            "production": {"fg": "bright-white", "bg": "#af0000", "bold": true},
            "pointer": {"fg": "#005f87", "bold": true},
            "link": {"fg": "#005f87"},
            "marked": {"fg": "#878700", "bold": true},
            "chip": {"fg": "#870087", "bold": true},
            "caution": {"fg": "#878700", "bold": true},
            "problem": {"fg": "#878700"},
            "good": {"fg": "#008700"},
            "bad": {"fg": "#af0000"},
            "wrong": {"fg": "#af0000", "bold": true, "reverse": true},
            "jsonName": {"fg": "#005f87"},
            "jsonText": {"fg": "#008700"},
            "jsonNumber": {"fg": "#878700"},
            "jsonLiteral": {"fg": "#870087"},
            "error": {"fg": "#af0000", "bold": true},
            "warn": {"fg": "#878700", "bold": true},
            "info": {"fg": "#005f87"},
            "debug": {"fg": "#6c6c6c"},
            "errorText": {"fg": "#af0000"},
            "debugText": {"fg": "#6c6c6c"},
            "barError": {"fg": "#af0000"},
            "barWarn": {"fg": "#878700"},
            "barInfo": {"fg": "#005f87"},
            "barDebug": {"fg": "#9e9e9e"},
            "barDone": {"fg": "#008700"},
            "created": {"fg": "#6c6c6c"},
            "running": {"fg": "#005f87"},
            "paused": {"fg": "#878700"},
            "completed": {"fg": "#008700"},
            "failed": {"fg": "#af0000", "bold": true},
            "cancelled": {"fg": "#878700"},
            "stalled": {"fg": "#878700", "bold": true},
            "checkpoint": {"fg": "#008700"},
            "gap": {"fg": "#878700"},
            "onlyHere": {"fg": "#008700"},
            "onlyThere": {"fg": "#870087"},
            "lane1": {"fg": "#005f87"},
            "lane2": {"fg": "#870087"},
            "lane3": {"fg": "#008700"},
            "lane4": {"fg": "#878700"},
            "lane5": {"fg": "#0000d7"},
            "lane6": {"fg": "#000000"}
          }
        }
        """

    private static let highContrast = """
        {
          "extends": "dark",
          "text": {"fg": "bright-white", "bg": "black"},
          "styles": {
            "faint": {"fg": "white"},
            "dimmed": {"fg": "white", "dim": true},
            "header": {"fg": "black", "bg": "bright-white", "bold": true},
            "production": {"fg": "bright-white", "bg": "red", "bold": true, "underline": true},
            "pointer": {"fg": "bright-cyan", "bold": true},
            "link": {"fg": "bright-cyan", "bold": true},
            "marked": {"fg": "bright-yellow", "bold": true},
            "chip": {"fg": "black", "bg": "bright-white", "bold": true},
            "caution": {"fg": "black", "bg": "bright-yellow", "bold": true},
            "problem": {"fg": "bright-yellow", "bold": true},
            "good": {"fg": "bright-green", "bold": true},
            "bad": {"fg": "bright-red", "bold": true},
            "changed": {"fg": "black", "bg": "bright-cyan"},
            "found": {"fg": "black", "bg": "bright-yellow", "bold": true},
            "wrong": {"fg": "bright-white", "bg": "red", "bold": true, "underline": true},
            "jsonName": {"fg": "bright-cyan"},
            "jsonText": {"fg": "bright-green"},
            "jsonNumber": {"fg": "bright-yellow"},
            "jsonLiteral": {"fg": "bright-magenta"},
            "error": {"fg": "bright-white", "bg": "red", "bold": true},
            "warn": {"fg": "black", "bg": "bright-yellow", "bold": true},
            "info": {"fg": "bright-cyan", "bold": true},
            "debug": {"fg": "white"},
            "errorText": {"fg": "bright-red", "bold": true},
            "debugText": {"fg": "white"},
            "barError": {"fg": "bright-red"},
            "barWarn": {"fg": "bright-yellow"},
            "barInfo": {"fg": "bright-cyan"},
            "barDebug": {"fg": "white"},
            "barDone": {"fg": "bright-green"},
            "created": {"fg": "white"},
            "running": {"fg": "bright-cyan", "bold": true},
            "paused": {"fg": "bright-yellow", "bold": true},
            "completed": {"fg": "bright-green", "bold": true},
            "failed": {"fg": "bright-white", "bg": "red", "bold": true},
            "cancelled": {"fg": "bright-yellow"},
            "stalled": {"fg": "black", "bg": "bright-yellow", "bold": true},
            "checkpoint": {"fg": "bright-green"},
            "gap": {"fg": "bright-yellow"},
            "onlyHere": {"fg": "bright-green"},
            "onlyThere": {"fg": "bright-magenta"},
            "lane1": {"fg": "bright-cyan"},
            "lane2": {"fg": "bright-magenta"},
            "lane3": {"fg": "bright-green"},
            "lane4": {"fg": "bright-yellow"},
            "lane5": {"fg": "bright-red"},
            "lane6": {"fg": "bright-white"}
          }
        }
        """

    /// After the palette of Okabe and Ito: blue, sky, vermilion and yellow, never red against green.
    private static let colourBlind = """
        {
          "extends": "dark",
          "styles": {
            "production": {"fg": "#000000", "bg": "#d75f00", "bold": true},
            "pointer": {"fg": "#5fafff", "bold": true},
            "link": {"fg": "#5fafff"},
            "marked": {"fg": "#ffff5f", "bold": true},
            "chip": {"fg": "#d787af", "bold": true},
            "caution": {"fg": "#ffff5f", "bold": true},
            "problem": {"fg": "#ffff5f"},
            "good": {"fg": "#0087d7"},
            "bad": {"fg": "#d75f00"},
            "wrong": {"fg": "#d75f00", "bold": true, "reverse": true},
            "jsonName": {"fg": "#5fafff"},
            "jsonText": {"fg": "#00af87"},
            "jsonNumber": {"fg": "#ffff5f"},
            "jsonLiteral": {"fg": "#d787af"},
            "error": {"fg": "#d75f00", "bold": true, "underline": true},
            "warn": {"fg": "#ffff5f", "bold": true},
            "info": {"fg": "#5fafff"},
            "errorText": {"fg": "#d75f00"},
            "barError": {"fg": "#d75f00"},
            "barWarn": {"fg": "#ffff5f"},
            "barInfo": {"fg": "#5fafff"},
            "barDone": {"fg": "#0087d7"},
            "running": {"fg": "#5fafff"},
            "paused": {"fg": "#ffff5f"},
            "completed": {"fg": "#0087d7"},
            "failed": {"fg": "#d75f00", "bold": true, "underline": true},
            "cancelled": {"fg": "#d787af"},
            "stalled": {"fg": "#ffff5f", "bold": true},
            "checkpoint": {"fg": "#0087d7"},
            "gap": {"fg": "#ffff5f"},
            "onlyHere": {"fg": "#5fafff"},
            "onlyThere": {"fg": "#d75f00"},
            "lane1": {"fg": "#5fafff"},
            "lane2": {"fg": "#d787af"},
            "lane3": {"fg": "#00af87"},
            "lane4": {"fg": "#ffff5f"},
            "lane5": {"fg": "#d75f00"},
            "lane6": {"fg": "#ffffff"}
          }
        }
        """

    /// Without colours: what stands out does so by weight, line and reversal.
    private static let monochrome = """
        {
          "extends": "dark",
          "styles": {
            "faint": {"dim": true},
            "dimmed": {"dim": true},
            "production": {"bold": true, "reverse": true, "underline": true},
            "pointer": {"bold": true},
            "link": {},
            "marked": {"bold": true},
            "chip": {"bold": true},
            "caution": {"bold": true},
            "problem": {"bold": true},
            "good": {},
            "bad": {"bold": true},
            "wrong": {"bold": true, "reverse": true},
            "jsonName": {"bold": true},
            "jsonText": {},
            "jsonNumber": {},
            "jsonLiteral": {"italic": true},
            "error": {"bold": true, "reverse": true},
            "warn": {"bold": true, "underline": true},
            "info": {},
            "debug": {"dim": true},
            "errorText": {"bold": true},
            "debugText": {"dim": true},
            "barError": {"bold": true, "underline": true},
            "barWarn": {"bold": true},
            "barInfo": {},
            "barDebug": {"dim": true},
            "barDone": {},
            "created": {"dim": true},
            "running": {},
            "paused": {},
            "completed": {},
            "failed": {"bold": true, "reverse": true},
            "cancelled": {},
            "stalled": {"bold": true, "underline": true},
            "checkpoint": {},
            "gap": {"bold": true},
            "onlyHere": {"bold": true},
            "onlyThere": {"underline": true},
            "lane1": {},
            "lane2": {"underline": true},
            "lane3": {"italic": true},
            "lane4": {"dim": true},
            "lane5": {"underline": true, "italic": true},
            "lane6": {"dim": true, "underline": true}
          }
        }
        """
}
