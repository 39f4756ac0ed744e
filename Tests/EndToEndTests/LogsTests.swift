import Foundation
import JobLogCore
import TestSupport
import Testing

/// `joblog logs` without `-f`, on a real server.
@Suite(.inTurn) struct LogsTests {
    private func messages(_ text: String) throws -> [String] {
        try text.split(separator: "\n").compactMap { field("message", of: try json(String($0))) }
    }

    /// Ten lines a second apart; the fourth warns, the seventh is an error, the tenth debugs.
    private func place() async throws -> Workplace {
        let place = try Workplace()
        for number in 1...10 {
            let level = [4: "warn", 7: "error", 10: "debug"][number, default: "info"]
            try await place.say("line \(number)", level: level, at: number * 1_000, to: "job")
        }
        return place
    }

    private func numbers(_ arguments: String..., of place: Workplace) async throws -> [Int] {
        let output = try await place.run(["logs", "job", "-o", "jsonl"] + arguments)
        #expect(output.status == .exited(0), "\(output.errorText)")
        return try messages(output.text).compactMap { $0.split(separator: " ").last.flatMap { Int($0) } }
    }

    @Test func linesAreChosen() async throws {
        let place = try await place()
        #expect(try await numbers(of: place) == Array(1...10))
        #expect(try await numbers("-n", "3", of: place) == [8, 9, 10])
        #expect(try await numbers("-n", "0", of: place) == [])
        #expect(try await numbers("--since", "4000", "--until", "6000", of: place) == [4, 5, 6])
        #expect(try await numbers("--since", "1970-01-01T00:00:09Z", of: place) == [9, 10])
        #expect(try await numbers("--until", "5m", of: place) == Array(1...10))
        #expect(try await numbers("-l", "warn", of: place) == [4, 7])
        #expect(try await numbers("-l", "info,error", of: place) == [1, 2, 3, 5, 6, 7, 8, 9])
        #expect(try await numbers("-l", "debug,warn", of: place) == [4, 10])
        #expect(try await numbers("-g", "line [12]", of: place) == [1, 2, 10])
        #expect(try await numbers("-g", "line [12]", "-v", of: place) == Array(3...9))
        // The number counts what the filter admits.
        #expect(try await numbers("-g", "line [12]", "-n", "2", of: place) == [2, 10])
        #expect(try await numbers("-g", "nothing", of: place) == [])
    }

    @Test func contextStandsAroundMatches() async throws {
        let place = try await place()
        #expect(try await numbers("-l", "error", "-A", "2", of: place) == [7, 8, 9])
        #expect(try await numbers("-l", "error", "-B", "2", of: place) == [5, 6, 7])
        #expect(try await numbers("-l", "error", "-C", "1", of: place) == [6, 7, 8])
        #expect(try await numbers("-l", "warn", "-C", "1", of: place) == [3, 4, 5, 6, 7, 8])
        let lines = try await place.lines("logs", "job", "-g", "[27]$", "-C", "1")
        #expect(lines.map { $0.split(separator: " ").last.map(String.init) } == ["1", "2", "3", "--", "6", "7", "8"])
    }

    @Test func manyLinesAreCutToAHundred() async throws {
        let place = try Workplace()
        try await place.append((1...150).map { Array(Workplace.entry("line \($0)", at: $0).utf8) }, to: JobID("job"))
        #expect(try await numbers(of: place) == Array(51...150))
        #expect(try await numbers("--since", "1", of: place) == Array(1...150))
        #expect(try await numbers("-n", "120", of: place) == Array(31...150))
    }

