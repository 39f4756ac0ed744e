import JobLogAPI
import TestSupport
import Testing

/// Streams of server-sent events, written and read.
@Suite struct ServerSentEventTests {
    private func events(_ text: String, limit: Int = ServerSentEventParser.defaultLimit) throws -> [ServerSentEvent] {
        var parser = ServerSentEventParser(limit: limit)
        return try parser.take(Array(text.utf8))
    }

    @Test func readsWhatIsWritten() throws {
        let written = [
            ServerSentEvent("log", data: "{\"message\":\"a: b\"}", id: "17"), ServerSentEvent("gap", data: "{}"),
            ServerSentEvent("log", data: "two\nlines, and an empty one\n"), ServerSentEvent("log", data: ""),
            ServerSentEvent("log", data: " leading space", id: ""),
        ]
        var parser = ServerSentEventParser()
        #expect(try parser.take(Array(written.map(\.text).joined().utf8)) == written)
        #expect(parser.lastID == "")
    }

    @Test func nothingInANameOrAnIDBreaksTheStream() throws {
        let event = ServerSentEvent("a\nb\r", data: "x\ry", id: "1\n2\u{0}")
        var parser = ServerSentEventParser()
        #expect(try parser.take(Array(event.text.utf8)) == [ServerSentEvent("ab", data: "x\ny", id: "12")])
    }

    @Test func commentsAndUnknownFieldsAreNoEvents() throws {
        #expect(try events(":\n\n: hello\n\nfoo: bar\n\nevent: x\n\n") == [])
        #expect(try events("data\n\n") == [ServerSentEvent("message", data: "")])
    }

    @Test(arguments: ["\n", "\r", "\r\n"]) func everyLineEndIsOne(_ end: String) throws {
        let text = "\u{FEFF}event: a\(end)data: 1\(end)data:2\(end)id: 7\(end)\(end)data: 3\(end)\(end)"
        #expect(
            try events(text) == [ServerSentEvent("a", data: "1\n2", id: "7"), ServerSentEvent("message", data: "3")])
    }

    @Test func theIDStaysUntilThereIsAnother() throws {
        var parser = ServerSentEventParser(lastID: "6")
        #expect(parser.lastID == "6")
        _ = try parser.take(Array("id: 7\ndata: x\n\ndata: y\n\nid: 8\ndata: not ended".utf8))
        #expect(parser.lastID == "7")
        _ = try parser.take(Array("retry: 1500\nretry: soon\nid: a\u{0}b\n\n".utf8))
        #expect(parser.lastID == "8")
    }

    @Test func itAsksForAPause() throws {
        var parser = ServerSentEventParser()
        _ = try parser.take(Array("retry: 1500\nretry: soon\nretry:\nretry: 99999999999999\n".utf8))
        #expect(parser.retry == .milliseconds(1_500))
    }

    @Test func itHoldsNoMoreThanItsLimit() throws {
        #expect(throws: ServerSentEventParser.Problem.tooLarge(limit: 32)) {
            try events("data: " + String(repeating: "x", count: 40), limit: 32)
        }
        #expect(throws: ServerSentEventParser.Problem.tooLarge(limit: 32)) {
            try events(String(repeating: "data: xxxxxxxx\n", count: 6), limit: 32)
        }
        // Each by itself fits.
        #expect(try events(String(repeating: "data: xxxxxxxx\n\n", count: 6), limit: 32).count == 6)
    }

    /// Whatever comes, in whatever pieces, the events are those of the whole.
    @Test(arguments: 0..<40) func piecesMakeNoDifference(_ seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let parts: [[UInt8]] = [
            Array("data: x".utf8), Array("event: log".utf8), Array("id: 9".utf8), Array("id".utf8), Array(":".utf8),
            [0x0A],
            [0x0D], [0x0D, 0x0A], [0x0A, 0x0A], [0xEF, 0xBB, 0xBF], [0xFF, 0xC0], [0], Array("data:  ä".utf8),
            Array("retry: 5".utf8),
        ]
        let stream = (0..<200).flatMap { _ in random.pick(parts) }
        var whole = ServerSentEventParser()
        let expected = try whole.take(stream)
        var pieces = ServerSentEventParser()
        var found: [ServerSentEvent] = []
        var rest = stream[...]
        while !rest.isEmpty {
            let count = min(rest.count, random.below(7) + 1)
            found += try pieces.take(rest.prefix(count))
            rest = rest.dropFirst(count)
        }
        #expect(found == expected)
        #expect(pieces.lastID == whole.lastID)
    }
}
