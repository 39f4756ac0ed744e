import Foundation
import JobLogCore
import TestSupport
import Testing

@Suite("JSON writer and numbers")
struct JSONWriterTests {
    @Test("strings are escaped as JSON.stringify escapes them")
    func escapes() {
        let text = "\"\\/\u{8}\u{C}\n\r\t\u{1}\u{1F} \u{7F}\u{85}é😀\u{2028}"
        #expect(
            JSONValue(text).text()
                == "\"\\\"\\\\/\\b\\f\\n\\r\\t\\u0001\\u001f \u{7F}\u{85}é😀\u{2028}\"")
    }

    @Test("what could steer a terminal is escaped on request, and only that")
    func terminal() throws {
        let dangerous =
            [0x7F, 0x61C, 0x200E, 0x200F] + Array(0x80...0x9F) + Array(0x202A...0x202E) + Array(0x2066...0x2069)
        for code in dangerous {
            let text = "a" + String(UnicodeScalar(UInt32(code)).map(Character.init) ?? "x") + "b"
            let written = JSONValue(text).text(escapeTerminal: true)
            let hex = String(code, radix: 16)
            #expect(written == "\"a\\u" + String(repeating: "0", count: 4 - hex.count) + hex + "b\"")
            #expect(try JSONValue(parsing: written).string == text)
        }
        let harmless = "\u{A0}é\u{61B}\u{200D}\u{2029}\u{2030}\u{2065}\u{206A}😀\u{DF}"
        #expect(JSONValue(harmless).text(escapeTerminal: true) == "\"\(harmless)\"")
        let object: JSONValue = ["\u{9B}31m": ["\u{202E}"]]
        #expect(JSONValue("\u{E0041}").text(escapeTerminal: true) == "\"\\udb40\\udc41\"")
        #expect(object.text(escapeTerminal: true) == "{\"\\u009b31m\":[\"\\u202e\"]}")
    }

    @Test(
        "an entry is written as its JSON, copied or not",
        arguments: [
            #"{"timestamp":1734470400000,"type":"info","message":"Searching sources (5/5) (50%)"}"#,
            #"{"timestamp":1,"type":"warn","message":"a","metadata":{"k":[1.50,null,true]},"id":"w-1"}"#,
            #"{"message":"a","more":-1.5e3}"#, #"{"message":"é\u{202E}\u{7F}"}"#, #"{"message":"\u001b[31m\/"}"#,
            #"{"message":5}"#, "{}", "[1]", "no JSON", "", #"{"message":"a"} x"#, "{\"message\":\"\u{7F}\"}",
        ])
    func entries(_ text: String) {
        let record = LogRecord(text)
        var writer = JSONWriter(escapeTerminal: true)
        writer.open()
        writer.member("logs", [record, record])
        writer.member("length", 2)
        writer.close()
        let expected: JSONValue = ["logs": [record.json(), record.json()], "length": 2]
        #expect(String(decoding: writer.bytes, as: UTF8.self) == expected.text(escapeTerminal: true))
    }

    @Test(
        "numbers print as in JavaScript",
        arguments: [
            (45, "45"), (45.5, "45.5"), (0, "0"), (-0.0, "0"), (-1.5, "-1.5"), (100.0 / 3, "33.333333333333336"),
            (1e21, "1e+21"), (1e20, "100000000000000000000"), (0x1.ac53a7e04bcdap66, "123456789012345680000"),
            (1.5e300, "1.5e+300"), (.leastNonzeroMagnitude, "5e-324"), (0.000001, "0.000001"), (1e-7, "1e-7"),
            (1.25e-7, "1.25e-7"),
            (0.1, "0.1"), (9_007_199_254_740_992, "9007199254740992"),
            (1.7976931348623157e308, "1.7976931348623157e+308"),
            (-1e-7, "-1e-7"), (1e16, "10000000000000000"), (12345.678, "12345.678"), (.nan, "NaN"),
            (.infinity, "Infinity"), (-.infinity, "-Infinity"), (4.35, "4.35"), (0.00001234, "0.00001234"),
        ])
    func javaScript(_ value: Double, _ text: String) {
        #expect(JavaScriptNumber.text(value) == text)
    }

    @Test("every double reads back as itself")
    func roundTrip() {
        var random = SeededGenerator(seed: 2)
        for _ in 0..<20_000 {
            let value = Double(bitPattern: random.next())
            guard value.isFinite else { continue }
            #expect(Double(JavaScriptNumber.text(value)) == value)
        }
        #expect(JSONNumber(Double.nan) == nil)
        #expect(JSONNumber(Double.infinity) == nil)
        #expect(JSONValue(Double.nan) == .null)
    }

    @Test("the member-wise writer writes what the value writer writes")
    func members() throws {
        var writer = JSONWriter()
        writer.open()
        writer.member("a", 1)
        writer.member("missing", String?.none)
        writer.key("b")
        writer.open()
        writer.close()
        writer.member("c", number: 45)
        writer.member("d", flag: false)
        writer.member("e", value: [1, ["x": .null]])
        writer.member("f", number: .nan)
        writer.close()
        let text = String(decoding: writer.bytes, as: UTF8.self)
        #expect(text == #"{"a":1,"b":{},"c":45,"d":false,"e":[1,{"x":null}],"f":null}"#)
        #expect(try JSONValue(parsing: text).text() == text)
    }
}
