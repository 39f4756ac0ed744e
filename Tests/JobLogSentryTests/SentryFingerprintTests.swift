import JobLogCore
import Testing

@testable import JobLogSentry

@Suite struct SentryFingerprintTests {
    private func normalized(_ message: String, job: String = "job-1734470400000-abc123") -> String {
        SentryFingerprint.normalized(message, job: JobID(job))
    }

    @Test(
        arguments: [
            ("timed out after 30 s", "timed out after 45 s", "timed out after <n> s"),
            ("timed out after 1.5s", "timed out after 20s", nil),
            ("took 1.5 s", "took 20 s", "took <n> s"),
            ("no user 'bob'", "no user 'alice jones'", "no user <text>"),
            (#"bad value "a""#, #"bad value "b c""#, "bad value <text>"),
            (
                "run 550e8400-e29b-41d4-a716-446655440000 lost", "run 6ba7b810-9dad-11d1-80b4-00c04fd430c8 lost",
                "run <id> lost"
            ),
            ("commit 9f86d081 is gone", "commit 60303ae2 is gone", "commit <id> is gone"),
            ("pointer 0xff is bad", "pointer 0xAB12 is bad", "pointer <id> is bad"),
            ("GET /users/42/posts failed", "GET /users/7/posts failed", "GET /users/<n>/posts failed"),
            ("open /tmp/run-a1/out", "open /tmp/run-b22/out", "open /tmp/<id>/out"),
            ("at 2024-12-17T14:02:09.123Z", "at 2025-01-01T00:00:00.000Z", "at <id>"),
            ("at 14:02:09", "at 23:59:01", "at <n>"),
            ("10.0.0.1 refused", "10.0.0.22 refused", "<n> refused"),
            ("request req_8fh2k1mmz failed", "request req_zz91kq20a failed", "request <id> failed"),
            ("no utf8 here", "no utf8 here", "no utf<n> here"),
            ("-5 degrees", "-17 degrees", "-<n> degrees"),
            ("größe 3 ist falsch", "größe 44 ist falsch", "größe <n> ist falsch"),
        ] as [(String, String, String?)])
    func theSameFailureIsTheSame(_ one: String, _ other: String, _ expected: String?) {
        if let expected { #expect(normalized(one) == expected) }
        if expected != nil { #expect(normalized(one) == normalized(other)) }
    }

    @Test(arguments: [
        ("connection refused", "connection reset"), ("can't read it", "can't write it"),
        ("open /var/log failed", "open /var/run failed"), ("no such user", "no such group"),
    ])
    func differentFailuresStayDifferent(_ one: String, _ other: String) {
        #expect(normalized(one) == one)
        #expect(normalized(one) != normalized(other))
    }

    @Test func theJobsOwnIDIsBlanked() {
        #expect(normalized("job job-1734470400000-abc123: gone") == "job <job>: gone")
        #expect(normalized("nightly:reindex has failed", job: "nightly:reindex") == "<job> has failed")
        #expect(normalized("a cat", job: "a") == "<job> cat")
        #expect(normalized("that cat", job: "a") == "that cat")
        #expect(normalized("x", job: "") == "x")
    }

    @Test func typeAndCodeCount() {
        var report = ErrorReport.sample("gone in 3 s")
        report.type = "research"
        report.code = "TIMEOUT"
        #expect(
            SentryFingerprint.parts(of: report, message: report.message) == [
                "joblog", "research", "TIMEOUT", "gone in <n> s",
            ])
    }

    @Test func longMessagesAndLooseQuotesAreTaken() {
        #expect(normalized(String(repeating: "ab ", count: 1_000_000)).utf8.count <= 512)
        #expect(normalized("say 'so") == "say 'so")
        #expect(normalized("'") == "'")
        #expect(normalized("") == "")
        #expect(normalized(String(repeating: "'\n", count: 2_000)).hasPrefix("'\n'"))
    }
}
