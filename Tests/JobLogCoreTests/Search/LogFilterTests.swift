import Testing

@testable import JobLogCore

@Suite struct LogFilterTests {
    private func entry(_ level: LogLevel?, _ message: String = "", _ metadata: JSONValue? = nil) -> LogEntry {
        LogEntry(level: level, message: message, metadata: metadata)
    }

    @Test func levels() {
        let all: [LogLevel?] = [.debug, .info, .warn, .error, nil]
        func admitted(_ levels: LogFilter.Levels) -> [LogLevel?] {
            all.filter { LogFilter(levels: levels).admits(entry($0), time: 0) }
        }
        #expect(admitted(.least(.debug)) == all)
        #expect(admitted(.least(.info)) == [.info, .warn, .error, nil])
        #expect(admitted(.least(.warn)) == [.warn, .error])
        #expect(admitted(.exactly([.debug, .error])) == [.debug, .error])
        #expect(admitted(.exactly([])) == [])
    }

    @Test func times() {
        let filter = LogFilter(since: 10, until: 20)
        #expect([9, 10, 15, 20, 21].filter { filter.admits(entry(.info), time: $0) } == [10, 15, 20])
    }

    @Test func patternsInMessageAndMetadata() throws {
        let filter = LogFilter(pattern: try LogPattern(regex: "timeout"))
        var inverted = filter
        inverted.inverted = true
        let cases: [(LogEntry, Bool)] = [
            (entry(.info, "a timeout occurred"), true), (entry(.info, "x", ["cause": "timeout"]), true),
            (entry(.info, "Timeout"), false), (entry(.info, ""), false),
        ]
        for (entry, isWanted) in cases {
            #expect(filter.admits(entry, time: 0) == isWanted)
            #expect(inverted.admits(entry, time: 0) == !isWanted)
        }
        #expect(!LogFilter(levels: .least(.error), pattern: filter.pattern).admits(cases[0].0, time: 0))
    }

    @Test func regularExpressionsAndPlainText() throws {
        #expect(try LogPattern(regex: "").occurs(in: ""))
        #expect(try LogPattern(regex: "é").occurs(in: "café"))
        #expect(try LogPattern(regex: #"\d+ms$"#).occurs(in: "Job completed in 2331ms"))
        #expect(try !LogPattern(regex: #"^\d+ms$"#).occurs(in: "Job completed in 2331ms"))
        #expect(try LogPattern(regex: "(?i)ERROR|warn").occurs(in: "an error"))
        #expect(try LogPattern(regex: "50%").occurs(in: "Searching (50%)"))
        #expect(try LogPattern(regex: "plain").text == "plain")
        let error = #expect(throws: LogPattern.Invalid.self) { try LogPattern(regex: "(open") }
        #expect(error?.description.contains("(open") == true)
    }
}
