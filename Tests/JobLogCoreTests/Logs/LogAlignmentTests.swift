import TestSupport
import Testing

@testable import JobLogCore

/// Aligning two logs.
@Suite struct LogAlignmentTests {
    @Test(arguments: [
        ("Searching sources (3/5) (50%)", "Searching sources (13/50) (5%)"),
        (
            "request 1f0c9a7e-aaaa-bbbb-cccc-ffffffffffff took 12ms",
            "request aaaaaaaa-0000-bbbb-cccc-deadbeefdead took 1,204ms"
        ),
        ("at 2024-12-17T14:02:09.123Z", "at 2025-01-01T00:00:00Z"),
        ("user 'anna' has 3", "user 'karl heinz' has 44"),
        (#"wrote "a b.txt""#, #"wrote "c""#),
        ("commit deadbeef", "commit cafebabe"),
        ("moved by -5.5 and +3", "moved by 12 and 7"),
        ("job-1734470400000-abc123 is done", "job-1734470412345-0f is done"),
        ("日本 12", "日本 9"), ("a  b\t3", "a b 4"),
    ])
    func whatChangesFromRunToRunIsBlanked(_ one: String, _ other: String) {
        #expect(LogTemplate.text(one) == LogTemplate.text(other))
    }

    @Test(arguments: [
        ("Searching sources", "Searching source"), ("worker's clock", "worker's watch"), ("a b", "ab"),
        ("face", "fade"), ("done", "failed"), ("", "x"), ("it's 'x' here", "it's 'x' there"),
    ])
    func wordsAreNot(_ one: String, _ other: String) {
        #expect(LogTemplate.text(one) != LogTemplate.text(other))
    }

    @Test func templatesAreReadable() {
        #expect(LogTemplate.text("Searching sources (3/5) (50%)") == "Searching sources (#/#) (#%)")
        #expect(LogTemplate.text("took 1,204.5ms at 12:03:55.120") == "took # at #")
        #expect(LogTemplate.text("GET /users/42?x=\"y\"") == "GET /users/#?x=\"#\"")
        #expect(LogTemplate.text(String(repeating: "x ", count: 10_000)).utf8.count <= LogTemplate.longest)
    }

    /// Matches rise in both sequences and are of equal elements.
    private func check(_ one: [Int32], _ other: [Int32]) -> Int {
        let partners = SequenceAlignment(one, other).partners
        var last: Int32 = -1
        for (index, partner) in partners.enumerated() where partner >= 0 {
            #expect(partner > last && one[index] == other[Int(partner)])
            last = partner
        }
        return partners.count { $0 >= 0 }
    }

    /// The length of the longest common subsequence, by the table.
    private func longest(_ one: [Int32], _ other: [Int32]) -> Int {
        var row = Array(repeating: 0, count: other.count + 1)
        for a in one {
            var diagonal = 0
            for (index, b) in other.enumerated() {
                let above = row[index + 1]
                row[index + 1] = a == b ? diagonal + 1 : max(above, row[index])
                diagonal = above
            }
        }
        return row[other.count]
    }

    @Test(arguments: 0..<300) func alignmentsAreRightAndLong(_ seed: UInt64) {
        var random = SeededGenerator(seed: seed + 1)
        let letters = 1 + random.below(6)
        // Each twice at least, so that nothing occurs once.
        let one = (0..<random.below(40)).map { _ in Int32(random.below(letters)) }.flatMap { [$0, $0] }
        let other = (0..<random.below(40)).map { _ in Int32(random.below(letters)) }.flatMap { [$0, $0] }
        #expect(check(one, other) == longest(one, other), "\(one) \(other)")
        let free = (0..<random.below(60)).map { _ in Int32(random.below(30)) }
        var edited: [Int32] = []
        for number in free where random.below(4) != 0 {
            edited.append(number)
            if random.below(5) == 0 { edited.append(99) }
        }
        #expect(check(free, edited) <= longest(free, edited))
        #expect(check(free, free) == free.count)
    }

    /// Two logs that have nothing but their words in common cost no more than is bearable.
    @Test func whatHasLittleInCommonIsBounded() {
        var random = SeededGenerator(seed: 3)
        let one = (0..<10_000).map { _ in Int32(random.below(9)) }
        let other = (0..<10_000).map { _ in Int32(random.below(9)) }
        #expect(check(one, other) > 4_000)
        #expect(check(one, other.map { $0 + 100 }) == 0)
    }

    private func log(_ job: String, _ lines: (String, Int64)...) -> LogComparison.Log {
        LogComparison.Log(
            job: JobID(job),
            records: lines.map { text, second in
                let parts = text.split(separator: " ", maxSplits: 1)
                let level = LogLevel(wire: String(parts[0])) ?? .info
                return LogRecord(
                    bytes: LogEntry.encode(timestamp: second * 1_000, type: level, message: String(parts[1])))
            })
    }

    private func failing() -> LogComparison.Log {
        log(
            "bad", ("info Parsing input (5%)", 100), ("info Searching sources (1/5) (10%)", 101),
            ("info Searching sources (2/5) (20%)", 105), ("error Connection reset by peer", 106),
            ("info Cleaning up", 107))
    }

    private func succeeding() -> LogComparison.Log {
        log(
            "good", ("info Parsing input (5%)", 10), ("info Searching sources (1/3) (15%)", 11),
            ("info Searching sources (2/3) (30%)", 12), ("info Searching sources (3/3) (45%)", 13),
            ("info Generating response (80%)", 14), ("info Cleaning up", 20))
    }

    @Test func linesOfBothStandWhereTheyCorrespond() {
        let comparison = LogComparison(failing(), with: succeeding(), now: 1_000_000)
        let text = comparison.document.lines.map { line in
            ["=", "+", "-"][Int(comparison.sides[line.id].rawValue)] + (line.decoded()?.message ?? "")
        }
        #expect(
            text == [
                "=Parsing input (5%)", "=Searching sources (1/5) (10%)", "=Searching sources (2/5) (20%)",
                "-Searching sources (3/3) (45%)", "-Generating response (80%)", "+Connection reset by peer",
                "=Cleaning up",
            ])
        #expect(comparison.parting == 3 && comparison.differenceCount == 1)
        #expect(comparison.lastCommonMessage == "Searching sources (2/5) (20%)")
        #expect(comparison.delays == [0, 0, 3_000, 0, 0, 0, -3_000])
        #expect(comparison.document.lines.map(\.time) == [100, 101, 105, 105, 105, 106, 107].map { $0 * 1_000 })
        #expect(comparison.document.facts(3).own == 13_000, "its own time is still known")
        #expect(comparison.difference(from: 0, direction: 1) == 3)
        #expect(comparison.difference(from: 3, direction: 1) == nil)
        #expect(comparison.difference(from: 6, direction: -1) == 3)
    }

