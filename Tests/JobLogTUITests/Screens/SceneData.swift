import JobLogCore
import TerminalUI

@testable import JobLogTUI

/// The jobs and logs that the scenes show.
struct SceneData: Sendable {
    let text: SceneText
    let now = ScreenTests.now

    /// What is typed to find a text, or a part of it: without what no keyboard has.
    func typed(_ text: String) -> String { self.text == .hostile ? text : self.text(text) }

    // MARK: - Jobs

    /// What is told of a job.
    struct Told {
        var state = "running"
        var progress: Double? = 50
        var step: String? = "ranking results"
        var user = "user-42"
        var type: String? = "research"
        var worker: String? = "host-a:412"
        /// How long it has been silent, in ms.
        var silence: Int64 = 2_000
        var error: String?
        var result: JSONValue?
        var attempt: Int?
        var lines: [LogRecord] = []
        var checkpoint: Checkpoint?
    }

    func job(_ id: String, _ change: (inout Told) -> Void = { _ in }) -> JobReading {
        var told = Told()
        change(&told)
        var object = JSONObject()
        object.append("jobId", .string(text(id)))
        object.append("userId", .string(text(told.user)))
        object.append("status", .string(told.state))
        object.append("progress", told.progress.map { JSONValue($0) })
        object.append("step", told.step.map { .string(text($0)) })
        object.append("type", told.type.map { .string(text($0)) })
        object.append("worker", told.worker.map { .string(text($0)) })
        object.append("error", told.error.map { .string(text($0)) })
        object.append("result", told.result)
        object.append("attempt", told.attempt.map { JSONValue($0) })
        object.append("createdAt", JSONValue(now - told.silence - 75_000))
        object.append("startedAt", JSONValue(now - told.silence - 72_000))
        object.append("updatedAt", JSONValue(now - told.silence))
        if told.state == "completed" { object.append("completedAt", JSONValue(now - told.silence)) }
        if told.state == "failed" { object.append("failedAt", JSONValue(now - told.silence)) }
        let evidence = JobEvidence(
            id: text.id(id), state: JobStateRecord(object), tail: told.lines, logCount: told.lines.count,
            checkpoint: told.checkpoint)
        return reading(evidence)
    }

    /// A job of a writer that keeps no state: what its log says is all there is.
    func derived(_ id: String, _ lines: [LogRecord]) -> JobReading {
        reading(JobEvidence(id: text.id(id), tail: lines, logCount: lines.count))
    }

    private func reading(_ evidence: JobEvidence) -> JobReading {
        JobReading(
            snapshot: JobDerivation.snapshot(evidence, now: now), tail: evidence.tail, checkpoint: evidence.checkpoint,
            isEventsOnly: false, wasRead: true, problems: [])
    }

    /// The job that most scenes look into: it fails for the second time, at a third of the way.
    var failing: JobReading {
        job("job-1-agent1") {
            $0.state = "failed"
            $0.progress = 33.333333333333336
            $0.step = "searching sources"
            $0.error = "upstream broke: the connection was reset by peer while reading chunk 17 of the answer"
            $0.attempt = 2
            $0.silence = 1_000
            $0.lines = Array(log.suffix(8))
            $0.checkpoint = checkpoint(17)
        }
    }

    /// One job in each state there is.
    var jobs: [JobReading] {
        var events = job("job-8-events") { $0.silence = 3_000 }
        events.isEventsOnly = true
        var ill = job("job-9-ill") {
            $0.silence = 4_000
            $0.step = nil
            $0.worker = nil
        }
        ill.problems = [text("checkpoint:job-9-ill holds a list, not a string")]
        var asked = job("job-10-asked") { $0.progress = 12.5 }
        asked.snapshot.requested = .pause
        return [
            failing,
            job("job-2-agent2") {
                $0.progress = 64.9
                $0.step = "generating response"
                $0.lines = Array(log.prefix(5))
                $0.checkpoint = checkpoint(3)
            },
            job("nightly:reindex 2026") {
                $0.state = "paused"
                $0.progress = 20
                $0.type = nil
                $0.silence = 190_000
                $0.checkpoint = checkpoint(4)
            },
            job("job-4-quiet") {
                $0.silence = 400_000
                $0.progress = 58
            },
            job("job-5-new") {
                $0.state = "created"
                $0.progress = 0
                $0.step = nil
                $0.worker = nil
            },
            job("job-6-done") {
                $0.state = "completed"
                $0.progress = 100
                $0.step = "finalizing"
                $0.silence = 700_000
                $0.result = result
                $0.lines = [entry("job completed in 2331ms", "info", -700)]
            },
            job("job-7") {
                $0.state = "cancelled"
                $0.progress = 7
                $0.user = "someone@example.com"
                $0.silence = 86_400_000 * 3
            },
            events, ill, asked, derived("job-11-lost", [entry("half done (50%)", "info", -7_200)]),
        ]
    }

