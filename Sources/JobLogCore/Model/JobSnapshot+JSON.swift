extension JobSnapshot {
    /// The job as the command line and the API give it; unknown fields are left out, times are Unix ms.
    public func json() -> JSONValue {
        var object = JSONObject()
        object.append("id", .string(id.lossyText))
        object.append("idBase64", id.text == nil ? .string(id.base64) : nil)
        object.append("userId", userID.map(JSONValue.string))
        object.append("type", type.map(JSONValue.string))
        object.append("state", stateText.map(JSONValue.string))
        object.append("stalled", .bool(stalled))
        object.append("requested", requested.map { .string($0.rawValue) })
        object.append("step", step.map(JSONValue.string))
        object.append("progress", progress.map { JSONValue($0) })
        object.append("createdAt", createdAt.map { JSONValue($0) })
        object.append("startedAt", startedAt.map { JSONValue($0) })
        object.append("updatedAt", updatedAt.map { JSONValue($0) })
        object.append("completedAt", completedAt.map { JSONValue($0) })
        object.append("failedAt", failedAt.map { JSONValue($0) })
        object.append("error", error.map(JSONValue.string))
        object.append("result", result)
        object.append("attempt", attempt.map { JSONValue($0) })
        object.append("workers", workers.isEmpty ? nil : .array(workers.map(JSONValue.string)))
        object.append("logCount", logCount.map { JSONValue($0) })
        object.append("checkpointAvailable", .bool(checkpointAvailable))
        object.append("checkpointSequence", checkpoint?.sequence.map { JSONValue($0) })
        object.append("checkpointStep", checkpoint?.step.map(JSONValue.string))
        object.append("checkpointProgress", checkpoint?.progress.map { JSONValue($0) })
        return .object(object)
    }

    /// A job of which ``json()`` tells, perhaps with more beside it.
    ///
    /// - Parameters:
    ///   - id: the job.
    ///   - facts: its JSON; what is missing or of another type counts as unknown.
    ///   - checkpoint: the whole of its checkpoint; nil takes what `facts` say of it.
    init(id: JobID, facts: JSONValue, checkpoint: Checkpoint?) {
        self.init(id: id)
        userID = facts["userId"]?.string
        type = facts["type"]?.string
        let word = facts["state"]?.string
        isLost = word == "lost" || facts["lost"]?.bool ?? false
        state = word == "lost" ? .running : word.flatMap { JobState(wire: $0) }
        isDerived = facts["derived"]?.bool ?? isLost
        stalled = facts["stalled"]?.bool ?? false
        requested = facts["requested"]?.string.flatMap { JobAction(rawValue: $0) }
        step = facts["step"]?.string
        progress = Percent.clamp(facts["progress"]?.double)
        createdAt = Self.time("createdAt", facts)
        startedAt = Self.time("startedAt", facts)
        updatedAt = Self.time("updatedAt", facts)
        completedAt = Self.time("completedAt", facts)
        failedAt = Self.time("failedAt", facts)
        error = facts["error"]?.string
        result = facts["result"]
        attempt = facts["attempt"]?.int
        workers = facts["workers"]?.array?.compactMap(\.string) ?? []
        logCount = facts["logCount"]?.int
        lastHeard = Self.time("lastHeard", facts)
        self.checkpoint = checkpoint ?? Self.checkpoint(facts)
    }

    private static func time(_ name: String, _ facts: JSONValue) -> Int64? {
        facts[name].flatMap { UnixTime.milliseconds($0) }
    }

    /// As much of the checkpoint as stands in the job itself.
    private static func checkpoint(_ facts: JSONValue) -> Checkpoint? {
        guard facts["checkpointAvailable"]?.bool == true else { return nil }
        return Checkpoint(
            sequence: facts["checkpointSequence"]?.int, step: facts["checkpointStep"]?.string,
            progress: Percent.clamp(facts["checkpointProgress"]?.double))
    }
}
