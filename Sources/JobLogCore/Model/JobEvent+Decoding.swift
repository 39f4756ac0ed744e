extension JobEvent {
    /// The event that `bytes`, a message of the channel, hold; nil when they are not a JSON object.
    ///
    /// Unknown fields are ignored, unknown kinds are kept as such. A field of the payload wins over the one beside it.
    public static func decode(_ bytes: ArraySlice<UInt8>) -> JobEvent? {
        guard let value = try? JSONValue(parsing: bytes), let object = value.object else { return nil }
        return JobEvent(object)
    }

    private init(_ object: JSONObject) {
        let fields = Fields(object: object, payload: object["payload"]?.object)
        let kind = Kind(event: object["event"]?.lenientText, fields)
        self.init(
            kind, jobID: fields.text("jobId"), userID: fields.text("userId"), step: fields.text("step"),
            timestamp: UnixTime.milliseconds(fields["timestamp"]), sequence: fields["sequence"]?.lenientInt,
            worker: fields.text("worker"))
        if case .checkpoint = kind { state = nil } else { state = fields.state ?? kind.impliedState }
        partial = fields.text("partial") ?? fields.text("partialOutput")
        error = fields["error"]?.errorText
        code = fields.text("code") ?? fields["error"]?["code"]?.lenientText
        recoverable = fields["recoverable"]?.bool
        reason = fields.text("reason")
        result = fields["result"]?.nonNull
        duration = fields["duration"]?.lenientDouble
        checkpoint = fields["checkpoint"]
        readProgress(fields["progress"])
        if let checkpoint, checkpoint.object != nil {
            step = step ?? checkpoint["step"]?.lenientText
            progress = progress ?? Percent.clamp(checkpoint["progress"]?.lenientDouble)
        }
    }

    /// A number, or `{current, total, percentage, message}`.
    private mutating func readProgress(_ value: JSONValue?) {
        guard let value else { return }
        guard value.object != nil else {
            progress = Percent.clamp(value.lenientDouble)
            return
        }
        step = step ?? value["message"]?.lenientText
        if let percentage = value["percentage"]?.lenientDouble {
            progress = Percent.clamp(percentage)
        } else if let current = value["current"]?.lenientDouble, let total = value["total"]?.lenientDouble, total > 0 {
            progress = Percent.clamp(current / total * 100)
        }
    }
}

/// An event's fields, beside each other or in a payload.
private struct Fields {
    let object: JSONObject
    let payload: JSONObject?

    subscript(key: String) -> JSONValue? { payload?[key] ?? object[key] }

    func text(_ key: String) -> String? { self[key]?.lenientText }

    var state: JobState? { text("state").flatMap(JobState.init(wire:)) ?? text("status").flatMap(JobState.init(wire:)) }
}

extension JobEvent.Kind {
    /// The kind by the `event` field, with or without `job:` and `:v1`; progress (shape 1) when there is none.
    fileprivate init(event: String?, _ fields: Fields) {
        guard let event else {
            let hasProgress = fields.state != nil || fields["progress"] != nil || fields["step"] != nil
            self = hasProgress ? .progress : .unknown("")
            return
        }
        var word = event[...]
        if word.hasPrefix("job:") { word = word.dropFirst(4) }
        if word.hasSuffix(":v1") { word = word.dropLast(3) }
        switch word {
        case "progress": self = .progress
        case "chunk": self = .chunk(text: fields.text("chunk") ?? "", isLast: fields["isLast"]?.bool ?? false)
        case "checkpoint", "checkpointed": self = .checkpoint
        case "completed": self = .completed
        case "failed": self = .failed
        case "cancelled", "canceled": self = .cancelled
        case "created": self = .created
        case "running": self = .running
        case "paused": self = .paused
        case "resumed": self = .resumed
        case "started": self = .started
        case "restarted": self = .restarted
        default: self = .unknown(event)
        }
    }
}