    func checkpoint(_ sequence: Int, step: String = "ranking results") -> Checkpoint {
        Checkpoint(
            userID: text("user-42"), sequence: sequence, timestamp: now - 3_000, step: text(step),
            progress: 33.333333333333336, partialOutput: text("they are increasingly used in enterprise automation."),
            customData: .object([
                (text("cursor"), JSONValue(17)),
                (text("seen"), .array([.string(text("alpha")), .string(text("beta"))])),
                (text("resume"), .bool(true)), (text("parent"), .null),
            ]), byteCount: 214)
    }

    var result: JSONValue {
        .object([
            (text("answer"), .string(text("forty-two, after some thought about what was asked"))),
            (text("score"), JSONValue(0.1)), (text("final"), .bool(true)), (text("next"), .null),
            (text("sources"), .array([.object([(text("name"), .string(text("encyclopedia")))])])),
        ])
    }

    // MARK: - Logs

    /// An entry, so many seconds after now.
    func entry(
        _ message: String, _ type: String = "info", _ seconds: Double = 0, _ metadata: [(String, JSONValue)] = [],
        id: String? = nil, own: Bool = true
    ) -> LogRecord {
        var object = JSONObject()
        object.append("timestamp", JSONValue(now + Int64(seconds * 1_000)))
        object.append("type", .string(type))
        object.append("message", .string(own ? text(message) : message))
        if !metadata.isEmpty { object.append("metadata", .object(metadata)) }
        object.append("id", id.map { .string(text($0)) })
        return LogRecord(bytes: object.encode())
    }

    /// Every kind of line that there is.
    var log: [LogRecord] {
        [
            entry("parsing input (5%)", "info", -71), entry("connected to the index", "debug", -68),
            entry("searching sources (1/3) (20%)", "info", -60, [(text("query"), .string(text("what is new")))]),
            entry("the index is slow, 812 ms", "warn", -52, [("ms", JSONValue(812)), (text("shard"), .string("a"))]),
            entry("searching sources (2/3) (33.333333333333336%)", "info", -40), entry("again", "info", -39),
            entry("again", "info", -38), entry("again", "info", -37),
            entry(
                "the answer of the upstream service was longer than what is usually seen, so that this line does not fit into a "
                    + "narrow terminal and has to be wrapped at a blank", "info", -30),
            entry("first line\nsecond line\nthird line", "notice", -20),
            LogRecord(text("no json at all")),
            entry(
                stack, "error", -10, [(text("code"), .string("ECONNRESET")), ("recoverable", .bool(true))], id: "w1-7",
                own: false),
            entry("upstream broke", "error", -1, [("recoverable", .bool(true))]),
        ]
    }

    private var stack: String {
        text("error: connection reset by peer")
            + (1...9).map { "\n    at \(text("read"))\($0) (/srv/app/src/client.ts:\($0)0:5)" }.joined()
    }

    /// A log by three writers.
    var workers: [LogRecord] {
        let names = ["host-a:412", "host-b:7", "host-c:9", nil]
        return (0..<12).map { number in
            let worker = names[number % 4].map { [("worker", JSONValue.string(text($0)))] } ?? []
            return entry("piece \(number) done", number % 5 == 4 ? "warn" : "info", Double(number) - 30, worker)
        }
    }

    var reasoning: [LogRecord] {
        [("plan", "search first", 0.8), ("judge", "the second source is better", 0.333333333333)].map {
            step, decision, confidence in
            let object: [(String, JSONValue)] = [
                ("step", .string(text(step))), ("decision", .string(text(decision))),
                (
                    "reasoning",
                    .string(text("sources differ in age; the newer one was written after the change in question"))
                ),
                ("confidence", JSONValue(confidence)), ("timestamp", JSONValue(now - 50_000)),
                ("metadata", .object([(text("tokens"), JSONValue(1_204))])),
            ]
            return LogRecord(bytes: JSONObject(object.map { JSONObject.Member(key: $0.0, value: $0.1) }).encode())
        }
    }

    /// The log of an attempt, and of one after it.
    var attempts: [LogRecord] {
        [
            entry("parsing input (5%)", "info", -300), entry("searching sources (33.333333333333336%)", "info", -290),
            entry("no luck", "error", -280, [("recoverable", .bool(true))]),
            entry(
                "── attempt 2 ──", "info", -200,
                [("audit", .object([("action", "restart"), ("by", "me@here"), ("attempt", JSONValue(2))]))], own: false),
        ] + log
    }
}

extension JSONValue {
    /// An object of these members.
    static func object(_ members: [(String, JSONValue)]) -> JSONValue {
        .object(JSONObject(members.map { JSONObject.Member(key: $0.0, value: $0.1) }))
    }
}
