/// A checkpoint of a job (`checkpoint:{id}`), decoded leniently: every field may be missing.
public struct Checkpoint: Sendable, Hashable {
    /// The job's id as the checkpoint has it; the key's id is the one that counts.
    public var jobID: String?
    /// The owner.
    public var userID: String?
    /// The number of the event it belongs to.
    public var sequence: Int?
    /// When it was taken, Unix time in ms.
    public var timestamp: Int64?
    /// The step that had been reached.
    public var step: String?
    /// 0 to 100.
    public var progress: Double?
    /// Text produced so far.
    public var partialOutput: String?
    /// What the worker needs to go on; nil when there is none.
    public var customData: JSONValue?
    /// The size of the stored JSON in bytes; 0 when it was not read from Redis.
    public var byteCount: Int

    /// A checkpoint of these parts.
    public init(
        jobID: String? = nil, userID: String? = nil, sequence: Int? = nil, timestamp: Int64? = nil,
        step: String? = nil, progress: Double? = nil, partialOutput: String? = nil, customData: JSONValue? = nil,
        byteCount: Int = 0
    ) {
        self.jobID = jobID
        self.userID = userID
        self.sequence = sequence
        self.timestamp = timestamp
        self.step = step
        self.progress = progress
        self.partialOutput = partialOutput
        self.customData = customData
        self.byteCount = byteCount
    }

    /// The checkpoint that `bytes` hold; nil when they are not a JSON object.
    public static func decode(_ bytes: ArraySlice<UInt8>) -> Checkpoint? {
        guard let value = try? JSONValue(parsing: bytes), value.object != nil else { return nil }
        return Checkpoint(
            jobID: value["jobId"]?.lenientText, userID: value["userId"]?.lenientText,
            sequence: value["sequence"]?.lenientInt, timestamp: UnixTime.milliseconds(value["timestamp"]),
            step: value["step"]?.lenientText, progress: Percent.clamp(value["progress"]?.lenientDouble),
            partialOutput: value["partialOutput"]?.lenientText,
            customData: value["customData"]?.nonNull, byteCount: bytes.count)
    }

    /// The JSON to store; parts that are nil are left out.
    public func encode() -> [UInt8] {
        var writer = JSONWriter(capacity: (partialOutput?.utf8.count ?? 0) + 160)
        writer.open()
        writer.member("jobId", jobID)
        writer.member("userId", userID)
        writer.member("sequence", sequence)
        writer.member("timestamp", timestamp)
        writer.member("step", step)
        writer.member("progress", number: progress)
        writer.member("partialOutput", partialOutput)
        writer.member("customData", value: customData)
        writer.close()
        return writer.bytes
    }
}
