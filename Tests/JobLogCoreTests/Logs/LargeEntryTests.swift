import RedisClient
import TestSupport
import Testing

@testable import JobLogCore

/// Large entries of which a viewer holds the beginning only.
@Suite struct LargeEntryTests {
    static func entry(_ message: String, _ metadata: String = "", at time: Int = 5, id: String = "w-00000001")
        -> LogRecord
    {
        LogRecord(
            #"{"timestamp":\#(time),"type":"error","message":"\#(message)""#
                + (metadata.isEmpty ? "" : #","metadata":\#(metadata)"#) + #","id":"\#(id)"}"#)
    }

    private static let long = String(repeating: "日本 text ", count: 20_000)

    @Test(arguments: ["", #"\n"#, #"\ud83d\ude00"#]) func timeLevelIDAndBeginningAreKept(_ escape: String) {
        let whole = Self.entry(escape + Self.long)
        let cut = whole.cut()
        #expect(cut.isCut && cut.bytes.count < 20_000)
        #expect(cut.size == whole.bytes.count && cut.digest == whole.digest)
        #expect(cut.timestamp == 5 && cut.level == .error && cut.identifier == "w-00000001")
        #expect(cut.large?.messageSize == whole.entry.message.utf8.count)
        #expect(whole.entry.message.hasPrefix(cut.entry.message))
        #expect((EntryCut.messageBytes - 3...EntryCut.messageBytes).contains(cut.entry.message.utf8.count))
        // It is cut alike whenever it is read, and never twice.
        #expect(cut == whole.cut() && cut.cut() == cut)
        #expect(cut != Self.entry(escape + Self.long + "x").cut())
    }

    @Test func whatIsSmallStaysAsItIs() {
        let record = Self.entry(String(repeating: "x", count: LargeEntry.limit - 100))
        #expect(!record.cut().isCut && record.cut() == record)
    }

    @Test func shortMetadataIsKeptAndTheWritersFirst() {
        let filler = (0..<3_000).map { #""k\#($0)":\#($0)"# }.joined(separator: ",")
        let blob = #""blob":"\#(Self.long)""#
        for metadata in [
            "{\(filler),\(blob),\"worker\":\"w\",\"clockSkewMs\":7}", "{ \"a\" : [1] , \(blob) ,\"worker\":\"w\"}",
        ] {
            let whole = Self.entry("m", metadata)
            let cut = whole.cut()
            #expect(cut.isCut && cut.bytes.count < 6_000)
            #expect(cut.entry.message == "m")
            #expect(cut.entry.metadata?.object?["worker"] == "w")
            #expect(cut.entry.metadata?.object?["blob"] == nil)
            #expect(
                LogSignature.find(in: cut.entry.metadata).clockSkew
                    == LogSignature.find(in: whole.entry.metadata).clockSkew)
        }
        let list = Self.entry("m", "[\"\(Self.long)\"]").cut()
        #expect(list.isCut && list.headline.metadata != nil)
    }

    @Test func unusualEntriesAreCutToo() {
        let text = LogRecord("no JSON " + Self.long).cut()
        #expect(text.isCut && !text.entry.isJSON && text.entry.message.hasPrefix("no JSON 日本"))
        // Found by the parser, not by the scanner: a field twice, an unknown type, no message.
        for json in [
            #"{"message":"a","message":"\#(Self.long)","timestamp":"5","type":"odd"}"#,
            #"{"type":"odd","timestamp":5,"text":"\#(Self.long)"}"#,
        ] {
            let whole = LogRecord(json)
            let cut = whole.cut()
            #expect(cut.isCut && cut.entry.timestamp == 5 && cut.entry.typeText == "odd")
            #expect(whole.entry.message.hasPrefix(cut.entry.message))
        }
    }

    @Test func repeatsAreToldByAllOfTheMessage() {
        var document = LogDocument()
        let other = Self.entry(Self.long + "other")
        document.append(
            [
                Self.entry(Self.long, at: 1, id: "w-1"), Self.entry(Self.long, at: 2, id: "w-2"), other,
            ].map { $0.cut() })
        #expect(document.saysTheSame(document.order[0], document.order[1]))
        #expect(!document.saysTheSame(document.order[1], document.order[2]))
    }

    @Test func aComparisonKnowsItsLogsAgain() {
        let records = [Self.entry("a", at: 1), Self.entry(Self.long, at: 2)]
        let comparison = LogComparison(
            .init(job: JobID("a"), records: records), with: .init(job: JobID("b"), records: records))
        #expect(!comparison.isOutdated(0, length: 2, newest: records.map { $0.cut() }))
        #expect(comparison.isOutdated(0, length: 2, newest: [records[0], Self.entry(Self.long + "x", at: 2).cut()]))
    }

    @Test func whatLeavesCutSaysSo() throws {
        let cut = Self.entry(Self.long, #"{"worker":"w"}"#).cut()
        let line = ExportLine(job: JobID("job"), record: cut, time: 5)
        for format in ExportFormat.allCases {
            let text = String(decoding: LogExporter.text([line, line], as: format), as: UTF8.self)
            #expect(text.split(separator: "(cut: \(cut.size) bytes in all)").count == 3, "\(format)")
        }
        let bundle = JobBundle([.init(id: JobID("job"), records: [cut])], savedAt: 0, source: "here")
        #expect(String(decoding: bundle.sealed().bytes, as: UTF8.self).contains("(cut: \(cut.size) bytes in all)"))
    }
}

/// The same over a real server.
@Suite(.inTurn) struct LargeEntryReadingTests {
    private let id = JobID("job")
    private let key = RedisArgument.key(Array("job:logs:job".utf8))

    private func large(_ number: Int, bytes: Int = 200_000) -> LogRecord {
        LargeEntryTests.entry("entry \(number) " + String(repeating: "x", count: bytes) + " end \(number)", at: number)
    }

    private func push(_ records: [LogRecord], _ redis: PrivateRedis) async throws {
        for record in records { try await redis.call("RPUSH", key, .slice(record.bytes)) }
    }

    @Test func theFeedTellsBeginningsAndTheSourceTheRest() async throws {
        let redis = try PrivateRedis()
        let records = (0..<40).map { $0 % 2 == 0 ? large($0) : LargeEntryTests.entry("small \($0)", at: $0) }
        try await push(records, redis)
        let source = RedisJobSource(configuration: redis.configuration)
        let feed = source.viewerFeed()
        let (updates, sink) = AsyncStream.makeStream(of: FeedUpdate.self)
        await feed.watch(FeedInterest(rows: [id], logs: [id]))
        await feed.start { sink.yield($0) }
        var held: [LogRecord] = []
        for await update in updates {
            if case .jobs(let jobs) = update {
                #expect(jobs.allSatisfy { $0.tail.allSatisfy { $0.bytes.count < 20_000 } })
            }
            guard case .log(_, let change) = update else { continue }
            if case .opened(let records, _) = change {
                held += records
                try await push([large(40)], redis)
            }
            if case .appended(let records, _) = change { held += records }
            if held.count == 41 { break }
        }
        await feed.close()
        #expect(held == (records + [large(40)]).map { $0.cut() })
        // Oldest first, newest first, and with lines that came meanwhile.
        for record in held { #expect(try await source.whole(record, of: id)?.isCut == false) }
        try await push((41..<60).map { large($0) }, redis)
        for number in [40, 0, 20] {
            #expect(try await source.whole(held[number], of: id) == (number == 40 ? large(40) : records[number]))
        }
        #expect(try await source.beginnings(id, newest: 3).allSatisfy(\.isCut))
        #expect(try await source.log(id, newest: 3) == (57..<60).map { large($0) })
    }

    @Test func whatIsGoneIsNotFound() async throws {
        let redis = try PrivateRedis()
        try await push((0..<5).map { large($0) }, redis)
        let source = RedisJobSource(configuration: redis.configuration)
        #expect(try await source.whole(large(0).cut(), of: id) == large(0))
        try await redis.call("LTRIM", key, -4, -1)
        #expect(try await source.whole(large(0).cut(), of: id) == nil)
        #expect(try await source.whole(large(1).cut(), of: id) == large(1))
        try await redis.call("DEL", key)
        #expect(try await source.whole(large(1).cut(), of: id) == nil)
        try await redis.call("SET", key, "text")
        await #expect(throws: RedisError.self) { try await source.whole(large(1).cut(), of: id) }
    }

    @Test func aBundleHoldsLargeEntriesWhole() async throws {
        let redis = try PrivateRedis()
        try await push((0..<3).map { large($0) }, redis)
        let source = RedisJobSource(configuration: redis.configuration)
        var bundle = JobBundle(
            [.init(id: id, records: [large(7), large(1), large(2)].map { $0.cut() })], savedAt: 0, source: "here")
        #expect(bundle.hasCutEntries)
        await bundle.readLargeEntries(from: source)
        #expect(!bundle.hasCutEntries)
        #expect(bundle.jobs[0].records.suffix(2) == [large(1), large(2)])
        #expect(bundle.jobs[0].records[0].entry.message.hasSuffix("(cut: \(large(7).size) bytes in all)"))
    }
}
