import Foundation
import Synchronization
import TestSupport
import Testing

@testable import JobLogCore

/// What is left of a journal after a crash, a damaged device, or a race.
@Suite struct LogJournalCrashTests {
    private let temporary: TemporaryFolder
    private let folder: String

    init() throws {
        temporary = try TemporaryFolder()
        folder = temporary.file("journal")
    }

    private var records: [JournalRecord] {
        (0..<6).map { JournalRecord("entry \($0)", job: JobID("job-\($0)"), level: .warn) }
    }

    /// The bytes of a journal with the records, the first `confirmed` of them confirmed.
    private func journalFile(confirmed: Int = 0) throws -> [UInt8] {
        let journal = try LogJournal(folder: folder)
        try journal.append(records)
        journal.confirm(confirmed)
        defer { journal.close(removing: true) }
        return try Array(Data(contentsOf: URL(filePath: journal.path)))
    }

    /// The only journal of the folder once `bytes` are the only file in it.
    private func reopened(_ bytes: some Sequence<UInt8>) throws -> LogJournal? {
        for name in try FileManager.default.contentsOfDirectory(atPath: folder) {
            try FileManager.default.removeItem(atPath: "\(folder)/\(name)")
        }
        try Data(bytes).write(to: URL(filePath: "\(folder)/1-host-1-a.journal"))
        let orphans = LogJournal.orphans(in: folder)
        #expect(orphans.count <= 1)
        return orphans.first
    }

    /// Whether a journal can be written and read on after what happened to it.
    private func expectUsable(_ journal: LogJournal) throws {
        let before = journal.next(count: 100, bytes: 1 << 20)
        #expect(before.count == journal.count)
        try journal.append([.line(7), .line(8)])
        journal.confirm(before.count)
        journal.close(removing: false)
        let again = try #require(LogJournal.orphans(in: folder).first)
        #expect(again.unreadableBytes == 0 || !before.isEmpty)
        #expect(again.drain() == [7, 8].map { JournalRecord.line($0).suspected })
    }

    @Test(arguments: [0, 2]) func aFileCutAnywhereGivesItsFirstRecords(confirmed: Int) throws {
        let whole = try journalFile(confirmed: confirmed)
        var seen: Set<Int> = []
        for size in 0...whole.count {
            guard let journal = try reopened(whole.prefix(size)) else {
                seen.insert(0)
                continue
            }
            let left = journal.next(count: 100, bytes: 1 << 20)
            #expect(left == records[confirmed...].prefix(left.count).map(\.suspected))
            #expect(journal.unreadableRecords == 0)
            seen.insert(left.count)
            try expectUsable(journal)
        }
        #expect(seen == Set(0...6 - confirmed))
    }

    /// A power cut may keep a mark and lose the cut of the file that went with it, or the other way round.
    @Test(arguments: [0, JournalHeader.size, JournalHeader.size + 1, 1 << 40])
    func aMarkThatPointsNowhereStillTellsWhatWasDelivered(offset: Int) throws {
        let whole = try journalFile()
        var header = try #require(JournalHeader(bytes: whole))
        header.mark = JournalHeader.Mark(sequence: 2, offset: offset)
        let journal = try #require(try reopened(header.bytes + whole[JournalHeader.size...]))
        #expect(journal.next(count: 10, bytes: 1000) == records[2...].map(\.suspected))
        #expect(journal.unreadableBytes == 0)
        try expectUsable(journal)
    }

    @Test func aTornRecordIsToldAndCutOff() throws {
        let whole = try journalFile()
        let journal = try #require(try reopened(whole.dropLast(3)))
        #expect(journal.count == 5 && journal.unreadableBytes == JournalFrame.size(of: records[5]) - 3)
        try expectUsable(journal)
    }

    @Test func oneFlippedByteCostsAtMostItsRecord() throws {
        let whole = try journalFile(confirmed: 2)
        var losses = 0
        for offset in whole.indices {
            var damaged = whole
            damaged[offset] ^= 0x41
            let journal = try #require(try reopened(damaged))
            let left = journal.next(count: 100, bytes: 1 << 20)
            #expect(left.count == journal.count)
            if offset < JournalHeader.size {
                // A damaged mark brings back what was confirmed since the one before; it is suspect.
                #expect(left.suffix(4) == records[2...].map(\.suspected)[...])
            } else {
                let expected = records[2...].map(\.suspected)
                #expect(left.count >= 3 && left.allSatisfy(expected.contains))
                if left.count == 3 {
                    losses += 1
                    #expect(journal.unreadableBytes > 0)
                    #expect(left.last != expected.last || journal.unreadableRecords == 1)
                }
            }
            try expectUsable(journal)
        }
        let waiting = records[2...].reduce(0) { $0 + JournalFrame.size(of: $1) }
        #expect(losses == waiting, "every byte of what waits counts")
    }

