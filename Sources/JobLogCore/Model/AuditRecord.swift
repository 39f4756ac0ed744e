/// The `audit` in a log entry's metadata: what somebody has done to the job from outside, or asked for.
///
/// `{"action": "cancel", "by": "user@host"}`, with `"requested": true` where only the worker can do it, and with the
/// job's `state` where the log might otherwise be the only witness of it; `at` says of when that is, in Unix ms.
struct AuditRecord: Sendable, Hashable {
    var action: JobAction
    var by: String
    var isRequested = false
    var state: JobState?
    var at: Int64?
    var attempt: Int?

    init(_ action: JobAction, by: String) {
        self.action = action
        self.by = by
    }

    /// The record in an entry's metadata; nil where there is none.
    init?(metadata: JSONValue) {
        guard let audit = metadata["audit"], let action = audit["action"]?.string.flatMap(JobAction.init(rawValue:)),
            let by = audit["by"]?.string
        else { return nil }
        self.init(action, by: by)
        isRequested = audit["requested"]?.bool == true
        state = audit["state"]?.string.flatMap(JobState.init(wire:))
        at = UnixTime.milliseconds(audit["at"])
        attempt = audit["attempt"]?.lenientInt
    }

    /// The entry's metadata.
    var metadata: JSONValue {
        var audit = JSONObject()
        audit.append("action", .string(action.rawValue))
        audit.append("by", .string(by))
        audit.append("requested", isRequested ? true : nil)
        audit.append("state", state.map { .string($0.rawValue) })
        audit.append("at", at.map { JSONValue($0) })
        audit.append("attempt", attempt.map { JSONValue($0) })
        return ["audit": .object(audit)]
    }
}
