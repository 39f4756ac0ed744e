import Foundation
import TestSupport
import Testing

@testable import JobLogCore

/// No room, no permission, and a journal against a model of it.
@Suite(.inTurn) struct LogJournalTroubleTests {
    private let temporary: TemporaryFolder
    private let folder: String

    init() throws {
        temporary = try TemporaryFolder()
        folder = temporary.file("journal")
    }

    @Test func theLimitRefusesAWholeBatchAndLetsTheNextOneIn() throws {
        let size = JournalFrame.size(of: .line(1))
        let journal = try LogJournal(folder: folder, limit: 3 * size)
        try journal.append([.line(1), .line(2)])
        let error = #expect(throws: JournalError.self) { try journal.append([.line(3), .line(4)]) }
        #expect(error?.code == .full && error?.message.contains(journal.path) == true)
        #expect(journal.count == 2 && journal.bytes == 2 * size)
        journal.confirm(1)
        try journal.append([.line(3), .line(4)])
        #expect(journal.drain() == [.line(2), .line(3), .line(4)])
    }

    @Test func anEntryThatIsTooLargeIsRefusedWithItsBatch() throws {
        let journal = try LogJournal(folder: folder)
        let entry = [UInt8](repeating: 0x20, count: JournalFrame.maximumPayload)
        let huge = JournalRecord(job: JobID("x"), level: .info, entry: entry, isSuspect: false)
        #expect(throws: JournalError.self) { try journal.append([.line(1), huge]) }
        #expect(journal.isEmpty)
        try journal.append([.line(2)])
        #expect(journal.drain() == [.line(2)])
    }

    @Test func aFullDeviceLeavesTheJournalAsItWas() async throws {
        let mount = temporary.file("device")
        try FileManager.default.createDirectory(atPath: mount, withIntermediateDirectories: false)
        // Not everybody may mount; the next test needs no rights.
        guard geteuid() == 0,
            try await run(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", mount]).status == .exited(0)
        else { return }
        do { try fill(mount, until: .noSpace) } catch { Issue.record(error) }
        _ = try await run(["umount", "-l", mount])
    }

    /// Appends until nothing fits, then checks that all that was accepted is there and that room lets it go on.
    private func fill(_ folder: String, until code: JournalError.Code) throws {
        let journal = try LogJournal(folder: folder)
        var accepted: [JournalRecord] = []
        var refusal: JournalError?
        while refusal == nil {
            let batch = (0..<7).map { JournalRecord.line(accepted.count + $0) }
            do {
                try journal.append(batch)
                accepted += batch
            } catch { refusal = error }
        }
        #expect(refusal?.code == code)
        #expect(journal.count == accepted.count)
        #expect(throws: JournalError.self) { try LogJournal(folder: folder) }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder).count == 1)
        #expect(journal.next(count: 10_000, bytes: 1 << 20) == accepted)
        journal.confirm(accepted.count - 1)
        journal.close(removing: false)
        let orphan = try #require(LogJournal.orphans(in: folder).first)
        #expect(orphan.unreadableBytes == 0)
        #expect(orphan.drain() == [accepted[accepted.count - 1].suspected])
        try orphan.append([.line(1)])
        #expect(orphan.drain() == [.line(1)])
    }

    @Test func aFileSizeLimitIsAnErrorAndNotTheEnd() async throws {
        let folder = folder
        await #expect(processExitsWith: .success) { [folder = folder as String] in
            let journal = try LogJournal(folder: folder)
            let size = JournalFrame.size(of: .line(1))
            #if canImport(Glibc)
            let resource = __rlimit_resource_t(RLIMIT_FSIZE.rawValue)
            #else
            let resource = RLIMIT_FSIZE
            #endif
            var limit = rlimit()
            getrlimit(resource, &limit)
            limit.rlim_cur = rlim_t(JournalHeader.size + 2 * size + size / 2)
            setrlimit(resource, &limit)
            try journal.append([.line(1)])
            var code: JournalError.Code?
            do throws(JournalError) { try journal.append([.line(2), .line(3)]) } catch { code = error.code }
            try journal.append([.line(4)])
            if code != .noSpace || journal.drain() != [.line(1), .line(4)] { _exit(1) }
            limit.rlim_cur = 10
            setrlimit(resource, &limit)
            if (try? LogJournal(folder: folder)) != nil { _exit(2) }
            _exit(0)
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder).count == 1)
    }

    @Test func aFolderThatIsNoneIsNamed() throws {
        let file = try temporary.write("text", to: "file")
        for path in [file, file + "/below", "/proc/journal", ""] {
            let error = #expect(throws: JournalError.self) { try LogJournal(folder: path) }
            #expect(error?.code == .notWritable)
            #expect(error?.message.hasPrefix("The journal folder \(path.isEmpty ? "has no name" : path)") == true)
        }
        #expect(try String(contentsOfFile: file, encoding: .utf8) == "text")
        try LogJournal(folder: temporary.file("a/b/c/")).close(removing: true)
    }

    @Test func aFolderThatMayNotBeWrittenIsNamed() async throws {
        let path = temporary.path
        await #expect(processExitsWith: .success) { [path = path as String] in
            // Root may write everywhere.
            if geteuid() == 0, setuid(65534) != 0 { _exit(1) }
            do throws(JournalError) {
                try LogJournal(folder: path + "/journal").close(removing: true)
            } catch {
                _exit(error.code == .notWritable && error.message.contains(path) ? 0 : 2)
            }
            _exit(geteuid() == 65534 ? 3 : 0)
        }
    }

    @Test(arguments: 1...20 as ClosedRange<UInt64>) func randomOperationsAgreeWithAModel(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        var journal = try LogJournal(folder: folder, limit: 20_000)
        var model: [JournalRecord] = []
        var number = 0
        for _ in 0..<300 {
            switch generator.below(10) {
            case 0..<4:
                let batch = (0..<generator.below(5)).map { _ in
                    number += 1
                    let id = (0..<generator.below(6)).map { _ in UInt8(truncatingIfNeeded: generator.next()) }
                    let size = generator.below(20) == 0 ? 3000 : generator.below(60)
                    let entry = (0..<size).map { _ in generator.pick(JournalFrame.mark + Array("\(number)".utf8)) }
                    return JournalRecord(
                        job: JobID(bytes: id), level: generator.pick(LogLevel.allCases), entry: entry,
                        isSuspect: generator.below(2) == 0)
                }
                let size = batch.reduce(0) { $0 + JournalFrame.size(of: $1) }
                if size + journal.bytes > 20_000 {
                    #expect(throws: JournalError.self) { try journal.append(batch) }
                } else {
                    try journal.append(batch)
                    model += batch
                }
            case 4..<6:
                let count = generator.below(8) + 1
                #expect(journal.next(count: count, bytes: 1 << 20) == Array(model.prefix(count)))
            case 6..<9:
                let count = generator.below(8)
                journal.confirm(count)
                model.removeFirst(min(count, model.count))
            default:
                if generator.below(2) == 0 { try journal.synchronize() }
                journal.close(removing: false)
                if let orphan = LogJournal.orphans(in: folder, limit: 20_000).first {
                    journal = orphan
                } else {
                    try #require(model.isEmpty)
                    journal = try LogJournal(folder: folder, limit: 20_000)
                }
                model = model.map(\.suspected)
            }
            try #require(journal.count == model.count && journal.unreadableBytes == 0)
        }
        #expect(journal.drain() == model)
    }
}
