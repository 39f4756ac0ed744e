/// What may stand in a Redis and would like to be more than text: for logs, ids, states, checkpoints and events.
public enum HostileCorpus {
    /// Texts that a terminal, a browser, a spreadsheet or a shell might obey.
    public static let texts: [(name: String, bytes: [UInt8])] = [
        ("colours and cursor", utf8("\u{1B}[31m\u{1B}[2J\u{1B}[H\u{1B}[9999;9999H\u{1B}[?25l\u{1B}[8m")),
        ("title and icon", utf8("\u{1B}]0;title\u{7}\u{1B}]2;title\u{1B}\\\u{1B}]1;icon\u{7}")),
        ("a link", utf8("\u{1B}]8;;https://evil.example\u{1B}\\click\u{1B}]8;;\u{1B}\\")),
        ("the clipboard", utf8("\u{1B}]52;c;cm0gLXJmIC8=\u{7}\u{1B}]52;p;?\u{1B}\\")),
        (
            "files and pictures",
            utf8("\u{1B}]1337;File=inline=1:AAAA\u{7}\u{1B}_Gf=100;AAAA\u{1B}\\\u{1B}Pq#0;2;0;0;0\u{1B}\\")
        ),
        ("DCS, SOS, PM, APC", utf8("\u{1B}P+q544e\u{1B}\\\u{1B}Xs\u{1B}\\\u{1B}^p\u{1B}\\\u{1B}_a\u{1B}\\")),
        ("reset and alignment", utf8("\u{1B}c\u{1B}#8\u{1B}(0\u{1B})B\u{1B}%G\u{1B}7\u{1B}8\u{1B}=\u{1B}>")),
        ("answers that are typed", utf8("\u{1B}[c\u{1B}[6n\u{1B}[>c\u{1B}[21t\u{5}\u{1B}Z")),
        ("modes", utf8("\u{1B}[?1049l\u{1B}[?1000h\u{1B}[?2004h\u{1B}[4h\u{1B}[12h")),
        ("C1 in UTF-8", utf8("\u{9B}31m\u{9D}0;title\u{9C}\u{90}q\u{9C}\u{85}\u{84}\u{8D}\u{9F}a\u{9C}")),
        ("C1 raw", [0x9B, 0x33, 0x31, 0x6D, 0x9D, 0x30, 0x3B, 0x74, 0x07, 0x90, 0x71, 0x9C, 0x85]),
        ("single controls", Array(0..<0x20) + [0x7F, 0x0E, 0x61, 0x0F]),
        ("overstruck", utf8("safe\u{8}\u{8}\u{8}\u{8}evil\rover\u{B}\u{C}")),
        ("bidirectional", utf8("\u{202E}txt.exe\u{202C}\u{2066}a\u{2067}b\u{2068}c\u{2069}\u{200E}\u{200F}\u{61C}")),
        ("tags", utf8("a\u{E0001}\u{E0041}\u{E0042}\u{E007F}b")),
        (
            "zero width",
            utf8("a\u{200B}b\u{200C}c\u{200D}d\u{2060}e\u{FEFF}f\u{AD}g\u{180E}h\u{115F}i\u{3164}j\u{2800}k")
        ),
        ("line ends", utf8("a\u{2028}b\u{2029}c\u{85}d\r\ne\n\rf\n")),
        ("10,000 combining marks", utf8("a" + String(repeating: "\u{300}", count: 10_000) + "b")),
        ("marks without a base", utf8("\u{300}\u{301}\u{20DD}\u{FE0F}")),
        ("emoji", utf8("👨‍👩‍👧‍👦🏳️‍🌈👍🏽🇩🇪🇫❤️1️⃣")),
        ("wide", utf8("日本語テキスト한국어ＡＢＣ")),
        ("overlong", [0xC0, 0x9B, 0xC1, 0x81, 0xE0, 0x80, 0x9B, 0xF0, 0x80, 0x80, 0x9B, 0xF8, 0x88, 0x80, 0x80, 0x80]),
        ("surrogates and beyond", [0xED, 0xA0, 0x80, 0xED, 0xBF, 0xBF, 0xF4, 0x90, 0x80, 0x80, 0xFE, 0xFF]),
        ("cut off", utf8("abc") + [0xE2, 0x82]),
        ("NUL", [0x61, 0x00, 0x62]),
        (
            "noncharacters and private use",
            [0xEF, 0xBF, 0xBE, 0xEF, 0xBF, 0xBF, 0xEF, 0xB7, 0x90, 0xEE, 0x80, 0x80, 0xF4, 0x8F, 0xBF, 0xBD]
        ),
        ("HTML", utf8("<script>alert(1)</script>\"><img src=x onerror=alert(1)></pre></body><!--&lt;&#60;`'")),
        ("a spreadsheet", utf8("=HYPERLINK(\"https://evil.example\")")),
        ("a shell", utf8("$(reboot) `reboot` ; reboot | reboot\n' \" \\ %s %n {}")),
        ("one long word", utf8(String(repeating: "w", count: 100_000))),
        ("nothing", []),
        ("blanks", utf8("   \t \u{A0}\u{3000} ")),
    ]

