/// One step of a job's reasoning, decoded leniently: every field may be missing.
public struct ReasoningStep: Sendable, Hashable {
    /// What the job was at.
    public var step: String?
    /// What was decided; nil where nothing was.
    public var decision: String?
    /// Why.
    public var reasoning: String?
    /// How sure the job was, as it says; usually 0–1.
    public var confidence: Double?
    /// Unix time in ms.
    public var timestamp: Int64?
    /// What else the job says of it; nil when there is none.
    public var metadata: JSONValue?

    /// A step of these parts.
    public init(
        step: String? = nil, decision: String? = nil, reasoning: String? = nil, confidence: Double? = nil,
        timestamp: Int64? = nil, metadata: JSONValue? = nil
    ) {
        self.step = step
        self.decision = decision
        self.reasoning = reasoning
        self.confidence = confidence
        self.timestamp = timestamp
        self.metadata = metadata
    }

    /// The step that `bytes`, a `payload` of the stream, hold; nil when they are not a JSON object.
    public static func decode(_ bytes: ArraySlice<UInt8>) -> ReasoningStep? {
        guard let value = try? JSONValue(parsing: bytes), value.object != nil else { return nil }
        return ReasoningStep(
            step: value["step"]?.lenientText, decision: value["decision"]?.lenientText,
            reasoning: value["reasoning"]?.lenientText, confidence: value["confidence"]?.lenientDouble,
            timestamp: UnixTime.milliseconds(value["timestamp"]), metadata: value["metadata"]?.nonNull)
    }

    /// The JSON to store; parts that are nil are left out.
    public func encode() -> [UInt8] {
        var writer = JSONWriter(capacity: (reasoning?.utf8.count ?? 0) + 160)
        writer.open()
        writer.member("step", step)
        writer.member("decision", decision)
        writer.member("reasoning", reasoning)
        writer.member("confidence", number: confidence)
        writer.member("timestamp", timestamp)
        writer.member("metadata", value: metadata)
        writer.close()
        return writer.bytes
    }
}
