import JobLogCore

extension JobTurn {
    /// The job as ``JobSnapshot/json()`` has it, with `condition`, and `was` where it was known before; of one that is gone the
    /// id, and `gone` as its condition.
    func json() -> JSONValue {
        var object = job.json().object ?? JSONObject()
        object.append("condition", .string(to?.description ?? "gone"))
        object.append("was", from.map { .string($0.description) })
        return .object(object)
    }
}
