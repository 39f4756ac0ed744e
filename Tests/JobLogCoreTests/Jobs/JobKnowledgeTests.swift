import Testing

@testable import JobLogCore

@Suite("what is known of a job from one reading to the next")
struct JobKnowledgeTests {
    private func knowledge(_ lines: [String]) -> JobKnowledge {
        var evidence = JobEvidence(id: JobID("job"))
        evidence.tail = lines.map { LogRecord($0) }
        evidence.logCount = lines.count
        return JobKnowledge(evidence: evidence, hasKeys: true)
    }

    @Test("a request stays pending when its line is no longer among those that are read")
    func requests() {
        let now = Timestamp.now()
        let asked =
            #"{"timestamp":\#(now - 900),"type":"info","message":"cancel requested by me@here","#
            + #""metadata":{"audit":{"action":"cancel","by":"me@here","requested":true}}}"#
        let before = knowledge([#"{"timestamp":\#(now - 1000),"type":"info","message":"S (10%)"}"#, asked])
        #expect(before.reading(now: now).snapshot.requested == .cancel)
        var after = knowledge(
            (0..<8).map { #"{"timestamp":\#(now - 800 + Int64($0)),"type":"info","message":"busy"}"# })
        #expect(after.reading(now: now).snapshot.requested == nil)
        after.fill(from: before)
        #expect(after.reading(now: now).snapshot.requested == .cancel)
    }
}
