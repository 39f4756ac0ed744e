import Foundation
import JobLogCore
import TestSupport
import Testing

@Suite("Job ids, states, checkpoints and records")
struct JobModelTests {
    @Test("ids are bytes")
    func ids() {
        let odd = JobID(bytes: [0xFF, 0x00, 0x41])
        #expect(odd.text == nil)
        #expect(odd.base64 == "/wBB")
        #expect(odd.argument == "base64:/wBB")
        #expect(JobID(argument: "base64:/wBB") == odd)
        #expect(JobID(argument: "base64:_wBB") == odd)
        #expect(odd.display == "\u{FFFD}␀A")
        #expect(JobID("a:b *é").text == "a:b *é")
        #expect(JobID(argument: "a:b *é")?.bytes == Array("a:b *é".utf8))
        #expect(JobID("base64:x").argument == "base64:YmFzZTY0Ong=")
        #expect(JobID(argument: "base64:YmFzZTY0Ong=") == JobID("base64:x"))
        #expect(JobID(argument: "base64:!") == nil)
        #expect(JobID(argument: "") == nil)
        #expect(JobID(argument: "base64:") == nil)
        #expect(JobID("").isEmpty)
        #expect(
            [JobID("b"), JobID("ab"), JobID("a"), JobID("B")].sorted() == [
                JobID("B"), JobID("a"), JobID("ab"), JobID("b"),
            ])
        #expect("\(JobID("a\u{1B}[2J"))" == "a␛[2J")
    }

    @Test("two ids that look alike are two ids")
    func idsAreNotNormalised() {
        #expect(JobID("\u{E9}") != JobID("e\u{301}"))
    }

    @Test("base 64 agrees with Foundation")
    func base64() {
        var random = SeededGenerator(seed: 4)
        for length in 0..<200 {
            let bytes = (0..<length).map { _ in UInt8(truncatingIfNeeded: random.next()) }
            #expect(Base64.encode(bytes) == Data(bytes).base64EncodedString())
            #expect(Base64.decode(Base64.encode(bytes)) == bytes)
        }
        #expect(Base64.decode("QQ") == [0x41])
        #expect(
            ["Q", "Q===", "QQ=", "QQ==Q", "Q Q=", "="].map { Base64.decode($0) } == Array(repeating: nil, count: 6))
    }

    @Test("states by their words, old ones too")
    func states() {
        let words: [(String, JobState?)] = [
            ("created", .created), ("pending", .created), ("QUEUED", .created), ("running", .running),
            ("active", .running), ("processing", .running), ("Checkpointed", .running), ("progress", .running),
            ("paused", .paused), ("completed", .completed), ("failed", .failed), ("cancelled", .cancelled),
            ("lost", nil), ("", nil),
        ]
        for (word, state) in words { #expect(JobState(wire: word) == state) }
        #expect(JobState.allCases.filter(\.isActive) == [.running, .paused])
        #expect(JobState.allCases.filter(\.isTerminal) == [.completed, .failed, .cancelled])
        #expect(JobState.allCases.filter(\.canRestart) == [.failed, .cancelled])
    }

    @Test("the allowed transitions, and no others")
    func transitions() {
        let allowed: [JobState: Set<JobState>] = [
            .created: [.running, .cancelled], .running: [.paused, .completed, .failed, .cancelled],
            .paused: [.running, .cancelled], .completed: [.cancelled], .failed: [.cancelled], .cancelled: [],
        ]
        for from in JobState.allCases {
            #expect(Set(JobState.allCases.filter(from.canTransition)) == allowed[from])
        }
    }

    @Test("checkpoints, whole and odd")
    func checkpoints() throws {
        let json =
            #"{"jobId":"j","userId":"u","sequence":17,"timestamp":5,"step":"S","progress":85,"partialOutput":"P","customData":{"n":5}}"#
        let checkpoint = try #require(Checkpoint.decode(Array(json.utf8)[...]))
        #expect(checkpoint.sequence == 17)
        #expect(checkpoint.progress == 85)
        #expect(checkpoint.byteCount == json.utf8.count)
        #expect(checkpoint.customData == ["n": 5])
        #expect(String(decoding: checkpoint.encode(), as: UTF8.self) == json)
        let odd = try #require(
            Checkpoint.decode(
                Array(
                    #"{"sequence":"17","progress":"120.5","timestamp":"1970-01-01T00:00:01Z","customData":null}"#.utf8)[
                        ...]))
        #expect(odd == Checkpoint(sequence: 17, timestamp: 1000, progress: 100, byteCount: odd.byteCount))
        #expect(Checkpoint.decode(Array("[]".utf8)[...]) == nil)
        #expect(Checkpoint.decode(Array("nope".utf8)[...]) == nil)
        #expect(Checkpoint.decode(Array("{}".utf8)[...]) == Checkpoint(byteCount: 2))
    }

    @Test("a record keeps what it does not know")
    func records() throws {
        let json =
            #"{"jobId":"j","userId":"u","status":"active","progress":"45.5","x":{"y":1.0},"createdAt":"2024-12-17T21:20:00Z","updatedAt":7,"error":{"message":"boom"},"result":null}"#
        var record = try #require(JobStateRecord.decode(Array(json.utf8)[...]))
        #expect(record.status == .running)
        #expect(record.statusText == "active")
        #expect(record.progress == 45.5)
        #expect(record.createdAt == 1_734_470_400_000)
        #expect(record.writtenAt == 7)
        #expect(record.error == "boom")
        #expect(record.result == nil)
        record.status = .cancelled
        record.progress = 130
        record.error = nil
        record.attempt = 2
        record.step = "S"
        record.updatedAt = 8
        #expect(
            String(decoding: record.encode(), as: UTF8.self)
                == #"{"jobId":"j","userId":"u","status":"cancelled","progress":100,"x":{"y":1.0},"createdAt":"2024-12-17T21:20:00Z","updatedAt":8,"result":null,"attempt":2,"step":"S"}"#
        )
        #expect(JobStateRecord.decode(Array("7".utf8)[...]) == nil)
    }

    @Test("every field of a record can be set and is written under its name")
    func recordFields() {
        var record = JobStateRecord(jobID: "j", userID: "u")
        record.lastSequence = 3
        record.result = ["a": 1]
        record.createdAt = 1
        record.completedAt = 2
        record.failedAt = 3
        record.startedAt = 4
        record.type = "t"
        record.worker = "w"
        #expect(
            String(decoding: record.encode(), as: UTF8.self)
                == #"{"jobId":"j","userId":"u","lastSequence":3,"result":{"a":1},"createdAt":1,"completedAt":2,"failedAt":3,"startedAt":4,"type":"t","worker":"w"}"#
        )
        #expect(record.lastSequence == 3)
        #expect(record.completedAt == 2)
        #expect(record.worker == "w")
        #expect(record.writtenAt == 4)
    }

    @Test("step lines")
    func stepLines() {
        #expect(
            StepLine.parse("Searching sources (5/5) (50%)") == StepLine(step: "Searching sources (5/5)", progress: 50))
        #expect(StepLine.parse("A (33.333333333333336%)")?.progress == 33.333333333333336)
        #expect(StepLine.parse("A (250%)")?.progress == 100)
        #expect(StepLine.parse(" (5%)") == StepLine(step: "", progress: 5))
        #expect(StepLine.parse("é (5%)")?.step == "é")
        for text in ["", "A", "A (x%)", "A (5 %)", "A(5%)", "(5%)", "A (5%) ", "A 5%)", "A (%)", "A (5%", "A (NaN%)"] {
            #expect(StepLine.parse(text) == nil)
        }
        #expect(StepLine(step: "A", progress: 45).text == "A (45%)")
        #expect(StepLine(step: "A", progress: 100 / 3).text == "A (33.333333333333336%)")
        #expect(StepLine.completion("Job completed in 2331ms") == 2331)
        #expect(StepLine.completion("Job completed in 0.5ms") == 0.5)
        #expect(StepLine.completionText(duration: 2331) == "Job completed in 2331ms")
        for text in ["Job completed", "Job completed in ms", "Job completed in 5s", "x Job completed in 5ms"] {
            #expect(StepLine.completion(text) == nil)
        }
    }

    @Test("estimated steps by progress")
    func steps() {
        func marks(_ progress: Double?, _ state: JobState?) -> String {
            EstimatedSteps.steps(progress: progress, state: state).map {
                switch $0.mark {
                case .done: "x"
                case .active: ">"
                case .todo: "-"
                }
            }.joined()
        }
        #expect(marks(nil, .running) == ">----")
        #expect(marks(5, .running) == ">----")
        #expect(marks(5.1, .running) == "x>---")
        #expect(marks(30, .running) == "x>---")
        #expect(marks(60, .failed) == "xx>--")
        #expect(marks(61, .paused) == "xxx>-")
        #expect(marks(86, .running) == "xxxx>")
        #expect(marks(100, .running) == "xxxx>")
        #expect(marks(100, .completed) == "xxxxx")
        #expect(marks(0, .created) == "-----")
        #expect(
            EstimatedSteps.steps(progress: 0, state: nil).map(\.name) == [
                "Parsing Input", "Searching Sources", "Processing Results", "Generating Response", "Finalizing",
            ])
    }
}
