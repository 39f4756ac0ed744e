import JobLogCore
import Testing

@Suite("Job events")
struct JobEventTests {
    private func decode(_ text: String) -> JobEvent? { JobEvent.decode(Array(text.utf8)[...]) }

    @Test("progress without an event field")
    func progress() throws {
        let event = try #require(
            decode(
                #"{"jobId":"j","userId":"u","state":"running","step":"Analyzing query","progress":10,"partial":"p","timestamp":1795443115147,"sequence":1}"#
            ))
        #expect(event.kind == .progress)
        #expect(event.jobID == "j")
        #expect(event.userID == "u")
        #expect(event.state == .running)
        #expect(event.step == "Analyzing query")
        #expect(event.progress == 10)
        #expect(event.partial == "p")
        #expect(event.timestamp == 1_795_443_115_147)
        #expect(event.sequence == 1)
    }

    @Test("flat events")
    func flat() throws {
        #expect(
            decode(#"{"event":"job:chunk","chunk":"abc","isLast":true}"#)?.kind == .chunk(text: "abc", isLast: true))
        #expect(decode(#"{"event":"job:chunk","chunk":"abc"}"#)?.state == nil)
        let checkpoint = try #require(
            decode(#"{"event":"job:checkpoint","checkpoint":{"responseText":"T","step":"S"},"progress":85}"#))
        #expect(checkpoint.kind == .checkpoint)
        #expect(checkpoint.state == nil)
        #expect(checkpoint.progress == 85)
        #expect(checkpoint.step == "S")
        #expect(checkpoint.checkpoint?["responseText"] == "T")
        let completed = try #require(decode(#"{"event":"job:completed","result":{"answer":"A"},"duration":2331}"#))
        #expect(completed.kind == .completed)
        #expect(completed.state == .completed)
        #expect(completed.result == ["answer": "A"])
        #expect(completed.duration == 2331)
        let failed = try #require(decode(#"{"event":"job:failed","error":"boom","code":"E1","recoverable":true}"#))
        #expect(failed.state == .failed)
        #expect(failed.error == "boom")
        #expect(failed.code == "E1")
        #expect(failed.recoverable == true)
        #expect(decode(#"{"event":"job:failed","error":{"message":"boom","code":5}}"#)?.code == "5")
        #expect(decode(#"{"event":"job:cancelled","reason":"why"}"#)?.reason == "why")
    }

    @Test(
        "events from the server",
        arguments: [
            ("job:created:v1", .created, .created), ("job:running:v1", .running, .running),
            ("job:progress:v1", .progress, .running), ("job:checkpointed:v1", .checkpoint, nil),
            ("job:paused:v1", .paused, .paused), ("job:resumed:v1", .resumed, .running),
            ("job:cancelled:v1", .cancelled, .cancelled), ("job:completed:v1", .completed, .completed),
            ("job:failed:v1", .failed, .failed), ("job:started", .started, .running),
            ("job:restarted", .restarted, .created), ("job:new:v9", .unknown("job:new:v9"), nil),
        ] as [(String, JobEvent.Kind, JobState?)])
    func versioned(_ name: String, _ kind: JobEvent.Kind, _ state: JobState?) throws {
        let event = try #require(
            decode(
                #"{"event":"\#(name)","userId":"u","jobId":"j","payload":{"progress":12.5,"step":"S"},"sequence":4,"timestamp":9}"#
            ))
        #expect(event.kind == kind)
        #expect(event.state == state)
        #expect(event.progress == 12.5)
        #expect(event.step == "S")
        #expect(event.timestamp == 9)
        #expect(event.sequence == 4)
    }

    @Test("progress in a payload as an object, states by old words")
    func payloads() throws {
        let event = try #require(
            decode(
                #"{"event":"job:progress:v1","payload":{"state":"active","progress":{"current":2,"total":5,"percentage":40,"message":"Two"}}}"#
            ))
        #expect(event.progress == 40)
        #expect(event.step == "Two")
        #expect(event.state == .running)
        #expect(decode(#"{"event":"job:progress:v1","payload":{"progress":{"current":1,"total":4}}}"#)?.progress == 25)
        #expect(decode(#"{"event":"job:progress:v1","payload":{"progress":{"current":1,"total":0}}}"#)?.progress == nil)
        #expect(decode(#"{"event":"job:checkpointed:v1","payload":{"state":"checkpointed"}}"#)?.state == nil)
    }

    @Test("what is odd is taken as far as it goes")
    func odd() {
        #expect(decode("nope") == nil)
        #expect(decode("[1]") == nil)
        #expect(decode("{}")?.kind == .unknown(""))
        #expect(decode(#"{"state":"weird","progress":"250"}"#)?.progress == 100)
        #expect(decode(#"{"state":"weird"}"#)?.kind == .unknown(""))
        #expect(decode(#"{"event":7}"#)?.kind == .unknown("7"))
        #expect(decode(#"{"step":"S","payload":"text"}"#)?.step == "S")
    }

    @Test("what is published is what old readers know")
    func encoding() {
        func text(_ event: JobEvent, versioned: Bool = false) -> String {
            String(decoding: event.encode(versioned: versioned), as: UTF8.self)
        }
        let progress = JobEvent(
            .progress, jobID: "j", userID: "u", step: "S", progress: 45, timestamp: 9, sequence: 1, worker: "w")
        #expect(
            text(progress)
                == #"{"jobId":"j","userId":"u","event":"job:progress","state":"running","step":"S","progress":45,"timestamp":9,"sequence":1,"worker":"w"}"#
        )
        #expect(
            text(progress, versioned: true)
                == #"{"event":"job:progress:v1","userId":"u","jobId":"j","payload":{"state":"running","step":"S","progress":45},"timestamp":9,"sequence":1,"worker":"w"}"#
        )
        #expect(
            text(JobEvent(.chunk(text: "a\"", isLast: false), jobID: "j"))
                == #"{"jobId":"j","event":"job:chunk","chunk":"a\"","isLast":false}"#)
        var failed = JobEvent(.failed, jobID: "j")
        failed.error = "boom"
        failed.recoverable = false
        #expect(text(failed) == #"{"jobId":"j","event":"job:failed","error":"boom","recoverable":false}"#)
        #expect(
            text(JobEvent(.created, jobID: "j", progress: 0))
                == #"{"event":"job:created:v1","jobId":"j","payload":{"state":"created","progress":0}}"#)
        #expect(
            text(JobEvent(.restarted, jobID: "j"))
                == #"{"event":"job:restarted","jobId":"j","payload":{"state":"created"}}"#)
        #expect(text(JobEvent(.checkpoint), versioned: true).contains("job:checkpointed:v1"))
    }

    @Test("every kind survives encoding and decoding")
    func roundTrip() {
        let kinds: [JobEvent.Kind] = [
            .progress, .chunk(text: "é\n", isLast: true), .checkpoint, .completed, .failed, .cancelled, .created,
            .running, .paused, .resumed, .started, .restarted, .unknown("job:else"),
        ]
        for kind in kinds {
            let event = JobEvent(kind, jobID: "j", userID: "u", timestamp: 9, sequence: 2, worker: "w")
            #expect(JobEvent.decode(event.encode()[...]) == event)
            #expect(JobEvent.decode(event.encode(versioned: true)[...]) == event)
        }
    }

    @Test("what events said is kept until something newer is said")
    func evidence() {
        var evidence = EventEvidence(
            JobEvent(.progress, step: "A", progress: 40, timestamp: 100, worker: "w"), heardAt: 0)
        evidence.absorb(JobEvent(.chunk(text: "x", isLast: false), timestamp: 200, worker: "v"), heardAt: 0)
        evidence.absorb(JobEvent(.progress, step: "late", progress: 10, timestamp: 50, worker: "w"), heardAt: 0)
        #expect(evidence.state?.value == .running)
        #expect(evidence.progress == EventEvidence.Dated(40, at: 100))
        #expect(evidence.step?.value == "A")
        #expect(evidence.lastAt == 200)
        #expect(evidence.workers == ["w", "v"])
        var failed = JobEvent(.failed)
        failed.error = "boom"
        evidence.absorb(failed, heardAt: 300)
        #expect(evidence.error == "boom")
        #expect(evidence.lastAt == 300)
        evidence.absorb(JobEvent(.restarted, timestamp: 400), heardAt: 0)
        #expect(evidence.error == nil)
        #expect(evidence.progress?.value == 0)
        #expect(evidence.state?.value == .created)
    }
}
