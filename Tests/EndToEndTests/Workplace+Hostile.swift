import JobLogCore
import TestSupport

extension Workplace {
    /// A place whose Redis holds all of the corpus: as the log, state and checkpoint of one job, and as ids and states of others.
    init(withHostileJob id: JobID) async throws {
        try self.init()
        try await append(HostileCorpus.entries, to: id)
        let texts = HostileCorpus.texts.map {
            HostileCorpus.literal(String(decoding: $0.bytes.prefix(200), as: UTF8.self))
        }
        let text = texts.joined()
        try await send(
            "SET", "job:state:\(id.display)",
            #"""
            {"jobId":"\#(id.display)","userId":"\#(text)","status":"failed","type":"\#(text)","step":"\#(text)","error":"\#(text)",
            "worker":"\#(text)","result":{"\#(text)":"\#(text)"},"progress":1e999,"updatedAt":-5,"createdAt":1e300}
            """#)
        try await send(
            "SET", "checkpoint:\(id.display)",
            #"{"userId":"\#(text)","sequence":1e99,"step":"\#(text)","partialOutput":"\#(text)","progress":-1,"timestamp":"x"}"#
        )
        for (number, text) in texts.enumerated() {
            // Ids with every text in them, of jobs in every state that there is, and of none.
            let bytes = Array("id-\(number)-".utf8) + HostileCorpus.texts[number].bytes.prefix(300)
            let states = ["running", "failed", text, ""]
            try await send([
                Array("SET".utf8), Array("job:state:".utf8) + bytes,
                Array(#"{"status":"\#(states[number % 4])","step":"\#(text)","progress":\#(number)}"#.utf8),
            ])
        }
    }
}
