extension JobReading {
    /// The job as the API tells it to a viewer: ``JobSnapshot/json()``, and beside it the whole checkpoint, the end of the
    /// log and what else there is to show of it.
    package func detail() -> JSONValue {
        var object = snapshot.json().object ?? JSONObject()
        // What `state` and `updatedAt` do not tell, and a viewer needs to let the job grow old.
        object.append("derived", snapshot.isDerived ? true : nil)
        object.append("lastHeard", snapshot.lastHeard.map { JSONValue($0) })
        object.append("checkpoint", checkpoint?.json())
        object.append("checkpointBytes", checkpoint.flatMap { $0.byteCount > 0 ? JSONValue($0.byteCount) : nil })
        object.append("tail", .array(tail.map { $0.json() }))
        object.append("tailBytes", tail.contains(where: \.isCut) ? .array(tail.map { JSONValue($0.size) }) : nil)
        object.append("counts", counts?.json())
        object.append("eventsOnly", isEventsOnly ? true : nil)
        object.append("problems", problems.isEmpty ? nil : .array(problems.map(JSONValue.string)))
        return .object(object)
    }

    /// The job that ``detail()`` or ``JobSnapshot/json()`` tells of, as it is at `now`, Unix ms; nil where there is no id.
    package init?(detail: JSONValue, now: Int64) {
        guard let id = JobID(json: detail) else { return nil }
        var checkpoint = detail["checkpoint"].flatMap { Checkpoint.decode($0.encode()[...]) }
        checkpoint?.byteCount = detail["checkpointBytes"]?.int ?? 0
        var snapshot = JobSnapshot(id: id, facts: detail, checkpoint: checkpoint)
        snapshot.lastHeard = snapshot.lastHeard ?? snapshot.updatedAt
        snapshot.age(to: now)
        let sizes = detail["tailBytes"]?.array ?? []
        let tail = (detail["tail"]?.array ?? []).enumerated().map { index, entry in
            let record = LogRecord(json: entry)
            let size = index < sizes.count ? sizes[index].int ?? 0 : 0
            return size > LargeEntry.limit ? record.beginning(ofSize: size) : record
        }
        self.init(
            snapshot: snapshot, tail: tail, counts: detail["counts"].flatMap { LogCounts(json: $0) },
            checkpoint: checkpoint ?? snapshot.checkpoint, isEventsOnly: detail["eventsOnly"]?.bool ?? false,
            wasRead: true, problems: detail["problems"]?.array?.compactMap(\.string) ?? [])
    }
}

extension JobID {
    /// The id that an object's `id` holds, or `idBase64` where its bytes are no text.
    package init?(json: JSONValue) {
        if let bytes = json["idBase64"]?.string.flatMap({ Base64.decode($0) }) {
            self.init(bytes: bytes)
        } else if let text = json["id"]?.string {
            self.init(text)
        } else {
            return nil
        }
        if isEmpty { return nil }
    }
}

extension LogCounts {
    /// `{errors, warnings}`, with `whole` where not all entries were counted, and the entries' times where they are known.
    func json() -> JSONValue {
        var object = JSONObject()
        object.append("errors", JSONValue(errors))
        object.append("warnings", JSONValue(warnings))
        object.append("whole", isWhole ? nil : false)
        object.append("times", times.map { .array($0.map { JSONValue($0) }) })
        return .object(object)
    }

    /// The counts that ``json()`` tells of; nil for anything else.
    init?(json: JSONValue) {
        guard let errors = json["errors"]?.int, let warnings = json["warnings"]?.int else { return nil }
        self.init()
        self.errors = max(0, errors)
        self.warnings = max(0, warnings)
        isWhole = json["whole"]?.bool ?? true
        times = json["times"]?.array?.compactMap { UnixTime.milliseconds($0) }
    }
}
