import TestSupport
import Testing

@testable import JobLogCore

/// Bundles: what goes in comes out, secrets do not, and damage is noticed.
@Suite struct JobBundleTests {
    private static let now: Int64 = 1_700_000_000_000

    private func bundle(_ records: [LogRecord] = [LogRecord(#"{"timestamp":1,"message":"one"}"#)]) -> JobBundle {
        var job = JobSnapshot(id: JobID("job"))
        job.userID = "u"
        job.state = .failed
        job.error = "it broke"
        job.progress = 42.5
        job.failedAt = Self.now - 5_000
        job.lastHeard = Self.now - 5_000
        job.workers = ["w1"]
        job.result = ["a": [1, 2.50]]
        let checkpoint = Checkpoint(jobID: "job", sequence: 7, step: "Reading", progress: 40, byteCount: 214)
        job.checkpoint = checkpoint
        job.logCount = records.count
        var view = LogView()
        view.least = .warn
        view.filters = [.init(text: "a.b", isInverted: true, isLiteral: true), .init(text: "x")]
        view.search = .init(text: "needle")
        view.since = 1
        view.rangeText = "14:02.."
        view.dims = true
        view.wraps = false
        view.times = "relative"
        view.place = 0
        view.marked = [0]
        return JobBundle(
            [
                JobBundle.Job(
                    id: JobID("job"), records: records, snapshot: job, checkpoint: checkpoint,
                    reasoning: [LogRecord(#"{"step":"Reading","reasoning":"it is long","confidence":0.50}"#)])
            ], savedAt: Self.now, source: "redis://cache:6379/0", view: view)
    }

    /// The bundle, and other jobs beside the first one.
    private func several() -> JobBundle {
        var several = bundle([LogRecord("one"), LogRecord(#"{"timestamp":5,"message":"two"}"#)])
        several.jobs.append(JobBundle.Job(id: JobID("other"), records: [LogRecord(bytes: [0xFF])]))
        several.jobs.append(
            JobBundle.Job(id: JobID(bytes: [0xFE]), records: [], reasoning: [LogRecord("no JSON")]))
        return several
    }

    private func opened(_ bytes: [UInt8], name: String = "x.joblog") throws(BundleError) -> JobBundle {
        try JobBundle(opening: bytes, name: name, now: Self.now)
    }

    @Test func whatGoesInComesOut() throws {
        let records = [
            LogRecord(#"{"timestamp":1,"message":"one","n":1.50}"#), LogRecord("no JSON\nat all"), LogRecord("[1]"),
            LogRecord(bytes: [0xFF, 0x0A, 0x00]), LogRecord(""), LogRecord(#"{"raw":"a"}"#),
        ]
        let bundle = bundle(records)
        #expect(try opened(bundle.sealed().bytes) == bundle)
        var strange = bundle
        strange.jobs[0] = JobBundle.Job(id: JobID(bytes: [0xFF, 0x2F]), records: records)
        #expect(try opened(strange.sealed().bytes) == strange)
        #expect(try opened(several().sealed().bytes) == several())
    }

    /// Older readers take all that follows the job's line for its log: they can open one job, and refuse several.
    @Test func severalJobsAreANewerVersion() throws {
        func header(_ bundle: JobBundle) -> String {
            String(decoding: bundle.sealed().bytes.prefix { $0 != 0x0A }, as: UTF8.self)
        }
        #expect(header(bundle()).hasPrefix(#"{"format":"joblog-bundle","version":1,"#))
        #expect(header(several()).hasPrefix(#"{"format":"joblog-bundle","version":2,"#))
        let lines = bundle().sealed().bytes.split(separator: 0x0A)
        #expect(lines.count == 3, "The reasoning stands on the job's line.")
        // A bundle's version is not changed by hand.
        let text = String(decoding: several().sealed().bytes, as: UTF8.self)
        #expect(throws: BundleError.self) {
            try opened(Array(text.replacing("\"version\":2", with: "\"version\":1").utf8))
        }
    }

    @Test func thePreviewTellsWhatIsInIt() {
        #expect(bundle().sealed().preview[0].hasPrefix("1 line, 1 step of reasoning, "))
        let preview = several().sealed().preview
        #expect(preview[0].hasPrefix("3 jobs, 3 lines, 2 steps of reasoning, "))
        #expect(preview[1] == "The reasoning of other could not be read, and is not in it.")
    }

    @Test func secretsAreScrubbedAndCounted() throws {
        var bundle = bundle([
            LogRecord(
                #"{"message":"Bearer abcdef0123456789abcdef01","metadata":{"l":[{"token":"t0k"},{"token":"t1k"}]}}"#),
            LogRecord("redis://user:pa55@host"), LogRecord(bytes: Array("redis://user:pa55@h".utf8) + [0xFF]),
        ])
        bundle.jobs[0].checkpoint?.customData = ["apiKey": "k3y"]
        bundle.jobs[0].reasoning = [LogRecord(#"{"reasoning":"it said","metadata":{"token":"t2k"}}"#)]
        bundle.jobs[0].snapshot?.error = "redis://user:pa55@host"
        bundle.view.filters = [.init(text: "password=hunter2")]
        let sealed = bundle.sealed()
        let text = String(decoding: sealed.bytes, as: UTF8.self)
        for secret in ["abcdef0123", "t0k", "t1k", "pa55", "k3y", "hunter2", "t2k"] { #expect(!text.contains(secret)) }
        #expect(
            sealed.scrubbed == [
                .init(place: "view.filters[].text", kind: .name, count: 1),
                .init(place: "job.error", kind: .url, count: 1),
                .init(place: "checkpoint.customData.apiKey", kind: .name, count: 1),
                .init(place: "reasoning.metadata.token", kind: .name, count: 1),
                .init(place: "log.message", kind: .authorization, count: 1),
                .init(place: "log.metadata.l[].token", kind: .name, count: 2),
                .init(place: "log", kind: .url, count: 2),
            ])
        #expect(sealed.preview.contains("2 × log.metadata.l[].token: named like a secret"))
        #expect(sealed.preview[1].hasPrefix("9 secrets are scrubbed"))
        #expect(self.bundle().sealed().preview.last?.hasPrefix("Nothing in it looks like a secret.") == true)
    }

    @Test func everyFlippedBitIsNoticed() throws {
        let bytes = several().sealed().bytes
        for place in bytes.indices {
            for bit in [0, 5] as [UInt8] {
                var damaged = bytes
                damaged[place] ^= 1 << bit
                #expect(throws: BundleError.self, "byte \(place), bit \(bit)") { try opened(damaged) }
                // Not even under a name that says nothing.
                #expect(throws: BundleError.self, "byte \(place), bit \(bit)") { try opened(damaged, name: "x") }
            }
        }
    }

    @Test func everyEndThatIsMissingIsNoticed() throws {
        let bytes = bundle().sealed().bytes
        for length in bytes.indices {
            #expect(throws: BundleError.self, "\(length)") { try opened(Array(bytes[..<length])) }
        }
        #expect(throws: BundleError.self) { try opened(bytes + [0x0A]) }
        let error = #expect(throws: BundleError.self) { try opened(Array(bytes.dropLast(10))) }
        #expect(error?.description.contains("ends early") == true)
    }

    @Test func aNewerVersionIsRefused() throws {
        let bytes = bundle().sealed().bytes
        let text = String(decoding: bytes, as: UTF8.self).replacing("\"version\":1", with: "\"version\":3")
        let error = #expect(throws: BundleError.self) { try opened(Array(text.utf8)) }
        #expect(error?.description.contains("newer joblog, as version 3") == true)
    }

    @Test(arguments: ["", "\n\n", "hello", "{}", "[1]", #"{"a":1}"#, "\u{0}\u{1}"]) func otherFilesAreRefused(
        _ text: String
    ) {
        #expect(throws: BundleError.self) { try opened(Array(text.utf8), name: "x.txt") }
    }

    @Test func aLogInJSONLinesIsALog() throws {
        let text = """
            {"timestamp":1,"type":"info","message":"one","jobId":"job-7"}
            {"raw":"no JSON"}\r

            {"rawBase64":"/w=="}
            not even that
            """
        let bundle = try opened(Array(text.utf8), name: "folder/x.jsonl")
        #expect(bundle.jobs[0].id == JobID("job-7") && bundle.jobs[0].snapshot == nil)
        #expect(
            bundle.jobs[0].records.dropFirst().map { Array($0.bytes) } == [
                Array("no JSON".utf8), [0xFF], Array("not even that".utf8),
            ])
        #expect(try opened(Array(#"{"message":"a"}"#.utf8), name: "folder/x.jsonl").jobs[0].id == JobID("x.jsonl"))
        // A bundle's name promises a bundle.
        #expect(throws: BundleError.self) { try opened(Array(text.utf8)) }
    }

    @Test func linesOfSeveralJobsAreSeveralLogs() throws {
        let text = """
            {"message":"a","jobId":"one"}
            {"raw":"no JSON","jobId":"two"}
            {"message":"b","jobId":"?","jobIdBase64":"/w=="}
            torn
            {"message":"c","jobId":"one"}
            """
        let bundle = try opened(Array(text.utf8), name: "x.jsonl")
        #expect(bundle.jobs.map(\.id) == [JobID("one"), JobID("two"), JobID(bytes: [0xFF])])
        #expect(bundle.jobs.map { $0.records.map(\.entry.message) } == [["a", "c"], ["no JSON"], ["b", "torn"]])
    }

    /// As many as there are lines, in the worst case.
    @Test func aLogOfVeryManyJobsIsMerged() throws {
        let text = (0..<70_000).map { #"{"timestamp":\#($0),"message":"m","jobId":"\#($0)"}"# }.joined(separator: "\n")
        let bundle = try opened(Array(text.utf8), name: "x.jsonl")
        var document = LogDocument(sources: bundle.jobs.count)
        for (source, job) in bundle.jobs.enumerated() { document.append(job.records, from: source, now: 70_000) }
        #expect(document.count == 70_000 && document[69_999].source == 69_999)
    }

    @Test func theSourceTellsOnceAndRefusesTheRest() async throws {
        let bundle = bundle()
        let source = BundleJobSource(bundle, name: "x.joblog", isUTC: true)
        #expect(source.name == "x.joblog, of redis://cache:6379/0")
        #expect(try await source.match("jo") == .one(JobID("job")))
        #expect(try await source.match("other") == .none)
        #expect(try await source.log(JobID("job"), newest: 10) == bundle.jobs[0].records)
        #expect(try await source.reasoning(JobID("job")) == bundle.jobs[0].reasoning)
        await #expect(throws: BundleError.self) { try await source.perform(.cancel, on: JobID("job")) }
        await #expect(throws: BundleError.self) { try await source.archivedCheckpoints(of: JobID("job")) }
        let (updates, sink) = AsyncStream.makeStream(of: FeedUpdate.self)
        let feed = source.feed()
        await feed.start { sink.yield($0) }
        let interest = FeedInterest(rows: [JobID("job")], logs: [JobID("job")])
        await feed.watch(interest)
        await feed.watch(interest)
        await feed.refresh()
        sink.finish()
        var told: [String] = []
        for await update in updates {
            switch update {
            case .connection(.saved(let what)): told.append(what)
            case .jobs(let jobs): told += jobs.map { "job \($0.snapshot.id)" }
            case .log(let id, .opened(let records, let length)): told.append("log \(id) \(records.count)/\(length)")
            default: told.append("something else")
            }
        }
        #expect(told == ["Bundle from 2023-11-14 22:13", "job job", "log job 1/1"])
    }

    @Test func severalJobsAreToldInTheirOrder() async throws {
        let several = several()
        let source = BundleJobSource(several, name: "x.joblog", isUTC: true)
        #expect(try await source.jobs(after: nil).jobs.map(\.snapshot.id) == several.jobs.map(\.id))
        #expect(try await source.match("o") == .one(JobID("other")))
        await #expect(throws: BundleError.self) { try await source.reasoning(JobID("other")) }
        let (updates, sink) = AsyncStream.makeStream(of: FeedUpdate.self)
        let feed = source.feed()
        await feed.start { sink.yield($0) }
        await feed.watch(FeedInterest(logs: Set(several.jobs.map(\.id))))
        await feed.watch(FeedInterest(logs: [JobID("other")]))
        await feed.watch(FeedInterest(logs: [JobID("other"), JobID("job")]))
        sink.finish()
        var told: [JobID] = []
        for await update in updates {
            if case .log(let id, .opened) = update { told.append(id) }
        }
        #expect(told == several.jobs.map(\.id) + [JobID("job")])
    }

    @Test func aJobThatWentOnDoesNotAge() throws {
        var bundle = bundle()
        bundle.jobs[0].snapshot?.state = .running
        let job = try #require(try opened(bundle.sealed().bytes).jobs[0].snapshot)
        #expect(job.aged(to: Self.now + 3_600_000).stateWord == "running")
        bundle.jobs[0].snapshot = bundle.jobs[0].snapshot?.aged(to: Self.now + 400_000)
        let stalled = try #require(try opened(bundle.sealed().bytes).jobs[0].snapshot)
        #expect(stalled.aged(to: Self.now + 400_000).stateWord == "stalled")
    }
}
