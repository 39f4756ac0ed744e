import Testing

@testable import JobLogCore

@Suite("Log entries")
struct LogEntryTests {
    private func decode(_ text: String) -> LogEntry { LogEntry.decode(Array(text.utf8)[...]) }

    @Test("a plain entry")
    func plain() {
        let entry = decode(
            #"{"timestamp":1734470400000,"type":"warn","message":"slow é","metadata":{"ms":12.50},"id":"w1-7"}"#)
        #expect(entry.timestamp == 1_734_470_400_000)
        #expect(entry.level == .warn)
        #expect(entry.typeText == nil)
        #expect(entry.message == "slow é")
        #expect(entry.metadata?.text() == #"{"ms":12.50}"#)
        #expect(entry.id == "w1-7")
        #expect(entry.isJSON)
    }

    @Test("types that are missing or unknown are kept as written")
    func types() {
        #expect(decode(#"{"message":"a"}"#) == LogEntry(message: "a"))
        #expect(decode(#"{"type":"notice","message":"a"}"#) == LogEntry(typeText: "notice", message: "a"))
        #expect(decode(#"{"type":5,"message":"a"}"#) == LogEntry(typeText: "5", message: "a"))
        #expect(decode(#"{"type":null,"message":"a"}"#) == LogEntry(message: "a"))
        #expect(decode(#"{"type":"WARNING","message":"a"}"#).level == .warn)
        #expect(decode(#"{"type":"fatal","message":"a"}"#).level == .error)
    }

    @Test(
        "times in all the forms that occur",
        arguments: [
            ("1734470400000", 1_734_470_400_000), ("\"1734470400000\"", 1_734_470_400_000),
            ("1734470400000.9", 1_734_470_400_000), ("1.7344704e12", 1_734_470_400_000),
            ("\"2024-12-17T21:20:00.000Z\"", 1_734_470_400_000), ("-5", -5), ("0", 0), ("-0.5", -1),
            ("1e400", UnixTime.limit), ("-1e30", -UnixTime.limit), ("99999999999999999999", UnixTime.limit),
            ("8640000000000001", UnixTime.limit), ("null", nil), ("\"soon\"", nil), ("{}", nil), ("true", nil),
        ] as [(String, Int64?)])
    func times(_ json: String, _ expected: Int64?) {
        #expect(decode("{\"timestamp\":\(json),\"message\":\"a\"}").timestamp == expected)
    }

    @Test("messages that are missing or no string")
    func messages() {
        #expect(decode(#"{"timestamp":1,"x":2}"#).message == #"{"timestamp":1,"x":2}"#)
        #expect(decode(#"{"message":{"a": [1, 2.0]}}"#).message == #"{"a":[1,2.0]}"#)
        #expect(decode(#"{"message":null}"#).message == "null")
        #expect(decode(#"{"message":42}"#).message == "42")
        #expect(decode(#"{"message":""}"#).message == "")
        #expect(decode(#"{"message":"a\n\tb\u001b[31m\"c\""}"#).message == "a\n\tb\u{1B}[31m\"c\"")
        #expect(decode("[1,2]") == LogEntry(message: "[1,2]"))
        #expect(decode(#"{"message":"a","metadata":null}"#).metadata == nil)
        #expect(decode(#"{"message":"a","id":7}"#).id == "7")
    }

    @Test("text that is no JSON")
    func raw() {
        #expect(decode("Traceback:\n  boom") == LogEntry(message: "Traceback:\n  boom", isJSON: false))
        #expect(decode("") == LogEntry(message: "", isJSON: false))
        #expect(decode(#"{"message":"a"} tail"#).isJSON == false)
        #expect(LogEntry.decode([0xFF, 0x41][...]) == LogEntry(message: "\u{FFFD}A", isJSON: false))
        #expect(decode("{\"message\":\"raw\nnewline\"}").isJSON == false)
    }

    @Test("an entry of five megabytes")
    func huge() {
        let text = String(repeating: "0123456789", count: 500_000)
        let bytes = LogEntry.encode(timestamp: 1, type: .info, message: text)
        #expect(LogEntry.decode(bytes[...]).message.utf8.count == 5_000_000)
        #expect(LogEntry.decode(bytes.dropLast()).isJSON == false)
    }

    @Test("what is encoded has TypeScript's shape and reads back")
    func encoding() {
        let bytes = LogEntry.encode(
            timestamp: 1_734_470_400_000, type: .error, message: "a\n\"b\" é\u{1}",
            metadata: ["recoverable": true], id: EntryID(writer: "w", count: 1))
        #expect(
            String(decoding: bytes, as: UTF8.self)
                == #"{"timestamp":1734470400000,"type":"error","message":"a\n\"b\" é\u0001","metadata":{"recoverable":true},"id":"w-0000000001"}"#
        )
        #expect(
            LogEntry.decode(bytes[...])
                == LogEntry(
                    timestamp: 1_734_470_400_000, level: .error, message: "a\n\"b\" é\u{1}",
                    metadata: ["recoverable": true], id: "w-0000000001"))
        let plain = LogEntry.encode(timestamp: 1, type: .info, message: "m")
        #expect(String(decoding: plain, as: UTF8.self) == #"{"timestamp":1,"type":"info","message":"m"}"#)
    }

    @Test("a record's identifier, fast or not")
    func identifier() {
        #expect(LogRecord(#"{"message":"a","id":"w-1"}"#).identifier == "w-1")
        #expect(LogRecord(#"{"message":"a","id":"w\u002d1"}"#).identifier == "w-1")
        #expect(LogRecord(#"{"message":"a"}"#).identifier == nil)
        #expect(LogRecord("id").identifier == nil)
        #expect(LogRecord(Array(#"xx{"message":"a","id":"é"}"#.utf8)[2...]).identifier == "é")
    }

    @Test("levels are ordered and have badges")
    func levels() {
        #expect(LogLevel.allCases.sorted().map(\.badge) == ["DEBUG", "INFO", "WARN", "ERROR"])
        #expect(LogLevel.allCases.allSatisfy { LogLevel(wire: $0.wire) == $0 && "\($0)" == $0.wire })
        #expect(
            ["trace", "Verbose", "err", "critical", "x"].map(LogLevel.init(wire:)) == [
                .debug, .debug, .error, .error, nil,
            ])
    }
}
