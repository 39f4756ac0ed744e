import Foundation
import JobLogCore
import RedisClient
import TestSupport
import Testing

/// Entries of megabytes on a real terminal: held in part, read whole when that is wanted.
@Suite(.inTurn) struct LargeEntryTests {
    private static let count = 50
    private static let bytes = 4_000_000

    private func message(_ number: Int) -> String {
        "entry \(number) begins " + String(repeating: "some text ", count: Self.bytes / 10) + "entry \(number) ends"
    }

    private func fill(_ count: Int) async throws -> Workplace {
        let place = try Workplace()
        try await place.state("job", "running")
        for number in 0..<count { try await place.say(message(number), at: 1_000 + number, to: "job") }
        return place
    }

    private func terminal(_ place: Workplace, in folder: TemporaryFolder) async throws -> Tmux {
        let environment = place.environment.merging(["LC_ALL": "C.UTF-8", "DISPLAY": "", "WAYLAND_DISPLAY": ""]) { $1 }
        let terminal = try Tmux(width: 100, height: 40, environment: environment)
        try await terminal.start(["env", "-C", folder.path, place.joblog, "--utc", "job"])
        try await terminal.waitFor("begins some text")
        return terminal
    }

    /// The most memory that a process ever had, in bytes.
    private func peak(of process: Int32) throws -> Int {
        let status = try String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8)
        let line = try #require(status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") })
        return try #require(Int(line.filter(\.isNumber))) * 1_024
    }

    @Test(.withoutSanitizer("A sanitizer's memory is counted with the program's."))
    func memoryIsBoundedAndUnfoldingShowsTheEnd() async throws {
        let (place, folder) = (try await fill(Self.count), try TemporaryFolder())
        let terminal = try await terminal(place, in: folder)
        try await terminal.waitFor("4.0 MB in all, folded")
        let process = try await terminal.panePID()
        try await terminal.send("g")
        try await terminal.waitFor("entry 0 begins")
        // All of them are there, and nothing near all of their bytes.
        let opened = try peak(of: process)
        #expect(opened < Self.count * Self.bytes / 2, "\(opened)")
        try await terminal.send("G", "k", "Enter")
        try await terminal.waitFor("unfolded") { $0.contains("entry 48 begins") && !$0.contains("entry 49 begins") }
        try await terminal.send("G")
        try await terminal.waitFor("the end of the unfolded one") { $0.contains("entry 48 ends") }
        // What is at the end of an entry is found, and the whole of it is saved.
        try await terminal.send("/")
        try await terminal.type("entry 30 ends")
        try await terminal.send("Enter")
        try await terminal.waitFor("/entry 30 ends 1/1")
        try await terminal.send("c")
        try await terminal.waitFor("Copied 1 line, 4.0 MB")
        try await terminal.send("x", "C-s", "C-u")
        try await terminal.type("out.jsonl")
        try await terminal.send("Enter")
        try await terminal.waitFor("Saved 1 marked line to out.jsonl")
        let saved = try String(contentsOfFile: folder.file("out.jsonl"), encoding: .utf8)
        // Megabytes are nothing to describe a failure by.
        let isWhole = saved == Workplace.entry(message(30), at: 1_030) + "\n"
        #expect(isWhole, "\(saved.utf8.count) bytes: \(saved.prefix(100)) … \(saved.suffix(100))")
        let used = try peak(of: process)
        #expect(used < Self.count * Self.bytes, "\(used)")
        try await terminal.send("q")
        #expect(try await terminal.waitForExit() == .exited(0))
    }

    @Test func whatWasTrimmedMeanwhileIsSaid() async throws {
        let (place, folder) = (try await fill(3), try TemporaryFolder())
        let terminal = try await terminal(place, in: folder)
        try await place.send("LTRIM", "job:logs:job", "-1", "-1")
        try await terminal.send("G", "k", "Enter", "G")
        // Sixteen kilobytes of it are shown, and below them what became of the rest.
        try await terminal.waitFor("… the rest, of 4.0 MB in all, is no longer there")
        try await terminal.send("g", "x", "C-s", "C-u")
        try await terminal.type("out.txt")
        try await terminal.send("Enter")
        try await terminal.waitFor("a large entry is cut")
        let saved = try String(contentsOfFile: folder.file("out.txt"), encoding: .utf8)
        let size = Workplace.entry(message(0), at: 1_000).utf8.count
        #expect(saved.contains("entry 0 begins") && saved.contains("(cut: \(size) bytes in all)"))
    }
}
