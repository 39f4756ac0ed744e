import Foundation
import TestSupport
import Testing

@testable import JobLogCore

/// What is looked for, in texts and in entries.
@Suite struct LogPatternTests {
    private func occurs(_ pattern: String, _ text: String) throws -> Bool {
        try LogPattern(regex: pattern).occurs(in: text)
    }

    @Test func literals() throws {
        let cases: [(String, String, Bool, Bool)] = [
            ("needle", "a needle here", false, true), ("needle", "a Needle here", false, false),
            ("needle", "a NEEDLE", true, true), ("Straße", "in der STRASSE", true, false),
            ("straße", "die STRAßE", true, true), ("é", "CAFÉ", true, true), ("a.b", "a.b", false, true),
            ("a.b", "axb", false, false), ("", "x", false, true), ("longer than", "long", false, false),
            ("@[", "`{", true, false), ("x", String(repeating: "y", count: 40) + "x", false, true),
            ("zz", String(repeating: "z", count: 33), false, true),
        ]
        for (needle, text, ignoresCase, expected) in cases {
            #expect(LogPattern(literal: needle, ignoresCase: ignoresCase).occurs(in: text) == expected, "\(needle)")
        }
    }

    /// Every place of a needle in texts of every length around 16 bytes is found.
    @Test func literalsAreFoundEverywhere() {
        for length in 1...50 {
            for place in 0..<length {
                var bytes = Array(repeating: UInt8(ascii: "q"), count: length)
                bytes[place] = UInt8(ascii: "Z")
                let search = ByteSearch([UInt8(ascii: "z")], ignoresCase: true)
                #expect(bytes.withUnsafeBufferPointer { search.first(in: $0, from: 0) } == place)
            }
        }
    }

