import TestSupport
import Testing

@testable import JobLogCore

/// What a viewer is told of a log must be the log: nothing dropped, nothing doubled, unless it says so.
@Suite struct LogTailTests {
    /// A Redis list, read honestly: its length and its newest entries, all of them when asked for more.
    private struct List {
        var entries: [LogRecord] = []

        mutating func push(_ texts: String..., cap: Int = .max) { push(texts, cap: cap) }

        mutating func push(_ texts: [String], cap: Int = .max) {
            for text in texts {
                entries.append(LogRecord(text))
                if entries.count > cap { entries.removeFirst() }
            }
        }

        func window(_ wanted: Int) -> LogTail.Window {
            LogTail.Window(length: entries.count, newest: entries.suffix(wanted))
        }
    }

    private func text(_ record: LogRecord) -> String { String(decoding: record.bytes, as: UTF8.self) }

    private func text(_ records: [LogRecord]) -> String { records.map(text).joined(separator: " ") }

    /// Reads like the feed does, deeper as long as it is told to.
    private func read(_ tail: inout LogTail, _ list: List) -> LogTail.Finding {
        var wanted = tail.wanted
        while true {
            let finding = tail.take(list.window(wanted))
            guard case .needsMore(let more) = finding else { return finding }
            #expect(more > wanted)
            wanted = more
        }
    }

    private func words(_ finding: LogTail.Finding) -> String {
        switch finding {
        case .appended(let records): "+ \(text(records))"
        case .needsMore(let count): "more \(count)"
        case .gap(let missing, let then): "gap \(missing.map { "\($0)" } ?? "?") \(text(then))"
        case .cleared(let then): "cleared \(text(then))"
        }
    }

    private func entry(_ writer: String, _ count: Int) -> String {
        #"{"timestamp":1,"type":"info","message":"same","id":"\#(EntryID(writer: writer, count: count).text)"}"#
    }

    @Test func aNewLineKeepsNothingOfTheReplyThatItCameWith() throws {
        var tail = LogTail()
        let old = (1...30).map { "line \($0)" }
        _ = tail.take(LogTail.Window(length: 30, newest: old.map { LogRecord($0) }))
        // As the client reads: all entries of a reply are slices of one buffer.
        let reply = Array((old.joined() + "new 1" + "new 2").utf8)
        var end = 0
        let newest = (old + ["new 1", "new 2"]).map { text in
            defer { end += text.utf8.count }
            return LogRecord(reply[end..<(end + text.utf8.count)])
        }
        guard case .appended(let new) = tail.take(LogTail.Window(length: 32, newest: newest)) else {
            Issue.record("not appended")
            return
        }
        #expect(text(new) == "new 1 new 2")
        // The indices of a slice are those of what it keeps alive.
        #expect(new.map(\.bytes.startIndex) == [0, 5])
        guard case .appended(let all) = tail.take(LogTail.Window(length: 64, newest: newest + newest)) else {
            Issue.record("not appended")
            return
        }
        #expect(all.count == 32)
    }

    @Test func growsBelowTheCap() {
        var (tail, list) = (LogTail(), List())
        list.push("a", "b")
        #expect(words(read(&tail, list)) == "+ a b")
        #expect(words(read(&tail, list)) == "+ ")
        list.push("c")
        #expect(words(read(&tail, list)) == "+ c")
        list.push("d", "e")
        #expect(words(read(&tail, list)) == "+ d e")
    }

    @Test func positionsMoveAtTheCap() {
        var (tail, list) = (LogTail(commonCap: 4), List())
        list.push("a", "b", "c", "d", cap: 4)
        #expect(words(read(&tail, list)) == "+ a b c d")
        list.push("e", cap: 4)
        #expect(words(read(&tail, list)) == "+ e")
        list.push("f", "g", "h", cap: 4)
        #expect(words(read(&tail, list)) == "+ f g h")
    }

    @Test func lengthTellsIdenticalLinesApart() {
        var (tail, list) = (LogTail(), List())
        list.push("x", "x")
        #expect(words(read(&tail, list)) == "+ x x")
        list.push("x")
        #expect(words(read(&tail, list)) == "+ x")
        list.push("x", "y", "x")
        #expect(words(read(&tail, list)) == "+ x y x")
        list.push("x", "y", "x")
        #expect(words(read(&tail, list)) == "+ x y x")
    }

    @Test func aRepeatedLineIsNoProofAtTheCap() {
        var (tail, list) = (LogTail(), List())
        let lines = (0..<200).map { "line \($0)" }
        list.push(lines + ["tick"], cap: 200)
        _ = read(&tail, list)
        // A glance begins with a line that is the same as the last one held, but is another.
        let more = (0..<100).map { "more \($0)" }
        list.push(more + ["tick"], cap: 200)
        let after = (0..<(LogTail.glance - 1)).map { "after \($0)" }
        list.push(after, cap: 200)
        #expect(words(read(&tail, list)) == "+ " + (more + ["tick"] + after).joined(separator: " "))
    }

