import JobLogCore
import TerminalUI

extension Theme {
    /// The names of the attributes in a file.
    private static let attributes: [(name: String, value: Style.Attributes)] = [
        ("bold", .bold), ("dim", .dim), ("underline", .underline), ("reverse", .reverse), ("italic", .italic),
    ]

    /// A theme as a file describes it.
    ///
    /// An object with `extends`, the name of a theme that comes with joblog (`dark` where it is left out); `text`, the colours
    /// of plain text and the screen; and `styles`, an object with a style for each role that is to look otherwise: `fg` and `bg`
    /// with a colour (`red`, `bright-red`, `gray`, `default`, a number of the palette, `#rrggbb`), and `bold`, `dim`, `underline`,
    /// `reverse`, `italic`.
    ///
    /// - Parameters:
    ///   - text: the file's text.
    ///   - name: the theme's name.
    ///   - file: the file's name.
    /// - Throws: `SettingsError` for what the file cannot mean, with its line and column.
    public init(parsing text: [UInt8], name: String, file: String) throws(SettingsError) {
        try self.init(parsing: text, name: name, file: file, extending: Self.standard)
    }

    /// A theme whose file extends another that comes with joblog, nil for none, unless it says otherwise.
    init(parsing text: [UInt8], name: String, file: String, extending usual: String?) throws(SettingsError) {
        let file = try SettingsFile(text, name: file)
        var screen = Style.plain
        var styles: [Role: Style] = [:]
        if let base = try Self.base(of: file, usual) { (screen, styles) = (base.text, base.styles) }
        for member in file.object.members {
            switch member.key {
            case "extends": break
            case "text": screen = try Self.style(member.value, in: file, at: ["text"], attributes: false)
            case "styles":
                guard let object = member.value.object else {
                    throw file.error(
                        "styles is an object: {\"error\": {\"fg\": \"red\"}}", at: ["styles"], isValue: true)
                }
                for member in object.members {
                    guard let role = Role(rawValue: member.key) else {
                        throw file.error(
                            "there is no style \(member.key)" + Self.hint(member.key, Role.allCases.map(\.rawValue)),
                            at: ["styles", member.key])
                    }
                    styles[role] = try Self.style(member.value, in: file, at: ["styles", member.key])
                }
            default:
                throw file.error(
                    "there is no \(member.key) in a theme; it has extends, text and styles", at: [member.key])
            }
        }
        self.init(name: name, text: screen, styles: styles)
    }

    private static func base(of file: SettingsFile, _ usual: String?) throws(SettingsError) -> Theme? {
        guard let extended = file.object["extends"] else { return try usual.flatMap(builtIn) }
        if let theme = try extended.string.flatMap(builtIn) { return theme }
        throw file.error(
            "extends names a theme that comes with joblog: \(names.joined(separator: ", "))", at: ["extends"],
            isValue: true)
    }

    private static func style(
        _ value: JSONValue, in file: SettingsFile, at path: [String], attributes takesAttributes: Bool = true
    ) throws(SettingsError) -> Style {
        guard let object = value.object else {
            throw file.error("a style is an object: {\"fg\": \"red\", \"bold\": true}", at: path, isValue: true)
        }
        var style = Style.plain
        for member in object.members {
            let path = path + [member.key]
            if member.key == "fg" || member.key == "bg" {
                let text = member.value.string ?? member.value.int.map(String.init)
                guard let color = text.flatMap(Color.init(text:)) else {
                    throw file.error(
                        "there is no colour \(member.value.lenientText ?? "null"); red, bright-red, gray, default, 208 and #ff8700 are some",
                        at: path, isValue: true)
                }
                if member.key == "fg" { style.foreground = color } else { style.background = color }
            } else if takesAttributes, let attribute = Self.attributes.first(where: { $0.name == member.key }) {
                guard let isOn = member.value.bool else {
                    throw file.error("\(member.key) is true or false", at: path, isValue: true)
                }
                if isOn { style.attributes.formUnion(attribute.value) }
            } else {
                let known = ["fg", "bg"] + (takesAttributes ? attributes.map(\.name) : [])
                throw file.error("there is no \(member.key) here, but \(known.joined(separator: ", "))", at: path)
            }
        }
        return style
    }

    private static func hint(_ word: String, _ known: [String]) -> String {
        NearestName.of(word, in: known).map { "; did you mean \($0)?" } ?? "; docs/themes.md lists them"
    }
}
