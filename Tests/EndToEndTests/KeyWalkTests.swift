import Foundation
import JobLogCore
import JobLogTUI
import TestSupport
import Testing

/// Every key of the key table, pressed in a real terminal on a real server.
@Suite(.inTurn) struct KeyWalkTests {
    @Test(arguments: KeyContext.allCases) func everyKeyDoesWhatItsTableSays(context: KeyContext) async throws {
        let scene = try #require(KeyScene.all.first { $0.context == context }, "no scene for \(context)")
        let place = try Workplace()
        try await place.fillForKeys()
        let walk = KeyWalk(scene, KeyMap(), at: place, in: try TemporaryFolder())
        #expect(walk.gaps() == [])
        let bound = KeyTable.bindings.filter { $0.contexts.contains(context) }.map(\.keys.count).reduce(0, +)
        #expect(try await walk.run() == bound)
    }

    /// Where each action of a context has another key, that one asks for it.
    @Test func keysOfOnesOwnDoTheSame() async throws {
        let file = #"""
            {"columns": {"down": "n", "up": "p", "choose": "c", "back": "z", "redraw": "F5", "mouse": "F6",
            "suspend": "F7", "quit": "F8"}}
            """#
        let folder = try TemporaryFolder()
        let keys = try KeyMap(parsing: Array(file.utf8), file: "keys.json")
        let place = try Workplace()
        try await place.fillForKeys()
        let options = ["--keys", try folder.write(file, to: "keys.json")]
        let walk = KeyWalk(KeyScene.columns, keys, at: place, in: folder, options: options)
        #expect(walk.gaps() == [])
        // ^C and ^\ quit whatever the file says.
        #expect(try await walk.run() == 10)
    }
}

extension Workplace {
    /// Jobs for each key to have something to do: their states, logs, checkpoints and reasoning, the first ones the newest.
    func fillForKeys() async throws {
        let now = Int(Date().timeIntervalSince1970 * 1_000)
        for number in 10...40 {
            let (id, time) = ("job-\(number)", now - number * 1_000)
            try await send(
                "SET", "job:state:\(id)",
                #"{"jobId":"\#(id)","userId":"u1","status":"\#(number == 40 ? "paused" : "running")","#
                    + #""progress":\#(number),"createdAt":\#(now - 600_000),"updatedAt":\#(time)}"#)
            try await send("ZADD", "job:index", "\(time)", id)
            guard number > 11 else { continue }
            try await append(
                Self.entry("a needle of \(number)", at: time - 1), Self.entry("another needle", at: time), to: id)
        }
        for job in 10...11 {
            let entries = (0..<120).map { line in
                let level = line % 40 == 39 ? "error" : line % 20 == 19 ? "warn" : "info"
                let text =
                    job == 11 && line % 50 == 49
                    ? "changed \(line)"
                    : "line \(line)." + (line == 119 ? String(repeating: " words", count: 20) + " its end" : "")
                return #"{"timestamp":\#(now - 300_000 + line * 2_000),"type":"\#(level)","message":"\#(text)","#
                    + #""metadata":{"worker":"w\#(line % 2)","at":"place \#(line)"}}"#
            }
            try await append(entries.map { Array($0.utf8) }, to: JobID("job-\(job)"))
        }
        let data = (10..<50).map { #""k\#($0)":\#($0)"# }.joined(separator: ",")
        try await send(
            "SET", "checkpoint:job-10",
            #"{"jobId":"job-10","sequence":7,"timestamp":\#(now),"customData":{"at":3,\#(data)}}"#)
        try await send("SET", "checkpoint:archive:job-10:6", #"{"sequence":6,"customData":{"at":2}}"#)
        try await send("XADD", "job:reasoning:job-10", "*", "payload", #"{"step":"Plan","decision":"go on"}"#)
    }
}
