extension JobEvent {
    /// The message to publish, in the shape that old readers of this kind expect.
    ///
    /// Progress is shape 1 with `event` added; chunks, checkpoints and ends are flat; what the server says of a job
    /// (created, running, paused, resumed, started, restarted) has a payload. `versioned` gives the server's `:v1`
    /// shape to the others as well, for when joblog acts in the server's place.
    public func encode(versioned: Bool = false) -> [UInt8] {
        switch kind {
        case .progress, .checkpoint, .completed, .failed, .cancelled:
            versioned ? encodePayload() : encodeFlat()
        case .chunk, .unknown: encodeFlat()
        case .created, .running, .paused, .resumed, .started, .restarted: encodePayload()
        }
    }

    private func encodeFlat() -> [UInt8] {
        var writer = JSONWriter(capacity: 192)
        writer.open()
        writer.member("jobId", jobID)
        writer.member("userId", userID)
        writer.member("event", name)
        switch kind {
        case .progress:
            writer.member("state", (state ?? .running).rawValue)
            writer.member("step", step)
            writer.member("progress", number: progress)
            writer.member("partial", partial)
        case .chunk(let text, let isLast):
            writer.member("chunk", text)
            writer.member("isLast", flag: isLast)
        default: writeDetails(to: &writer)
        }
        writeStamp(to: &writer)
        writer.close()
        return writer.bytes
    }

    private func encodePayload() -> [UInt8] {
        var writer = JSONWriter(capacity: 192)
        writer.open()
        writer.member("event", versionedName)
        writer.member("userId", userID)
        writer.member("jobId", jobID)
        writer.key("payload")
        writer.open()
        writer.member("state", state?.rawValue)
        writer.member("step", step)
        writeDetails(to: &writer)
        writer.close()
        writeStamp(to: &writer)
        writer.close()
        return writer.bytes
    }

    private func writeDetails(to writer: inout JSONWriter) {
        writer.member("checkpoint", value: checkpoint)
        writer.member("progress", number: progress)
        writer.member("result", value: result)
        writer.member("duration", number: duration)
        writer.member("error", error)
        writer.member("code", code)
        writer.member("recoverable", flag: recoverable)
        writer.member("reason", reason)
    }

    private func writeStamp(to writer: inout JSONWriter) {
        writer.member("timestamp", timestamp)
        writer.member("sequence", sequence)
        writer.member("worker", worker)
    }

    private var name: String {
        if case .unknown(let name) = kind { return name }
        return "job:" + (kind.word ?? "")
    }

    private var versionedName: String {
        switch kind {
        case .started, .restarted: name
        case .checkpoint: "job:checkpointed:v1"
        default: name + ":v1"
        }
    }
}