    /// Log entries: each text as it is, in JSON and escaped, and JSON that is hard on a parser.
    public static var entries: [[UInt8]] {
        texts.flatMap { text -> [[UInt8]] in
            let quoted = text.bytes.flatMap { $0 == 0x22 || $0 == 0x5C ? [0x5C, $0] : [$0] }
            let escaped = literal(String(decoding: text.bytes, as: UTF8.self))
            return [
                text.bytes, utf8(#"{"timestamp":1734470400000,"type":"info","message":""#) + quoted + utf8(#""}"#),
                utf8(
                    #"{"timestamp":1734470400000,"type":"\#(escaped)","message":"\#(escaped)","id":"\#(escaped)","#
                        + #""metadata":{"\#(escaped)":["\#(escaped)"]}}"#),
            ]
        } + json.map(utf8)
    }

    /// JSON that is hard on a parser, or means what no writer means.
    public static let json: [String] = [
        String(repeating: "[", count: 100_000),
        #"{"message":"deep","metadata":"# + String(repeating: "[", count: 5_000),
        #"{"message":"deep","metadata":"# + nested(5_000, "1") + "}", nested(600, "{}"),
        #"{"message":"a","message":"b","type":"info","type":"error","timestamp":1,"timestamp":2}"#,
        #"{"message":"a","metadata":{"k":1,"k":2,"k":{"k":3}}}"#,
        #"{"message":"digits","timestamp":\#(digits),"metadata":{"n":\#(digits).\#(digits)e\#(digits)}}"#,
        #"{"message":"before 1970","timestamp":-1}"#, #"{"message":"long before","timestamp":-62135596800001}"#,
        #"{"message":"after 9999","timestamp":253402300800000}"#, #"{"message":"far","timestamp":9007199254740993}"#,
        #"{"message":"further","timestamp":1e300}"#, #"{"message":"as text","timestamp":"+99999-01-01T00:00:00Z"}"#,
        #"{"message":"no time","timestamp":null}"#, #"{"message":"half","timestamp":1734470400000.5}"#,
        #"{"message":"lone \ud800 and \udc00 and \ud800\ud800","type":"info"}"#,
        #"{"message":"\u0000\u001b[31m\u009b31m"}"#,
        #"{"message":["a",{"b":null}],"type":{"c":1},"id":[],"metadata":7}"#, #"{"":"","message":""}"#, "{}", "[]",
        "null",
        "\"text\"", "-0", "1e999", "{\"message\":\"unfinished", "\u{FEFF}{\"message\":\"a byte order mark\"}",
        #"{"message":"many","metadata":{\#((0..<5_000).map { "\"k\($0)\":\($0)" }.joined(separator: ","))}}"#,
    ]

    /// Text as JSON has it, every character escaped.
    public static func literal(_ text: String) -> String {
        text.utf16.map { unit in
            let hex = String(unit, radix: 16)
            return "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
        }.joined()
    }

    /// What stands in bytes that people are to read and should not: a control or a character that reorders or hides; nil
    /// for nothing.
    public static func harm(in bytes: [UInt8]) -> String? {
        guard let text = String(validating: bytes, as: UTF8.self) else { return "no UTF-8" }
        for scalar in text.unicodeScalars {
            switch scalar.value {
            case 0x0A: continue
            case 0..<0x20, 0x7F..<0xA0, 0x61C, 0x200E, 0x200F, 0x202A...0x202E, 0x2066...0x2069, 0xE0000...0xE007F:
                return "U+\(String(scalar.value, radix: 16))"
            default: continue
            }
        }
        return nil
    }

    private static let digits = String(repeating: "9", count: 400)

    private static func nested(_ depth: Int, _ core: String) -> String {
        String(repeating: "[", count: depth) + core + String(repeating: "]", count: depth)
    }

    private static func utf8(_ text: String) -> [UInt8] { Array(text.utf8) }
}
