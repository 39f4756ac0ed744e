/// What a state record says of its job, all fields taken in one pass: of many jobs each is asked for most of them, and the
/// record itself looks for every field among all.
struct JobStateFields {
    private(set) var userID: String?
    private(set) var status: JobState?
    private(set) var progress: Double?
    private(set) var step: String?
    private(set) var type: String?
    private(set) var worker: String?
    private(set) var attempt: Int?
    private(set) var error: String?
    private(set) var result: JSONValue?
    private(set) var createdAt: Int64?
    private(set) var startedAt: Int64?
    private(set) var updatedAt: Int64?
    private(set) var completedAt: Int64?
    private(set) var failedAt: Int64?

    /// The fields of a record's object; of one that is there twice the last counts. ``JobStateRecord`` says what they mean.
    init(_ object: JSONObject) {
        for member in object.members {
            let value = member.value
            switch member.key {
            case "userId": userID = value.lenientText
            case "status": status = value.lenientText.flatMap(JobState.init(wire:))
            case "progress": progress = Percent.clamp(value.lenientDouble)
            case "step": step = value.lenientText
            case "type": type = value.lenientText
            case "worker": worker = value.lenientText
            case "attempt": attempt = value.lenientInt
            case "error": error = value.errorText
            case "result": result = value.nonNull
            case "createdAt": createdAt = UnixTime.milliseconds(value)
            case "startedAt": startedAt = UnixTime.milliseconds(value)
            case "updatedAt": updatedAt = UnixTime.milliseconds(value)
            case "completedAt": completedAt = UnixTime.milliseconds(value)
            case "failedAt": failedAt = UnixTime.milliseconds(value)
            default: break
            }
        }
    }

    /// When the record was last written, by the newest of its times; nil when it has none.
    var writtenAt: Int64? {
        if let updatedAt { return updatedAt }
        var newest: Int64?
        for case let time? in [createdAt, startedAt, completedAt, failedAt] { newest = max(newest ?? time, time) }
        return newest
    }
}
