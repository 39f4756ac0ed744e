/// The JSON of `job:state:{id}`: typed access to the known fields over the whole object, so that fields which joblog
/// does not know survive a write.
///
/// Setting a field to nil removes it. Times are Unix ms; ISO 8601 text is understood too, and numbers are written.
public struct JobStateRecord: Sendable, Hashable {
    /// The whole object.
    public private(set) var object: JSONObject

    /// A record that only says whose job it is.
    public init(jobID: String, userID: String?) {
        object = JSONObject()
        object["jobId"] = .string(jobID)
        self.userID = userID
    }

    /// A record over an object.
    public init(_ object: JSONObject) {
        self.object = object
    }

    /// The record that `bytes` hold; nil when they are not a JSON object.
    public static func decode(_ bytes: ArraySlice<UInt8>) -> JobStateRecord? {
        (try? JSONValue(parsing: bytes))?.object.map(JobStateRecord.init)
    }

    /// The JSON to store.
    public func encode() -> [UInt8] { object.encode() }

    /// The job's id as the record has it.
    public var jobID: String? {
        get { text("jobId") }
        set { object["jobId"] = newValue.map(JSONValue.string) }
    }

    /// The owner.
    public var userID: String? {
        get { text("userId") }
        set { object["userId"] = newValue.map(JSONValue.string) }
    }

    /// The state; nil when it is missing or an unknown word.
    public var status: JobState? {
        get { text("status").flatMap(JobState.init(wire:)) }
        set { object["status"] = newValue.map { .string($0.rawValue) } }
    }

    /// The state as written, also when it is an unknown word.
    public var statusText: String? { text("status") }

    /// 0 to 100.
    public var progress: Double? {
        get { Percent.clamp(object["progress"]?.lenientDouble) }
        set { object["progress"] = Percent.clamp(newValue).map { JSONValue($0) } }
    }

    /// The number of the last event.
    public var lastSequence: Int? {
        get { object["lastSequence"]?.lenientInt }
        set { object["lastSequence"] = newValue.map { JSONValue($0) } }
    }

    /// The result of a completed job; nil also when it is null.
    public var result: JSONValue? {
        get { object["result"]?.nonNull }
        set { object["result"] = newValue }
    }

    /// The error's text, also from `{"message": …}`.
    public var error: String? {
        get { object["error"]?.errorText }
        set { object["error"] = newValue.map(JSONValue.string) }
    }

    /// When the job was created, Unix ms.
    public var createdAt: Int64? {
        get { time("createdAt") }
        set { setTime("createdAt", newValue) }
    }

    /// When anything here last changed, Unix ms.
    public var updatedAt: Int64? {
        get { time("updatedAt") }
        set { setTime("updatedAt", newValue) }
    }

    /// When the job was completed, Unix ms.
    public var completedAt: Int64? {
        get { time("completedAt") }
        set { setTime("completedAt", newValue) }
    }

    /// When the job failed, Unix ms.
    public var failedAt: Int64? {
        get { time("failedAt") }
        set { setTime("failedAt", newValue) }
    }

    /// When the job began to run, Unix ms.
    public var startedAt: Int64? {
        get { time("startedAt") }
        set { setTime("startedAt", newValue) }
    }

    /// The kind of job.
    public var type: String? {
        get { text("type") }
        set { object["type"] = newValue.map(JSONValue.string) }
    }

    /// The step the job is at.
    public var step: String? {
        get { text("step") }
        set { object["step"] = newValue.map(JSONValue.string) }
    }

    /// The worker that has the job.
    public var worker: String? {
        get { text("worker") }
        set { object["worker"] = newValue.map(JSONValue.string) }
    }

    /// Which try this is, from 1.
    public var attempt: Int? {
        get { object["attempt"]?.lenientInt }
        set { object["attempt"] = newValue.map { JSONValue($0) } }
    }

    /// When the record was last written, by the newest of its times; nil when it has none.
    public var writtenAt: Int64? {
        updatedAt ?? [createdAt, startedAt, completedAt, failedAt].compactMap(\.self).max()
    }

    private func text(_ key: String) -> String? { object[key]?.lenientText }

    private func time(_ key: String) -> Int64? { UnixTime.milliseconds(object[key]) }

    private mutating func setTime(_ key: String, _ time: Int64?) { object[key] = time.map { JSONValue($0) } }
}

extension JSONValue {
    /// The text of an error: a string, or the `message` of an object; nil for null.
    var errorText: String? { object?["message"]?.string ?? lenientText }
}
