import Foundation
import JobLogCore
import Testing

@testable import JobLogSentry

@Suite struct SentryEventTests {
    private static let id = "0123456789abcdef0123456789abcdef"

    private func bytes(_ report: ErrorReport, eventBytes: Int = 1_000_000) throws -> [UInt8] {
        var configuration = try SentryConfiguration.sample()
        configuration.eventBytes = eventBytes
        var event = SentryEvent(
            id: Self.id, report: BoundedReport(report, eventBytes: eventBytes), configuration: configuration)
        return event.encode()
    }

    private func event(_ report: ErrorReport, eventBytes: Int = 1_000_000) throws -> JSONValue {
        try JSONValue(parsing: bytes(report, eventBytes: eventBytes)[...])
    }

    @Test func whatIsUnknownIsLeftOut() throws {
        let event = try event(.sample())
        let names = event.object?.members.map(\.key)
        #expect(
            names == [
                "event_id", "timestamp", "platform", "level", "logger", "server_name", "release", "environment", "tags",
                "fingerprint", "exception", "sdk", "contexts", "breadcrumbs",
            ])
        #expect(event["tags"] == ["job_id": "job-1"] as JSONValue)
        #expect(event["contexts"] == ["job": ["id": "job-1"]] as JSONValue)
        #expect(event["exception"]?["values"]?.array?[0]["type"] == "JobError")
    }

    @Test func tagsHaveOneLineOf200Characters() throws {
        var report = ErrorReport.sample()
        report.jobID = JobID("a\nb\r\nc\u{7}d\u{2028}e")
        report.step = String(repeating: "é", count: 300)
        report.worker = ""
        let tags = try event(report)["tags"]
        #expect(tags?["job_id"] == "a b  c d e")
        #expect(tags?["step"]?.string == String(repeating: "é", count: 200))
        #expect(tags?["worker"] == nil, "an empty tag is none")
        for member in tags?.object?.members ?? [] { #expect(member.key.count <= 32) }
    }

    @Test func anIDThatIsNoTextCanStillBeTyped() throws {
        var report = ErrorReport.sample()
        report.jobID = JobID(bytes: [0xFF, 0xFE])
        #expect(try event(report)["tags"]?["job_id"] == "base64://4=")
    }

    @Test(arguments: [Double.nan, .infinity, -.infinity]) func aProgressThatIsNoNumberIsLeftOut(_ progress: Double)
        throws
    {
        var report = ErrorReport.sample()
        report.progress = progress
        report.timestamp = .max
        let event = try event(report)
        #expect(event["tags"]?["progress"] == nil)
        #expect(event["timestamp"]?.double == 8_640_000_000_000)
    }

    @Test func secretsAreReplacedEverywhereAndListed() throws {
        var report = ErrorReport.sample("GET https://u:hunter2@h failed")
        report.step = "token=hunter2"
        report.type = "password=hunter2"
        report.worker = "password=hunter2"
        report.code = "password=hunter2"
        report.userID = "password=hunter2"
        report.metadata = ["password": "hunter2", "nested": [["Authorization": "Bearer hunter2"]]]
        report.setBreadcrumbs([
            LogLine(.info, "Cookie: s=hunter2"), LogLine(.info, "ok", metadata: ["apiKey": "hunter2"]),
        ])
        let event = try event(report)
        #expect(!event.text().contains("hunter2"))
        #expect(event["contexts"]?["metadata"]?["password"] == "[scrubbed]")
        let listed = event["extra"]?["scrubbed"]?.array?.compactMap(\.string) ?? []
        for path in [
            "message (url)", "step (name)", "type (name)", "worker (name)", "code (name)", "user (name)",
            "metadata.password (name)", "metadata.nested[0].Authorization (name)", "breadcrumbs[0] (name)",
            "breadcrumbs[1].data.apiKey (name)",
        ] {
            #expect(listed.contains(path), "\(path)")
        }
    }

    @Test func aSecretAtTheCutIsNotSentInHalf() throws {
        let secret = "qrstuvwxyz"
        for offset in 0..<40 {
            let message =
                String(repeating: "x", count: BoundedReport.messageBytes - offset) + " redis://u:\(secret)@h/0"
            #expect(!(try event(.sample(message)).text().contains("qrst")), "\(offset)")
        }
    }

    // MARK: - Size

    @Test func logLinesGoFirst() throws {
        var report = ErrorReport.sample()
        report.metadata = ["kept": .string(String(repeating: "m", count: 20_000))]
        report.setBreadcrumbs((1...50).map { LogLine(.info, "line \($0) " + String(repeating: "x", count: 1_500)) })
        let bytes = try bytes(report, eventBytes: 50_000)
        #expect(bytes.count <= 50_000)
        let event = try JSONValue(parsing: bytes[...])
        let lines = event["breadcrumbs"]?["values"]?.array ?? []
        #expect(lines.count > 10)
        #expect(lines.last?["message"]?.string?.hasPrefix("line 50 ") == true, "the newest stay")
        #expect(event["contexts"]?["metadata"]?["kept"] != nil)
        #expect(
            event["extra"]?["trimmed"]?.array == [
                .string("breadcrumbs: \(50 - lines.count) of 50 were too large for the event")
            ])
    }

    @Test func metadataGoesNext() throws {
        var report = ErrorReport.sample()
        report.metadata = ["big": .string(String(repeating: "m", count: 49_500))]
        report.setBreadcrumbs([LogLine(.info, "one")])
        let bytes = try bytes(report, eventBytes: 50_000)
        #expect(bytes.count <= 50_000)
        let event = try JSONValue(parsing: bytes[...])
        #expect(event["contexts"]?["metadata"] == nil)
        #expect(event["breadcrumbs"]?["values"]?.array?.count == 1)
        #expect(event["extra"]?["trimmed"]?.array == ["metadata: the event was too large"])
    }

    @Test func megabytesAreCutBeforeTheyWait() throws {
        let huge = String(repeating: "é", count: 10_000_000)
        var report = ErrorReport.sample(huge)
        report.step = huge
        report.metadata = ["huge": .string(huge)]
        report.jobID = JobID(huge)
        report.setBreadcrumbs((1...50).map { _ in LogLine(.error, huge, metadata: .array([.string(huge)])) })
        let bounded = BoundedReport(report, eventBytes: 1_000_000)
        #expect(bounded.bytes < 300_000)
        let bytes = try bytes(report)
        #expect(bytes.count < 300_000)
        let event = try JSONValue(parsing: bytes[...])
        #expect(event["exception"]?["values"]?.array?[0]["value"]?.string?.hasSuffix("é…") == true)
        #expect(
            event["extra"]?["trimmed"]?.array == ["metadata: too large", "metadata of log lines: too large"])
    }

    @Test func aLongIDStaysText() throws {
        var report = ErrorReport.sample()
        report.jobID = JobID("a" + String(repeating: "é", count: 2_000))
        #expect(try event(report)["tags"]?["job_id"]?.string == "a" + String(repeating: "é", count: 199))
    }

    @Test func deepMetadataIsCut() throws {
        var report = ErrorReport.sample()
        report.metadata = try JSONValue(
            parsing: String(repeating: #"{"a":["#, count: 500) + "1" + String(repeating: "]}", count: 500),
            maximumDepth: 1_001)
        let event = try event(report)
        #expect(event.text().contains("[nested too deep]"))
    }

    @Test func metadataThatIsNoObjectIsTaken() throws {
        var report = ErrorReport.sample("")
        report.metadata = [1, "two"]
        report.setBreadcrumbs([LogLine(.debug, "", metadata: "three")])
        let event = try event(report)
        #expect(event["contexts"]?["metadata"] == ["value": [1, "two"]] as JSONValue)
        #expect(event["breadcrumbs"]?["values"]?.array?[0]["data"] == ["value": "three"] as JSONValue)
        #expect(event["exception"]?["values"]?.array?[0]["value"] == "(no message)")
    }

    @Test func textIsCutWhereACharacterEnds() {
        #expect(BoundedReport.cut("aé", to: 2) == "a")
        #expect(BoundedReport.cut("aé", to: 3) == "aé")
        #expect(BoundedReport.cut("😀", to: 3) == "")
    }
}
