import Foundation
import TestSupport
import Testing

@testable import JobLogCore

/// What goes in comes out, also in the next process.
@Suite struct LogJournalTests {
    private let temporary: TemporaryFolder
    private let folder: String

    init() throws {
        temporary = try TemporaryFolder()
        folder = temporary.file("journal")
    }

    private func files() throws -> [String] { try FileManager.default.contentsOfDirectory(atPath: folder).sorted() }

    private var strangeRecords: [JournalRecord] {
        [
            JournalRecord(#"{"message":"one","metadata":{}}"#),
            JournalRecord(job: JobID(bytes: [0xff, 0x00, 0xfe]), level: .error, entry: [0x00, 0xff], isSuspect: true),
            JournalRecord("", job: JobID(String(repeating: "ü", count: 10_000)), level: .debug),
            JournalRecord("", job: JobID(""), level: .warn),
            // A frame in an entry is an entry.
            JournalRecord(job: JobID("x"), level: .info, entry: JournalFrame.mark + [1, 2, 3], isSuspect: false),
        ]
    }

    @Test func recordsComeOutInTheirOrderAndStayUntilConfirmed() throws {
        let journal = try LogJournal(folder: folder)
        #expect(journal.isEmpty && journal.next(count: 10, bytes: 1000).isEmpty)
        try journal.append(strangeRecords)
        #expect(journal.count == 5)
        #expect(journal.next(count: 10, bytes: 1000) == strangeRecords)
        #expect(journal.next(count: 2, bytes: 1000) == Array(strangeRecords[..<2]))
        #expect(journal.next(count: 10, bytes: 0).count == 1)
        journal.confirm(2)
        #expect(journal.next(count: 10, bytes: 1000) == Array(strangeRecords[2...]))
        // More than was last handed out.
        #expect(journal.next(count: 1, bytes: 1000).count == 1)
        journal.confirm(2)
        #expect(journal.drain() == [strangeRecords[4]])
        #expect(journal.isEmpty && journal.bytes == 0)
    }

    @Test func whatADeadProcessLeftIsFoundAndIsSuspect() throws {
        var journal: LogJournal? = try LogJournal(folder: folder)
        try journal?.append(strangeRecords)
        journal?.confirm(1)
        #expect(LogJournal.orphans(in: folder).isEmpty, "it is held")
        journal = nil
        let orphans = LogJournal.orphans(in: folder)
        let orphan = try #require(orphans.first)
        #expect(orphans.count == 1 && orphan.count == 4 && orphan.unreadableBytes == 0)
        try orphan.append([JournalRecord("new")])
        #expect(orphan.drain() == strangeRecords[1...].map(\.suspected) + [JournalRecord("new")])
        orphan.close(removing: false)
        #expect(try files() == [])
    }

    @Test func confirmationsOutliveTheProcess() throws {
        var left = try LogJournal(folder: folder)
        try left.append((0..<20).map(JournalRecord.line))
        for confirmed in 1...20 {
            left.confirm(1)
            left.close(removing: false)
            let orphans = LogJournal.orphans(in: folder)
            guard confirmed < 20 else {
                #expect(orphans.isEmpty)
                break
            }
            left = try #require(orphans.first)
            #expect(left.next(count: 1, bytes: 0) == [JournalRecord.line(confirmed).suspected])
            #expect(left.count == 20 - confirmed)
        }
    }

    @Test func oldestOrphansComeFirst() throws {
        for number in 0..<3 {
            let journal = try LogJournal(folder: folder)
            try journal.append([.line(number)])
            let age = 1_000_000_000_000 + number
            let name = try #require(journal.path.split(separator: "/").last)
            let renamed = "\(age)" + name.drop { $0 != "-" }
            try FileManager.default.moveItem(atPath: journal.path, toPath: "\(folder)/\(renamed)")
        }
        #expect(LogJournal.orphans(in: folder, atMost: 2).count == 2)
        let all = LogJournal.orphans(in: folder)
        #expect(all.flatMap { $0.drain() } == (0..<3).map { JournalRecord.line($0).suspected })
    }

    @Test func filesAreForTheirOwnerOnlyAndEmptyOnesGo() throws {
        let journal = try LogJournal(folder: folder)
        var status = stat()
        #expect(stat(folder, &status) == 0 && status.st_mode & 0o777 == 0o700)
        #expect(stat(journal.path, &status) == 0 && status.st_mode & 0o777 == 0o600)
        try journal.append([.line(1)])
        _ = journal.drain()
        #expect(stat(journal.path, &status) == 0 && Int(status.st_size) == JournalHeader.size)
        journal.close(removing: false)
        #expect(try files() == [])
        #expect(throws: JournalError.self) { try journal.append([.line(1)]) }
        // Of processes that died before they wrote anything.
        for size in [0, 5, JournalHeader.size] {
            let header = Data(JournalHeader(salt: 1).bytes.prefix(size))
            try header.write(to: URL(filePath: "\(folder)/1-h-\(size).journal"))
        }
        #expect(LogJournal.orphans(in: folder).isEmpty)
        #expect(try files() == [])
    }

    @Test func whatIsNoneOfOursIsLeftAlone() throws {
        try LogJournal(folder: folder).close(removing: true)
        var newer = JournalHeader(salt: 1).bytes
        newer[15] = UInt8(ascii: "2")
        newer[32 + 15] = UInt8(ascii: "2")
        try Data(newer).write(to: URL(filePath: "\(folder)/1.journal"))
        try Data("joblog journal 2\n".utf8).write(to: URL(filePath: "\(folder)/2.journal"))
        try Data(JournalHeader(salt: 1).bytes).write(to: URL(filePath: temporary.file("target")))
        #expect(symlink(temporary.file("target"), "\(folder)/3.journal") == 0)
        #expect(link(temporary.file("target"), "\(folder)/4.journal") == 0)
        #expect(mkfifo("\(folder)/5.journal", 0o600) == 0)
        #expect(mkdir("\(folder)/6.journal", 0o700) == 0)
        let before = try files()
        #expect(LogJournal.orphans(in: folder).isEmpty)
        #expect(try files() == before && before.count == 6)
        #expect(FileManager.default.fileExists(atPath: temporary.file("target")))
        #expect(LogJournal.orphans(in: temporary.file("no such folder")).isEmpty)
    }

    #if os(Linux)
    @Test func noDescriptorIsLeft() throws {
        // Only those below the folder: other tests open files at the same time.
        func openFiles() throws -> [String] {
            try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")
                .compactMap { try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\($0)") }
                .filter { $0.hasPrefix(folder) }
        }
        for _ in 0..<10 {
            let journal = try LogJournal(folder: folder)
            try journal.append([.line(1)])
            #expect(LogJournal.orphans(in: folder).isEmpty)
            #expect(try openFiles().count == 2)
            journal.close(removing: false)
            let orphans = LogJournal.orphans(in: folder)
            #expect(try orphans.count == 1 && openFiles().count == 2)
            orphans.first?.close(removing: true)
            #expect(try openFiles() == [])
        }
    }
    #endif

    @Test func largeEntriesAndALongFilePassThroughASmallWindow() throws {
        let journal = try LogJournal(folder: folder)
        let large = [16, 1].map { size -> JournalRecord in
            let entry = [UInt8](repeating: 0xf5, count: size << 20)
            return JournalRecord(job: JobID("large"), level: .error, entry: entry, isSuspect: false)
        }
        let records = [.line(0), large[0], .line(1), large[1], .line(2)]
        try journal.append(records)
        #expect(journal.next(count: 10, bytes: 1 << 20) == [.line(0)])
        journal.close(removing: false)
        let orphan = try #require(LogJournal.orphans(in: folder).first)
        #expect(orphan.drain() == records.map(\.suspected))
    }

    @Test func roomIsGivenBackWhileSomethingAlwaysWaits() throws {
        let journal = try LogJournal(folder: folder)
        let path = journal.path
        let filler = [UInt8](repeating: 0x20, count: 100_000)
        var number = 0
        var expected = 0
        var greatest = 0
        for _ in 0..<400 {
            let record = JournalRecord(job: JobID("\(number)"), level: .info, entry: filler, isSuspect: false)
            try journal.append([record])
            number += 1
            if journal.count > 5 {
                let records = journal.next(count: 3, bytes: 1 << 20)
                #expect(records.map(\.job) == (expected..<expected + 3).map { JobID("\($0)") })
                // One by one, so that what was handed out stays valid when the file is replaced.
                for _ in records { journal.confirm(1) }
                expected += 3
            }
            var status = stat()
            #expect(stat(path, &status) == 0)
            greatest = max(greatest, Int(status.st_size))
        }
        #expect(greatest < 6 << 20)
        journal.close(removing: false)
        #expect(try files().count == 1)
        let orphan = try #require(LogJournal.orphans(in: folder).first)
        #expect(orphan.drain().map(\.job) == (expected..<number).map { JobID("\($0)") })
    }

    @Test func checksumIsTheUsualOne() {
        let check = Array("123456789".utf8).withUnsafeBytes { CRC32.checksum($0, seed: 0) }
        #expect(check == 0xcbf4_3926)
        let both = Array("123456789012".utf8)
        let first = both[..<5].withUnsafeBytes { CRC32.checksum($0, seed: 0) }
        #expect(
            both[5...].withUnsafeBytes { CRC32.checksum($0, seed: first) }
                == both.withUnsafeBytes { CRC32.checksum($0, seed: 0) })
    }
}
