import TestSupport
import Testing

@testable import JobLogCore

/// Several logs in one document.
@Suite struct LogMergeTests {
    private let now: Int64 = 1_000_000_000

    private func record(_ text: String, _ time: Int64?, worker: String? = nil, skew: Int64? = nil) -> LogRecord {
        var metadata = JSONObject()
        metadata.append("n", JSONValue(1))
        if let worker { metadata.append("worker", .string(worker)) }
        if let skew { metadata.append("clockSkewMs", JSONValue(skew)) }
        let time = time.map { #""timestamp":\#($0),"# } ?? ""
        return LogRecord(
            #"{\#(time)"type":"info","message":"\#(text)","metadata":\#(JSONValue.object(metadata).text())}"#)
    }

    private func text(_ document: LogDocument) -> String {
        document.lines.map { line in
            switch line.content {
            case .entry: line.decoded()?.message ?? "?"
            case .mark(let mark): "[\(line.source): \(mark.text)]"
            }
        }.joined(separator: " ")
    }

    @Test func timeThenSourceThenListOrder() {
        var document = LogDocument(sources: 2)
        document.append([record("b1", 10), record("b2", 20), record("b3", 20)], from: 1, now: now)
        document.append([record("a1", 10), record("a2", 15), record("a3", 20)], from: 0, now: now)
        #expect(text(document) == "a1 b1 a2 a3 b2 b3")
        #expect(document.entryCount == 6 && document.entryCount(of: 1) == 3)
        #expect(document.lines.map(\.source) == [0, 1, 0, 0, 1, 1])
    }

    /// Whatever comes in when, the order is the same: by time, source and list.
    @Test(arguments: 0..<40) func theOrderDoesNotDependOnWhatCameFirst(_ seed: UInt64) {
        var random = SeededGenerator(seed: seed + 1)
        let logs = (0..<4).map { source in
            (0..<30).map { number in record("\(source).\(number)", Int64(1 + random.below(25))) }
        }
        var document = LogDocument(sources: logs.count)
        var places = logs.map { 10 + random.below($0.count - 10) }
        let starts = places
        var isOld = logs.map { _ in false }
        while !zip(places, logs).allSatisfy({ $0 == $1.count }) || isOld.contains(false) {
            let source = random.below(logs.count)
            if random.below(4) == 0, !isOld[source] {
                document.prepend(Array(logs[source][..<starts[source]]), from: source, now: now)
                isOld[source] = true
            } else {
                let next = min(logs[source].count, places[source] + random.below(6))
                document.append(Array(logs[source][places[source]..<next]), from: source, now: now)
                places[source] = next
            }
        }
        let all = logs.enumerated().flatMap { source, log in
            log.enumerated().map { (time: $1.timestamp ?? 0, source: source, number: $0, text: $1.entry.message) }
        }
        let expected = all.sorted { ($0.time, $0.source, $0.number) < ($1.time, $1.source, $1.number) }.map(\.text)
        #expect(text(document) == expected.joined(separator: " "))
    }

    /// Gathered and put in order once, logs stand as if they had been merged one after the other.
    @Test(arguments: 0..<40) func gatheredLogsStandAsMergedOnes(_ seed: UInt64) {
        var random = SeededGenerator(seed: seed + 1)
        // Some of a few ms, others of weeks: a sort by digits takes as many passes as it needs.
        let span = [20, 3_000, 5_000_000, 4_000_000_000][Int(seed % 4)]
        let logs = (0..<7).map { source in
            (0..<random.below(50)).map { number in
                let time = random.below(9) == 0 ? nil : Int64(1 + random.below(span))
                return record("\(source).\(number)", time, worker: "w\(random.below(2))", skew: 3)
            }
        }
        let now: Int64 = 4_000_000_000
        var gatherer = LogGatherer(sources: logs.count)
        var merged = LogDocument(sources: logs.count)
        for (source, log) in logs.enumerated() {
            gatherer.add(log, from: source, now: now)
            merged.append(log, from: source, now: now)
        }
        let gathered = gatherer.finish()
        #expect(gathered.order == merged.order)
        #expect(logs.indices.allSatisfy { gathered.entryCount(of: $0) == logs[$0].count })
        #expect(logs.indices.allSatisfy { gathered.firstRecords(of: $0) == merged.firstRecords(of: $0) })
        #expect(gathered.lanes.all == merged.lanes.all)
    }

    @Test func remarksHoldTheirOwnLogTogetherOnly() {
        var document = LogDocument(sources: 2)
        document.append([record("a1", 10), record("a2", 40)], from: 0, now: now)
        document.append([record("b1", 20)], from: 1, now: now)
        document.append(.missing(2), from: 1, before: 30)
        document.append([record("b2", 30), record("b3", 5)], from: 1, now: now)
        #expect(text(document) == "a1 b1 [1: 2 lines are missing here] b3 b2 a2")
        document.append([record("a3", 25)], from: 0, now: now)
        document.prepend([record("b0", 50)], from: 1, now: now)
        #expect(text(document).hasPrefix("a1 b1 b0 [1: 2 lines are missing here]"), "\(text(document))")
        #expect(text(document).hasSuffix("b3 a3 b2 a2"), "\(text(document))")
        document.append(.cleared, from: 1)
        #expect(text(document).hasSuffix("a2 [1: log was cleared]"))
    }

    @Test func withoutATimeAfterTheOneBeforeInItsOwnLog() {
        var document = LogDocument(sources: 2)
        document.append([record("a1", 10)], from: 0, now: now)
        document.append([record("b1", 20)], from: 1, now: now)
        document.append([record("a2", nil)], from: 0, now: now)
        #expect(text(document) == "a1 a2 b1")
    }

    @Test func aClockThatIsKnownToBeWrongIsCorrected() {
        var document = LogDocument(sources: 2)
        document.append([record("a", 10_000)], from: 0, now: now)
        document.append([record("ahead", 14_000, worker: "w", skew: 5_000)], from: 1, now: now)
        document.append([record("behind", 8_000, skew: -3_000)], from: 1, now: now)
        #expect(text(document) == "ahead a behind")
        #expect(document.lines.map(\.time) == [9_000, 10_000, 11_000])
        #expect(document.facts(document.order[0]).own == 9_000)
        #expect(document.isCorrected)
        // Nonsense is none.
        document.append([record("mad", 12_000, skew: .max / 4)], from: 0, now: now)
        #expect(document.lines.last?.time == 12_000)
    }

    @Test func whatCameInBehindWhatWasShownIsLate() {
        var document = LogDocument(sources: 2)
        document.append([record("a", 10_000), record("c", 20_000)], from: 0, now: now)
        document.shownUpTo = document.newestTime
        document.append([record("opened", 1_000)], from: 1, now: now)
        document.append([record("near", 19_500), record("late", 12_000)], from: 1, now: now, isLive: true)
        #expect(text(document) == "opened a late near c")
        #expect(document.order.map { document.lateness(of: $0) } == [nil, nil, 8_000, nil, nil])
    }

    @Test func workersAreToldApart() {
        var document = LogDocument(sources: 2)
        document.append(
            [
                record("a", 1, worker: "w1"), record("b", 2), record("c", 3, worker: "w2"),
                record("d", 4, worker: "w1"),
                LogRecord(#"{"timestamp":5,"message":"e","metadata":{"nested":{"worker":"no"},"worker":"w\u0031"}}"#),
                LogRecord(#"{"timestamp":6,"message":"f","metadata":{"nested":{"worker":"no"}}}"#),
            ], from: 0, now: now)
        document.append([record("g", 7, worker: "w1")], from: 1, now: now)
        #expect(document.lanes.all.map(\.worker) == ["w1", nil, "w2", "w1"])
        #expect(document.lanes.all.map(\.count) == [3, 2, 1, 1])
        #expect(document.lanes.lanes(of: 0) == [0, 1, 2] && document.lanes.lanes(of: 1) == [3])
        #expect(document.order.map { document.facts($0).lane } == [0, 1, 2, 0, 0, 1, 3])
    }

    @Test func moreWorkersThanAnyoneCanTellApartShareALane() {
        var document = LogDocument()
        document.append((0..<500).map { record("x", Int64($0), worker: "w\($0)") }, now: now)
        #expect(document.lanes.all.count <= LogLanes.mostWorkers + 2)
        #expect(document.lanes.all.last?.worker == LogLanes.others)
        #expect(document.lanes.all.reduce(0) { $0 + $1.count } == 500)
    }

    @Test func oneWritersLinesAreNotRepeatsOfAnothers() {
        var document = LogDocument(sources: 2)
        document.append([record("same", 1, worker: "w1"), record("same", 2, worker: "w1")], from: 0, now: now)
        document.append([record("same", 3, worker: "w1")], from: 1, now: now)
        let ids = document.order
        #expect(document.saysTheSame(ids[0], ids[1]))
        #expect(!document.saysTheSame(ids[1], ids[2]))
    }

    @Test func aLogThatIsReadAnewTakesTheOldPlace() {
        var document = LogDocument(sources: 2)
        document.append([record("a", 1), record("c", 3)], from: 0, now: now)
        document.append([record("b", 2, worker: "w")], from: 1, now: now)
        _ = document.acknowledge()
        document.removeAll(from: 1)
        #expect(text(document) == "a c" && document.entryCount == 2)
        document.append([record("b2", 2, worker: "w")], from: 1, now: now)
        #expect(text(document) == "a b2 c" && document.acknowledge() == 0)
        #expect(document.lanes.lanes(of: 1).map { document.lanes.all[Int($0)].count } == [1])
    }

    /// What a live view of fifty jobs does: pages of each log come in turns, then single lines.
    @Test func fiftyLogsOfFourThousandLines() {
        let jobs = 50
        let logs = (0..<jobs).map { source in
            (0..<4_000).map { number in
                record("line", Int64(1_000 + number * 50 + source), worker: "w\(source)")
            }
        }
        var document = LogDocument(sources: jobs)
        for source in 0..<jobs { document.append(Array(logs[source].suffix(1_000)), from: source, now: now) }
        for page in [1..<3, 0..<1] {
            for source in 0..<jobs {
                document.prepend(Array(logs[source][page.lowerBound * 1_000..<page.upperBound * 1_000]), from: source)
            }
        }
        #expect(document.entryCount == jobs * 4_000)
        for number in 0..<2_000 {
            document.append([record("new", Int64(202_000 + number))], from: number % jobs, now: now, isLive: true)
        }
        #expect(document.entryCount == jobs * 4_000 + 2_000)
        #expect(zip(document.lines, document.lines.dropFirst()).allSatisfy { $0.time <= $1.time })
    }
}