    @Test func theSameLinesHaveNoDifference() {
        let comparison = LogComparison(succeeding(), with: succeeding(), now: 1_000_000)
        #expect(comparison.parting == nil && comparison.differenceCount == 0 && comparison.lastCommonMessage == nil)
        #expect(UnifiedDiff(comparison).lines.isEmpty)
        let empty = LogComparison(log("a"), with: log("b"), now: 0)
        #expect(empty.parting == nil && empty.document.count == 0)
        let atOnce = LogComparison(log("a", ("info x", 1)), with: log("b"), now: 1_000_000)
        #expect(atOnce.parting == 0 && atOnce.lastCommonMessage == nil)
    }

    @Test func aUnifiedDiff() {
        let lines = UnifiedDiff(LogComparison(failing(), with: succeeding(), now: 1_000_000), context: 1).lines
        #expect(
            lines.map(\.text) == [
                "--- good", "+++ bad", "@@ -3,4 +3,3 @@", " INFO  Searching sources (2/5) (20%)",
                "-INFO  Searching sources (3/3) (45%)", "-INFO  Generating response (80%)",
                "+ERROR Connection reset by peer", " INFO  Cleaning up",
            ])
        let none = UnifiedDiff(LogComparison(log("a", ("info x\u{1B}[2J", 1)), with: log("b"), now: 1_000_000)).lines
        #expect(none.map(\.text).dropFirst(2).first == "@@ -0,0 +1,1 @@")
        #expect(!none.contains { $0.text.contains("\u{1B}") })
    }

    /// Differences far apart are hunks of their own, whose numbers count the lines of each log.
    @Test func hunksOfAUnifiedDiff() {
        let both = (0..<30).map {
            ("info step \(["a", "b", "c"][$0 % 3])\(String(repeating: "x", count: $0))", Int64($0))
        }
        let start = LogComparison.Log(job: JobID("x"), records: both.map { Self.record($0.0, $0.1) })
        var changed = start
        changed.records.insert(Self.record("info one more", 5), at: 5)
        changed.records.remove(at: 26)
        let lines = UnifiedDiff(LogComparison(changed, with: start, now: 1_000_000)).lines
        #expect(
            lines.filter { $0.kind == .hunk }.map(\.text) == ["@@ -3,6 +3,7 @@", "@@ -23,7 +24,6 @@"])
    }

    private static func record(_ message: String, _ time: Int64) -> LogRecord {
        LogRecord(bytes: LogEntry.encode(timestamp: time, type: .info, message: message))
    }
}
