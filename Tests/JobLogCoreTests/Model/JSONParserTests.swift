import Foundation
import JobLogCore
import TestSupport
import Testing

@Suite("JSON parser")
struct JSONParserTests {
    static let accepted = [
        "0", "-0", "45", "1e400", "-1.5E+10", "33.333333333333336", String(repeating: "9", count: 400), "true", "false",
        "null", "\"\"", "\"a\\u00e9\\n\\\"\\\\\\/\\b\\f\\r\\t\"", "[]", "{}", " [ 1 , 2 ] ",
        "\t\r\n{ \"a\" : [ { } ] }\n",
        "{\"a\":1,\"a\":2}", "\"\\ud83d\\ude00\"", "\"\u{7F}\u{85}\"", "[[[[]]],{\"\":{\"\":[]}}]",
    ]

    static let rejected = [
        "", " ", "01", "-", "+1", ".5", "1.", "1e", "1e+", "0x10", "NaN", "Infinity", "tru", "truee", "True", "'a'",
        "\"", "\"a", "\"\\", "\"\\x41\"", "\"\\u12g4\"", "\"\\u123", "\"a\nb\"", "\"a\u{0}b\"", "[", "[1", "[1,",
        "[1,]",
        "[,1]", "]", "{", "{\"a\"", "{\"a\":", "{\"a\":1", "{\"a\":1,", "{\"a\":1,}", "{a:1}", "{1:1}", "{\"a\" 1}",
        "{\"a\",1}",
        "[1 2]", "[1}", "{\"a\":1]", "1 2", "{}{}", "[]x", "\u{FEFF}1", "// x\n1", "[1]\u{0}", "\u{A0}1", "nul\u{0}",
    ]

    @Test("what RFC 8259 allows is accepted", arguments: accepted)
    func accepts(_ text: String) throws {
        _ = try JSONValue(parsing: text)
    }

    @Test("what it does not allow is rejected", arguments: rejected)
    func rejects(_ text: String) {
        #expect(throws: JSONError.self) { try JSONValue(parsing: text) }
    }

    @Test("an error names the byte")
    func errors() {
        #expect(throws: JSONError(code: .unexpected, offset: 4)) { try JSONValue(parsing: "[1, ]") }
        #expect(throws: JSONError(code: .trailing, offset: 3)) { try JSONValue(parsing: "{} x") }
        #expect(throws: JSONError(code: .unexpected, offset: 3)) { try JSONValue(parsing: "\"é\n\"") }
        #expect(JSONError(code: .tooDeep, offset: 7).description.contains("7"))
    }

    @Test("a slice is parsed from its start, and offsets count from there")
    func slices() throws {
        let bytes = Array("xx[1]yy".utf8)
        #expect(try JSONValue(parsing: bytes[2..<5]) == [1])
        #expect(throws: JSONError(code: .trailing, offset: 3)) { try JSONValue(parsing: bytes[2...]) }
    }

    @Test("512 levels are accepted, 513 and a million are refused without a crash")
    func depth() throws {
        let deep = String(repeating: "[", count: 512) + String(repeating: "]", count: 512)
        #expect(try JSONValue(parsing: deep).text() == deep)
        #expect(throws: JSONError(code: .tooDeep, offset: 512)) { try JSONValue(parsing: "[" + deep + "]") }
        let deeper = String(repeating: "{\"a\":[", count: 500_000)
        #expect(throws: JSONError.self) { try JSONValue(parsing: deeper) }
        #expect(throws: JSONError(code: .tooDeep, offset: 2)) { try JSONValue(parsing: "[[[]]]", maximumDepth: 2) }
    }

    @Test("numbers keep their text")
    func numbers() throws {
        let value = try JSONValue(parsing: "[45.0,1e400,1E2,-0,33.333333333333336,9223372036854775808]")
        #expect(value.text() == "[45.0,1e400,1E2,-0,33.333333333333336,9223372036854775808]")
        #expect(value.array?.map(\.int) == [45, nil, 100, 0, nil, nil])
        #expect(value.array?.map(\.double) == [45, nil, 100, 0, 33.333333333333336, 9_223_372_036_854_775_808])
        #expect(JSONValue("12.5").lenientDouble == 12.5)
        #expect(JSONValue("x").lenientDouble == nil)
        #expect(JSONValue("12").double == nil)
        #expect(JSONValue("-12.9").lenientInt == -12)
        #expect(JSONValue(1e300).lenientInt == nil)
        #expect(JSONNumber(text: " 1") == nil)
        #expect(JSONNumber(text: "") == nil)
        #expect(JSONNumber(text: "1e5")?.int == 100_000)
    }