    @Test func everyFormatHoldsTheSame() async throws {
        let place = try Workplace()
        try await place.append(
            #"{"timestamp":1000,"type":"warn","message":"a, \"b\"\nc","metadata":{"k":[1,2.5]}}"#,
            "no JSON at all", #"{"message":"bare"}"#, to: "job")
        let text = try await place.output("logs", "job", "--utc")
        #expect(
            text == """
                1970-01-01 00:00:01.000 WARN  a, "b"
                                              c {"k":[1,2.5]}
                1970-01-01 00:00:01.000       no JSON at all
                1970-01-01 00:00:01.000       bare

                """)
        let array = try #require(try json(await place.output("logs", "job", "-o", "json")) as? [NSObject])
        let lines = try await place.lines("logs", "job", "-o", "jsonl").map(json)
        #expect(array == lines)
        #expect(field("raw", of: array[1]) == "no JSON at all")
        #expect(field("message", of: array[0]) == "a, \"b\"\nc")
        let csv = try await place.output("logs", "job", "-o", "csv")
        #expect(
            csv == #"""
                timestamp,type,message,metadata
                1000,warn,"a, ""b""
                c","{""k"":[1,2.5]}"
                ,,no JSON at all,
                ,,bare,

                """#)
        #expect(try await place.output("logs", "job", "-n", "0", "-o", "json") == "[]\n")
    }

    @Test func logsOfSeveralJobsAreMerged() async throws {
        let place = try Workplace()
        try await place.say("first", at: 1_000, to: "job-a")
        try await place.say("third", at: 3_000, to: "job-a")
        try await place.say("second", at: 2_000, to: "job-b")
        let lines = try await place.lines("logs", "job-a", "job-b", "--utc")
        #expect(
            lines == [
                "[job-a] 1970-01-01 00:00:01.000 INFO  first", "[job-b] 1970-01-01 00:00:02.000 INFO  second",
                "[job-a] 1970-01-01 00:00:03.000 INFO  third",
            ])
        let objects = try await place.lines("logs", "job-a", "job-b", "-o", "jsonl").map(json)
        #expect(objects.map { field("jobId", of: $0) } == ["job-a", "job-b", "job-a"])
        let csv = try await place.lines("logs", "job-b", "job-a", "-o", "csv")
        #expect(csv.first == "jobId,timestamp,type,message,metadata")
        #expect(csv.dropFirst() == ["job-a,1000,info,first,", "job-b,2000,info,second,", "job-a,3000,info,third,"])
        // The same job twice is one job.
        #expect(try await place.lines("logs", "job-b", "job-b").count == 1)
    }

    @Test func reasoningIsPrinted() async throws {
        let place = try Workplace()
        for (step, text) in [("plan", "look around"), ("act", "go on")] {
            try await place.send(
                "XADD", "job:reasoning:job", "*", "payload",
                #"{"step":"\#(step)","reasoning":"\#(text)","confidence":0.9,"timestamp":1000}"#)
        }
        let objects = try await place.lines("logs", "job", "--reasoning", "-o", "jsonl").map(json)
        #expect(objects.map { field("step", of: $0) } == ["plan", "act"])
        let text = try await place.output("logs", "job", "--reasoning")
        #expect(text.contains("look around") && text.contains("go on"), "\(text)")
    }

    @Test func fiveMegabytesAreOneLine() async throws {
        let place = try Workplace()
        let message = String(repeating: "0123456789", count: 500_000)
        try await place.say(message, to: "job")
        let output = try await place.run("logs", "job", "-o", "jsonl")
        // Compared outside: an expectation would take its time to describe them.
        let isWhole = output.stdout == Array((Workplace.entry(message) + "\n").utf8)
        #expect(isWhole && output.errorText == "")
    }

    @Test func aClosedPipeEndsItQuietly() async throws {
        let place = try Workplace()
        let long = String(repeating: "x", count: 5_000)
        try await place.append(
            (1...200).map { Array(Workplace.entry("\($0) \(long)").utf8) }, to: JobID("job"))
        let output = try await TestSupport.run(
            ["bash", "-c", "\"$0\" logs job -n 200 | head -1; echo ${PIPESTATUS[0]}", place.joblog],
            environment: place.environment)
        let lines = output.text.split(separator: "\n")
        #expect(lines.count == 2 && lines.first?.contains(" INFO  1 x") == true)
        #expect(lines.last == "0")
        #expect(output.errorText == "")
    }
}
