import TestSupport
import Testing

@testable import JobLogCore

@Suite("Log scanner")
struct LogScannerTests {
    private func scan(_ text: String) -> LogHead? { LogScanner.scan(Array(text.utf8)[...]) }

    @Test("finds the fields in any order, with spaces, inside a slice")
    func fields() throws {
        let bytes = Array(
            ##"??{ "id" : "w-1", "extra":[{"a":"\u00e9"}], "message":"a\"b", "metadata":{"k":[1,{}]} ,"type":"error","timestamp":12 }"##
                .utf8)
        let slice = bytes[2...]
        let head = try #require(LogScanner.scan(slice))
        let text = { (range: Range<Int>) in String(decoding: head.slice(slice, range), as: UTF8.self) }
        #expect(head.timestamp == 12)
        #expect(head.level == .error)
        #expect(text(head.message) == #"a\"b"#)
        #expect(head.messageHasEscapes)
        #expect(head.id.map(text) == "w-1")
        #expect(head.metadata.map(text) == #"{"k":[1,{}]}"#)
    }

    @Test(
        "knows a usual entry",
        arguments: [
            #"{"timestamp":1734470400000,"type":"info","message":"Searching sources (5/5) (50%)"}"#,
            #"{"message":""}"#, #"{"message":"日本語 😀"}"#, #"{"timestamp":0,"message":"a"}"#,
            #"{"message":"a","metadata":null}"#, #"{"message":"a","x":-1.5e3,"y":true,"z":false}"#,
        ])
    func usual(_ text: String) {
        #expect(scan(text) != nil)
    }

    @Test(
        "gives up on what it does not know for certain",
        arguments: [
            "", "{}", "[]", "text", #"{"message":5}"#, #"{"message":"a"} x"#, #"{"message":"a","message":"b"}"#,
            #"{"messag\u0065":"b"}"#, #"{"message":"a","timestamp":"5"}"#, #"{"message":"a","timestamp":1.5}"#,
            #"{"message":"a","timestamp":1e3}"#, #"{"message":"a","timestamp":-1}"#, #"{"message":"a","timestamp":01}"#,
            #"{"message":"a","timestamp":1234567890123456}"#, #"{"message":"a","type":"notice"}"#,
            #"{"message":"a","type":"INFO"}"#, #"{"message":"a","type":null}"#, #"{"message":"a","id":5}"#,
            #"{"message":"a","id":"\n"}"#, #"{"message":"a","metadata":{"k":}}"#,
            #"{"message":"a","metadata":{"k":1,}}"#,
            #"{"message":"a",}"#, #"{"message":"a""#, #"{"message":"\x"}"#, #"{"message":"a","m":01}"#,
            #"{"message":"a","m":"# + String(repeating: "[", count: 66) + String(repeating: "]", count: 66) + "}",
        ])
    func unusual(_ text: String) {
        #expect(scan(text) == nil)
    }

    @Test("invalid UTF-8 anywhere is left to the parser")
    func invalid() {
        for bad: [UInt8] in [
            [0xFF], [0xC3], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xE2, 0x82],
        ] {
            let message = Array(#"{"message":"a"#.utf8) + bad + Array(#""}"#.utf8)
            let metadata = Array(#"{"message":"a","metadata":[""#.utf8) + bad + Array(#""]}"#.utf8)
            #expect(LogScanner.scan(message[...]) == nil)
            #expect(LogScanner.scan(metadata[...]) == nil)
            #expect(LogEntry.decode(message[...]).message.unicodeScalars.contains("\u{FFFD}"))
        }
    }

    @Test("says what the parser says, on 200,000 mutated entries")
    func likeParser() {
        var random = SeededGenerator(seed: 3)
        let seeds = [
            #"{"timestamp":1734470400000,"type":"info","message":"A (50%)"}"#,
            #"{"timestamp":17,"type":"warn","message":"é\n","metadata":{"k":[1,true]},"id":"w-1"}"#,
            #"{"id":"","message":"\u00e9\ud83d\ude00","x":null,"y":-1.5e3}"#,
            #" { "type" : "debug" , "message" : "" , "metadata" : "s" } "#,
            #"{"message":"日本😀","timestamp":0,"metadata":[],"type":"error"}"#,
        ].map { Array($0.utf8) }
        let alphabet = Array("{}[]\":,\\ \n0123456789.eE-tfnulidms\u{1}\u{7F}".utf8) + [0x80, 0xC3, 0xA9, 0xFF, 0x00]
        var scanned = 0
        for _ in 0..<200_000 {
            let bytes = random.mutate(random.pick(seeds), alphabet: alphabet)
            guard let head = LogScanner.scan(bytes[...]) else { continue }
            scanned += 1
            let parsed = LogEntry.parse(bytes[...])
            if LogEntry(head, bytes[...]) != parsed {
                Issue.record("differs on \(String(decoding: bytes, as: UTF8.self))")
                return
            }
        }
        #expect(scanned > 20_000)
    }
}