    @Test func idsTellEqualLinesApart() {
        var (tail, list) = (LogTail(commonCap: 2), List())
        list.push([entry("w", 1), entry("w", 2)], cap: 2)
        _ = read(&tail, list)
        list.push([entry("w", 3)], cap: 2)
        #expect(words(read(&tail, list)) == "+ \(entry("w", 3))")
        list.push([entry("v", 1), "no id"], cap: 2)
        #expect(words(read(&tail, list)).hasPrefix("gap"))
        list.push([entry("w", 4)], cap: 2)
        #expect(words(read(&tail, list)) == "+ \(entry("w", 4))")
        list.push("plain", cap: 2)
        #expect(words(read(&tail, list)) == "+ plain")
    }

    @Test func anIDThatIsAlwaysTheSameHidesNothing() {
        var (tail, list) = (LogTail(), List())
        func line(_ number: Int) -> String { #"{"id":"job-1","message":"\#(number)"}"# }
        list.push(line(1))
        _ = read(&tail, list)
        list.push(line(2), line(3))
        #expect(words(read(&tail, list)) == "+ \(line(2)) \(line(3))")
        list.push([line(4), line(5)], cap: 3)
        #expect(words(read(&tail, list)) == "+ \(line(4)) \(line(5))")
    }

    @Test func clearedAndRefilled() {
        var (tail, list) = (LogTail(), List())
        list.push("a", "b", "c")
        _ = read(&tail, list)
        list.entries = []
        #expect(words(read(&tail, list)) == "cleared ")
        #expect(words(read(&tail, list)) == "+ ")
        list.push("d")
        #expect(words(read(&tail, list)) == "+ d")
        for lines in [["e"], ["f", "g", "h"], (0..<199).map { "line \($0)" }, ["i"]] {
            list.entries = []
            list.push(lines)
            #expect(words(read(&tail, list)) == "cleared " + lines.joined(separator: " "))
        }
        list.push("j")
        #expect(words(read(&tail, list)) == "+ j")
    }

    @Test func aListAsLongAsListsAreKeptMayHaveBeenTrimmed() {
        var (tail, list) = (LogTail(), List())
        list.push("a", "b", "c")
        _ = read(&tail, list)
        list.push((0..<300).map { "line \($0)" }, cap: 200)
        #expect(words(read(&tail, list)).hasPrefix("gap ? line 100 "))
    }

    @Test func aListIsNotTrimmedBelowWhatItWasSeenToHave() {
        var (tail, list) = (LogTail(), List())
        list.push((0..<500).map { "line \($0)" })
        _ = read(&tail, list)
        list.entries = []
        list.push((0..<300).map { "new \($0)" })
        #expect(words(read(&tail, list)).hasPrefix("cleared new 0 "))
        // Some writers keep no more than is common, whatever the others keep.
        list.push((0..<900).map { "more \($0)" }, cap: 200)
        list.entries.removeFirst(max(0, list.entries.count - 200))
        #expect(words(read(&tail, list)).hasPrefix("gap ? more 700 "))
    }

    @Test func aWriterThatKeepsFewIsRemembered() {
        var (tail, list) = (LogTail(), List())
        list.push("a", "b", "c", "d")
        _ = read(&tail, list)
        list.push("e", cap: 4)
        #expect(words(read(&tail, list)) == "+ e")
        list.push("f", "g", "h", "i", "j", cap: 4)
        #expect(words(read(&tail, list)) == "gap ? g h i j")
        list.entries = []
        list.push("k")
        #expect(words(read(&tail, list)) == "cleared k")
    }

    @Test func moreThanAWholeListSince() {
        var (tail, list) = (LogTail(commonCap: 3), List())
        list.push("a", "b", "c", cap: 3)
        _ = read(&tail, list)
        list.push("d", "e", "f", "g", cap: 3)
        #expect(words(read(&tail, list)) == "gap ? e f g")
        #expect(words(read(&tail, list)) == "+ ")
    }

    @Test func idsTellHowManyAreMissing() {
        var (tail, list) = (LogTail(commonCap: 3), List())
        list.push((1...3).map { entry("w", $0) }, cap: 3)
        _ = read(&tail, list)
        list.push((4...8).map { entry("w", $0) }, cap: 3)
        #expect(words(read(&tail, list)) == "gap 2 " + (6...8).map { entry("w", $0) }.joined(separator: " "))
        // Of two writers, both count.
        list.push([entry("v", 1)], cap: 3)
        #expect(words(read(&tail, list)) == "+ \(entry("v", 1))")
        list.push([entry("w", 9), entry("v", 2), entry("w", 10), entry("v", 3), entry("w", 11)], cap: 3)
        #expect(words(read(&tail, list)).hasPrefix("gap 2 "))
        // Nobody knows whether what an unknown writer wrote before was ever in this gap.
        list.push([entry("u", 7), entry("w", 12), entry("v", 4)], cap: 3)
        #expect(words(read(&tail, list)).hasPrefix("gap ? "))
        // Lines without an id may be among the missing.
        list.push([entry("w", 13), entry("w", 14), "plain", entry("w", 15), "plain"], cap: 3)
        #expect(words(read(&tail, list)).hasPrefix("gap ? "))
    }

    @Test func anEmptyLogThatOverflowsHasAGap() {
        var (tail, list) = (LogTail(), List())
        #expect(words(read(&tail, list)) == "+ ")
        let lines = (0..<300).map { "line \($0)" }
        list.push(lines, cap: 200)
        #expect(words(read(&tail, list)) == "gap ? " + lines.suffix(200).joined(separator: " "))

        (tail, list) = (LogTail(), List())
        _ = read(&tail, list)
        list.push((1...5).map { entry("w", $0) }, cap: 3)
        #expect(words(read(&tail, list)).hasPrefix("gap ? "))

        (tail, list) = (LogTail(), List())
        _ = read(&tail, list)
        list.push((1...250).map { entry("w", $0) })
        #expect(words(read(&tail, list)).hasPrefix("+ "), "ids say that all are there")
    }

    @Test func countsGoOnAfterClearing() {
        var (tail, list) = (LogTail(), List())
        list.push((1...3).map { entry("w", $0) })
        _ = read(&tail, list)
        list.entries = []
        _ = read(&tail, list)
        list.push(entry("w", 4))
        #expect(words(read(&tail, list)) == "+ \(entry("w", 4))")
    }

    @Test func readsDeeperWhenALotWasWritten() {
        var (tail, list) = (LogTail(), List())
        list.push("start")
        #expect(tail.wanted == LogTail.reach)
        _ = read(&tail, list)
        #expect(tail.wanted == LogTail.glance)
        let lines = (0..<20_000).map { "line \($0)" }
        list.push(lines)
        guard case .needsMore(LogTail.reach) = tail.take(list.window(LogTail.glance)) else {
            Issue.record("a glance is not enough")
            return
        }
        guard case .appended(let found) = read(&tail, list) else {
            Issue.record("nothing is missing")
            return
        }
        #expect(found.map(text) == lines)
    }

    @Test func opensWithTheNewest() {
        var (tail, list) = (LogTail(), List())
        let lines = (0..<5_000).map { "line \($0)" }
        list.push(lines)
        guard case .appended(let found) = tail.take(list.window(tail.wanted)) else {
            Issue.record("opening is no gap")
            return
        }
        #expect(found.map(text) == lines.suffix(LogTail.reach))
    }

    @Test func anotherWriterTrimsHarder() {
        var (tail, list) = (LogTail(), List())
        list.push((0..<1_000).map { "line \($0)" })
        _ = read(&tail, list)
        list.push(["a", "b"], cap: 1_000)
        list.entries.removeFirst(list.entries.count - 200)
        #expect(words(read(&tail, list)) == "+ a b")
        list.push("c", cap: 200)
        #expect(words(read(&tail, list)) == "+ c")
    }

    /// Whatever is written between the reads: what is found is what was written, or it is said that something is missing.
    @Test(arguments: [5, 6, 16, 17, 31, 32, 33, 64, 150, 200])
    func tellsTheTruth(cap: Int) {
        var generator = SeededGenerator(seed: UInt64(cap))
        for _ in 0..<40 {
            var (tail, list) = (LogTail(commonCap: cap), List())
            var written: [String] = []
            var told = 0
            var counts = [0, 0]
            let writers = generator.below(3)
            let burst = generator.pick([3, cap, 2 * cap])
            _ = read(&tail, list)
            var heldSomething = false
            for _ in 0..<40 {
                for _ in 0..<generator.below(burst) {
                    let writer = generator.below(writers + 1)
                    if writer > 0 { counts[writer - 1] += 1 }
                    let line = writer == 0 ? "line \(written.count)" : entry("w\(writer)", counts[writer - 1])
                    written.append(line)
                    list.push([line], cap: cap)
                }
                let isCleared = generator.below(25) == 0
                if isCleared { list.entries = [] }
                let new = list.entries.suffix(written.count - told)
                let lost = written.count - told - new.count
                switch read(&tail, list) {
                case .appended(let records):
                    #expect(records.map(text) == new.map(text))
                    // That an empty list has overflowed nobody can tell below the caps that are in use.
                    #expect(lost == 0 || !heldSomething)
                case .gap(let missing, let records):
                    #expect(records.map(text) == new.map(text))
                    #expect(new.count == list.entries.count, "nothing that was told before is in the list")
                    #expect(missing ?? 0 <= lost)
                case .cleared(let records):
                    #expect(records.map(text) == new.map(text))
                    #expect(isCleared)
                case .needsMore: Issue.record("reading goes on")
                }
                told = written.count
                heldSomething = !list.entries.isEmpty
            }
        }
    }
}
