import TerminalUI
import Testing

/// Colours by their names, and looks that a sheet gives.
@Suite struct ColorTests {
    @Test(arguments: [
        ("red", Color.red), ("Bright-Red", Color(palette: 9)), ("gray", .gray), ("grey", .gray), ("default", .default),
        ("208", Color(palette: 208)), ("0", Color(palette: 0)), ("#ff8700", Color(palette: 208)),
        ("#F80", Color(palette: 208)), ("#808080", Color(palette: 244)), ("#000000", Color(palette: 16)),
        ("#ffffff", Color(palette: 231)), ("#fefefe", Color(palette: 231)),
    ])
    func colours(text: String, color: Color) {
        #expect(Color(text: text) == color)
    }

    @Test(arguments: ["", "reed", "256", "-1", "+5", "#12345", "#12345g", "bright-", "bright-gray", "٣", "1.5"])
    func whatIsNone(text: String) {
        #expect(Color(text: text) == nil)
    }

    @Test(arguments: [8, 16]) func aGreyStaysWithoutColour(_ count: Int) {
        for level in 232..<256 {
            let nearest = RGB(palette: RGB(palette: UInt8(level)).nearest(in: 0..<count))
            #expect(nearest.red == nearest.green && nearest.green == nearest.blue)
        }
    }

    @Test func aNamedStyleIsThatOfTheSheetAndWhatWasAdded() {
        let sheet = StyleSheet(styles: [Style(.red, on: .blue, .bold), Style(.default, on: .default, .reverse)])
        #expect(sheet.resolve(Style(named: 0)) == Style(.red, on: .blue, .bold))
        #expect(sheet.resolve(Style(named: 0).adding(.underline)).attributes == [.bold, .underline])
        #expect(sheet.resolve(Style(named: 1)) == Style(.default, on: .default, .reverse))
        #expect(sheet.resolve(Style(named: 2)) == .plain)
        #expect(sheet.resolve(Style(.green)) == Style(.green))
    }

    @Test func theScreenHasTheColoursOfText() {
        let sheet = StyleSheet(text: Style(.white, on: .blue), styles: [Style(.red)])
        #expect(sheet.resolve(.plain) == Style(.white, on: .blue))
        #expect(sheet.resolve(Style(named: 0)) == Style(.red, on: .blue))
        #expect(sheet.resolve(Style(.green, on: .red)) == Style(.green, on: .red))
    }
}