    @Test func aDamagedStretchIsSkipped() throws {
        var bytes = try journalFile()
        let sizes = records.map(JournalFrame.size(of:))
        let start = JournalHeader.size + sizes[0]
        let length = sizes[1] + sizes[2] - 5
        bytes.replaceSubrange(start..<start + length, with: [UInt8](repeating: 0, count: length))
        let journal = try #require(try reopened(bytes))
        #expect(journal.unreadableBytes == sizes[1] + sizes[2] && journal.unreadableRecords == 2)
        let left = ([records[0]] + records[3...]).map(\.suspected)
        #expect(journal.next(count: 10, bytes: 1000) == left)
        try expectUsable(journal)
    }

    @Test func aFrameInAnEntryIsNotTakenForARecord() throws {
        let foreign = try journalFile()
        let journal = try LogJournal(folder: folder)
        let carrier = JournalRecord(
            job: JobID("carrier"), level: .info, entry: Array(foreign[JournalHeader.size...]), isSuspect: false)
        try journal.append([carrier, .line(1)])
        journal.close(removing: false)
        var bytes = try Array(Data(contentsOf: URL(filePath: journal.path)))
        bytes[JournalHeader.size] = 0
        #expect(try reopened(bytes)?.drain() == [JournalRecord.line(1).suspected])
    }

    @Test func aKilledProcessLeavesWhatItAppended() async throws {
        let folder = folder
        await #expect(processExitsWith: .signal(SIGKILL)) { [folder = folder as String] in
            let journal = try LogJournal(folder: folder)
            for number in 0..<100 { try journal.append([.line(number)]) }
            journal.confirm(10)
            kill(getpid(), SIGKILL)
        }
        let orphan = try #require(LogJournal.orphans(in: folder).first)
        #expect(orphan.drain() == (10..<100).map { JournalRecord.line($0).suspected })
    }

    @Test func processesThatLookAtOnceShareTheOrphans() async throws {
        let folder = folder
        for number in 0..<60 {
            let journal = try LogJournal(folder: folder)
            try journal.append([.line(number)])
        }
        let results = temporary.path
        await withTaskGroup(of: Void.self) { group in
            for number in 0..<3 {
                group.addTask {
                    await #expect(processExitsWith: .success) {
                        [folder = folder as String, results = results as String, number = number as Int] in
                        var taken = ""
                        for journal in LogJournal.orphans(in: folder, atMost: 100) {
                            taken += journal.drain().map { String(decoding: $0.entry, as: UTF8.self) + "\n" }.joined()
                            journal.close(removing: true)
                        }
                        try taken.write(toFile: "\(results)/\(number).taken", atomically: true, encoding: .utf8)
                    }
                }
            }
        }
        let taken = try (0..<3).flatMap { number in
            try String(contentsOfFile: "\(results)/\(number).taken", encoding: .utf8).split(separator: "\n")
        }
        let expected = (0..<60).map { String(decoding: JournalRecord.line($0).entry, as: UTF8.self)[...] }
        #expect(taken.sorted() == expected.sorted())
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == [])
    }

    @Test func threadsThatLookWhileOthersBeginLoseNothing() throws {
        let folder = folder
        let taken = Mutex<[JournalRecord]>([])
        @Sendable func take(from journal: LogJournal) {
            let records = journal.drain()
            taken.withLock { $0 += records }
        }
        // Half of the threads make journals and leave them, the others drain what they find.
        DispatchQueue.concurrentPerform(iterations: 8) { thread in
            for round in 0..<50 {
                if thread % 2 == 0 {
                    guard let journal = try? LogJournal(folder: folder) else {
                        Issue.record("no journal")
                        continue
                    }
                    #expect(throws: Never.self) { try journal.append([.line(thread * 100 + round)]) }
                    journal.close(removing: false)
                } else {
                    for journal in LogJournal.orphans(in: folder) { take(from: journal) }
                }
            }
        }
        while case let rest = LogJournal.orphans(in: folder), !rest.isEmpty {
            for journal in rest { take(from: journal) }
        }
        let numbers = [0, 200, 400, 600].flatMap { Array($0..<$0 + 50) }
        let expected = numbers.map { JournalRecord.line($0).suspected }
        let all = taken.withLock { $0 }
        #expect(all.count == expected.count && Set(all) == Set(expected))
    }
}