    @Test func regularExpressions() throws {
        let cases: [(String, String, Bool)] = [
            (#"\d+ms$"#, "done in 12ms", true), (#"^\d+ms$"#, "done in 12ms", false), ("a|b|cd", "xcdx", true),
            ("(ab)+c", "ababc", true), ("ab{2,3}c", "abbbbc", false), ("ab{2,3}c", "abbbc", true), ("a{2}", "a", false),
            ("ab?c", "ac", true), ("[a-c]x", "bx", true), ("[^a-c]x", "bx", false), ("[]]", "]", true),
            (#"\bcat\b"#, "a cat sat", true), (#"\bcat\b"#, "concat", false), (#"\Bcat"#, "concat", true),
            ("^b", "a\nb", true), ("a$", "a\nb", true), (#"\Ab"#, "a\nb", false), (#"a\z"#, "a\nb", false),
            ("a.b", "a\nb", false), ("日.語", "日本語", true), ("[あ-ん]+", "カナかな", true), (#"\x41\u00e9"#, "Aé", true),
            (#"\x{1F600}"#, "😀", true), ("(?i)ERROR", "an error", true), ("(?i:E)R", "er", false),
            ("(?<name>x)y", "xy", true), (#"a\.b"#, "a.b", true), ("x{", "x{", true), ("a*?b", "aab", true),
            ("(a*)*b", "aaab", true), ("(|a)b", "b", true), (#"\w+@\w+"#, "me@host", true), ("[\\d-]+x", "1-2x", true),
            ("[^\\n]", "\n", false), ("(?:)", "", true), ("$^", "", true), (#"\s\S"#, "a b", true),
        ]
        for (pattern, text, expected) in cases {
            #expect(try occurs(pattern, text) == expected, "\(pattern) in \(text)")
        }
    }

    /// Held against another engine, on small expressions of the parts that both have.
    @Test(arguments: 0..<40) func agreesWithFoundation(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed + 1)
        func piece(_ depth: Int) -> String {
            switch random.below(depth > 2 ? 4 : 9) {
            case 0: "a"
            case 1: "b"
            case 2: "[ab]"
            case 3: "."
            case 4: piece(depth + 1) + piece(depth + 1)
            case 5: "(?:" + piece(depth + 1) + "|" + piece(depth + 1) + ")"
            case 6: "(?:" + piece(depth + 1) + ")*"
            case 7: "(?:" + piece(depth + 1) + "){1,2}"
            default: "\\b" + piece(depth + 1)
            }
        }
        for _ in 0..<30 {
            let pattern = (random.below(4) == 0 ? "^" : "") + piece(0) + (random.below(4) == 0 ? "$" : "")
            let text = String((0..<random.below(8)).map { _ in Array("ab c")[random.below(4)] })
            let expected =
                try NSRegularExpression(pattern: pattern)
                .firstMatch(in: text, range: NSRange(location: 0, length: text.utf16.count)) != nil
            #expect(try occurs(pattern, text) == expected, "\(pattern) in '\(text)'")
        }
    }

    @Test(arguments: [
        ("(open", 1, "( is not closed"), ("a)b", 2, "nothing is open"), ("[a", 1, "[ is not closed"),
        ("*a", 1, "nothing to repeat"), ("a|+", 3, "nothing to repeat"), ("a{3,2}", 2, "above its most"),
        ("[z-a]", 2, "before its start"), (#"a\"#, 2, "escapes nothing"), (#"(a)\1"#, 4, "back references"),
        ("x(?=y)", 2, "look-ahead"), ("(?<!y)", 1, "look-behind"), (#"\q"#, 1, "not supported"),
        ("a++", 3, "possessive"),
        ("(?x)a", 3, "flag x"), ("a{1001}", 2, "at most 1000"), (#"\x4"#, 1, "no character"),
        ("{2}", 1, "nothing to repeat"),
        ("日本(", 3, "( is not closed"), ("[[:alpha:]]", 2, "[:alpha:]"),
    ]) func whatIsNoneSaysWhere(_ pattern: String, _ position: Int, _ reason: String) {
        let error = #expect(throws: LogPattern.Invalid.self) { try LogPattern(regex: pattern) }
        #expect(error?.position == position)
        #expect(error?.description.contains("at character \(position)") == true)
        #expect(error?.description.contains(reason) == true, "\(error?.description ?? "")")
    }

    @Test func whatIsTooLargeSaysSo() {
        let error = #expect(throws: LogPattern.Invalid.self) { try LogPattern(regex: "((a{1000}){1000}){1000}") }
        #expect(error?.description.contains("too large") == true)
        #expect(throws: LogPattern.Invalid.self) { try LogPattern(regex: String(repeating: "(", count: 100_000)) }
    }

    /// What makes engines that try again run for ever takes a step a byte here.
    @Test(arguments: ["(a+)+$", "(a|a)*$", "(a*)*b", "(.*)(.*)(.*)(.*)[^a]$"]) func nothingRunsForEver(
        _ pattern: String
    ) throws {
        let text = String(repeating: "a", count: 100_000) + "!"
        var matcher = try LogPattern(regex: pattern).matcher()
        _ = try matcher.occurs(in: text)
    }

    /// An expression that makes ever new states is given up, and says so.
    @Test func whatTakesTooLongIsStopped() throws {
        var random = SeededGenerator(seed: 3)
        let text = String((0..<400_000).map { _ in random.below(2) == 0 ? "a" : "b" })
        var matcher = try LogPattern(regex: "a[ab]{900}c").matcher()
        let error = #expect(throws: LogPattern.TooSlow.self) { try matcher.occurs(in: text) }
        #expect(error?.description.contains("takes too long") == true)
    }

    @Test func smallLettersMeanBoth() throws {
        #expect(try LogPattern.smart("error", isLiteral: true).occurs(in: "An ERROR"))
        #expect(try !LogPattern.smart("Error", isLiteral: true).occurs(in: "An ERROR"))
        #expect(try LogPattern.smart("err.r", isLiteral: false).occurs(in: "An ERROR"))
        #expect(try !LogPattern.smart("err.r", isLiteral: true).occurs(in: "An ERROR"))
    }

    @Test func entriesAreSearchedByTheirText() throws {
        let cases: [(String, String, Bool)] = [
            (#"{"timestamp":1,"type":"info","message":"a needle"}"#, "needle", true),
            (#"{"timestamp":1,"type":"info","message":"x"}"#, "info", false),
            (#"{"timestamp":1,"type":"info","message":"x","metadata":{"host":"w7"}}"#, "w7", true),
            (#"{"timestamp":1,"type":"info","message":"say \"hi\""}"#, #""hi""#, true),
            (#"{"timestamp":1,"type":"info","message":"caf\u00e9"}"#, "café", true),
            (#"{"timestamp":1,"type":"info","message":"x","metadata":{"a":"caf\u00e9"}}"#, "café", true),
            (#"{"timestamp":1,"type":"info","message":"n\u0065edle"}"#, "needle", true),
            ("no JSON, but a needle", "needle", true),
        ]
        for (json, needle, expected) in cases {
            for pattern in [LogPattern(literal: needle), try LogPattern(regex: "(?:" + needle + ")")] {
                var matcher = pattern.matcher()
                #expect(try matcher.occurs(in: LogRecord(json)) == expected, "\(needle) in \(json)")
            }
        }
    }

    @Test func spansAreTold() throws {
        func spans(_ pattern: String, _ text: String) throws -> [Range<Int>] {
            var matcher = try LogPattern(regex: pattern).matcher()
            return matcher.spans(in: text)
        }
        #expect(try spans("ab", "ab ab") == [0..<2, 3..<5])
        #expect(try spans("a+", "aa baaa") == [0..<2, 4..<7])
        #expect(try spans("é", "café é") == [3..<5, 6..<8])
        #expect(try spans("x*", "axx") == [1..<3])
        #expect(try spans("a|ab|abc", "abcd") == [0..<3])
        #expect(try spans(".*x", String(repeating: "y", count: 100_000)) == [])
    }
}