    @Test("escapes, surrogates and invalid UTF-8")
    func strings() throws {
        #expect(try JSONValue(parsing: "\"\\u0041\\ud83d\\ude00\\u00e9\"").string == "A😀é")
        #expect(try JSONValue(parsing: "\"a\\ud800b\"").string == "a\u{FFFD}b")
        #expect(try JSONValue(parsing: "\"\\ude00\\ud83d\"").string == "\u{FFFD}\u{FFFD}")
        #expect(try JSONValue(parsing: "\"\\ud83d\\u0041\"").string == "\u{FFFD}A")
        #expect(try JSONValue(parsing: [0x22, 0x61, 0xFF, 0xC3, 0x22][...]).string == "a\u{FFFD}\u{FFFD}")
        #expect(try JSONValue(parsing: [0x22, 0xED, 0xA0, 0x80, 0x22][...]).string?.unicodeScalars.first == "\u{FFFD}")
    }

    @Test("members keep their order, and the last of doubles wins")
    func objects() throws {
        var object = try #require(JSONValue(parsing: "{\"b\":1,\"a\":2,\"b\":3}").object)
        #expect(object.members.map(\.key) == ["b", "a", "b"])
        #expect(object["b"] == 3)
        object["b"] = 4
        #expect(JSONValue.object(object).text() == "{\"a\":2,\"b\":4}")
        object["a"] = nil
        object["c"] = nil
        object["d"] = [true, .null, 1.5]
        #expect(JSONValue.object(object).text() == "{\"b\":4,\"d\":[true,null,1.5]}")
    }

    @Test("accepts and rejects what Foundation does, on mutated JSON")
    func likeFoundation() throws {
        var random = SeededGenerator(seed: 1)
        let seeds =
            Self.accepted.filter { !$0.contains("1e400") }.map { Array($0.utf8) } + [
                Array(
                    "{\"timestamp\":1734470400000,\"type\":\"info\",\"message\":\"a \\u00e9 (5%)\",\"m\":{\"k\":[1,-2.5e3]}}"
                        .utf8)
            ]
        let alphabet = Array("{}[]\":,\\ \n\t0123456789.eE+-truefalsn/ub\u{1}x".utf8)
        var agreed = (accepted: 0, rejected: 0)
        for _ in 0..<30_000 {
            let bytes = random.mutate(random.pick(seeds), alphabet: alphabet)
            guard !FoundationDiffers.on(bytes) else { continue }
            let theirs = try? JSONSerialization.jsonObject(with: Data(bytes), options: .fragmentsAllowed)
            let ours = try? JSONValue(parsing: bytes[...])
            guard (theirs == nil) == (ours == nil) else {
                Issue.record(
                    "\(String(decoding: bytes, as: UTF8.self)): we \(ours != nil), Foundation \(theirs != nil)")
                return
            }
            if let ours { #expect(try JSONValue(parsing: ours.encode()[...]) == ours) }
            if ours == nil { agreed.rejected += 1 } else { agreed.accepted += 1 }
        }
        #expect(agreed.accepted > 3000)
        #expect(agreed.rejected > 3000)
    }
}

/// Input on which Foundation is known to say something else: numbers that no double holds, lone surrogates and
/// invalid UTF-8 (which we repair), bytes that it takes for another encoding, and
/// the comma before a closing bracket, which it lets pass.
enum FoundationDiffers {
    static func on(_ bytes: [UInt8]) -> Bool {
        guard let text = String(validating: bytes, as: UTF8.self) else { return true }
        let hasHugeNumber = text.contains(/[0-9.]{18,}|[eE][+-]?[0-9]{3,}|[0-9]{3,}[eE]/)
        return hasHugeNumber || text.contains(/\\u[dD]/) || text.contains(/,\s*[\]}]/) || bytes.contains(0)
    }
}
