import Testing

@testable import JobLogCore

@Suite("a worker's signature in metadata")
struct LogSignatureTests {
    @Test(
        "is left out, and nothing else",
        arguments: [
            (#"{"worker":"w1"}"#, nil), (#"{"worker":"w1","clockSkewMs":1500}"#, nil),
            (#"{"n":1.50,"worker":"w1"}"#, #"{"n":1.50}"#), (#"{"n":1}"#, #"{"n":1}"#), (#"[1]"#, #"[1]"#),
            (#"{"worker":"#, #"{"worker":"#),
        ])
    func removed(metadata: String, rest: String?) {
        let left = LogSignature.removed(from: Array(metadata.utf8)[...])
        #expect(left.map { String(decoding: $0, as: UTF8.self) } == rest)
        guard let value = try? JSONValue(parsing: metadata) else { return }
        #expect(LogSignature.removed(from: value)?.text() == rest)
    }
}
