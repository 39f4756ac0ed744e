import JobLogCore

/// The bytes of a request: a header line, then for each item a header line with its length and its payload.
enum SentryEnvelope {
    /// An envelope of an event, of what was dropped, or of both.
    ///
    /// - Parameters:
    ///   - flight: what to send.
    ///   - configuration: where to, and how an event is made.
    ///   - sentAt: now, in Unix ms.
    /// - Returns: the body of the request.
    static func encode(_ flight: SentryOutbox.Flight, configuration: SentryConfiguration, sentAt: Int64) -> [UInt8] {
        var header = JSONObject()
        header.append("event_id", flight.item.map { .string($0.id) })
        header.append("sent_at", .string(ISO8601.text(sentAt)))
        header.append("dsn", .string(configuration.dsn.full))
        header.append("sdk", ["name": .string(SentrySDK.name), "version": .string(SentrySDK.version)])
        var bytes = header.encode()
        if let item = flight.item {
            var event = SentryEvent(id: item.id, report: item.report, configuration: configuration)
            append("event", event.encode(), to: &bytes)
        }
        if !flight.discarded.isEmpty {
            append("client_report", clientReport(flight.discarded, at: sentAt), to: &bytes)
        }
        bytes.append(UInt8(ascii: "\n"))
        return bytes
    }

    private static func clientReport(_ discarded: [SentryDiscard: Int], at time: Int64) -> [UInt8] {
        let events = SentryDiscard.allCases.compactMap { reason -> JSONValue? in
            guard let count = discarded[reason] else { return nil }
            return ["reason": .string(reason.rawValue), "category": "error", "quantity": JSONValue(count)]
        }
        let report: JSONObject = JSONObject([
            .init(key: "timestamp", value: .string(ISO8601.text(time))),
            .init(key: "discarded_events", value: .array(events)),
        ])
        return report.encode()
    }

    private static func append(_ type: String, _ payload: [UInt8], to bytes: inout [UInt8]) {
        var header = JSONObject()
        header.append("type", .string(type))
        if type == "event" { header.append("content_type", "application/json") }
        header.append("length", JSONValue(payload.count))
        bytes.append(UInt8(ascii: "\n"))
        bytes += header.encode()
        bytes.append(UInt8(ascii: "\n"))
        bytes += payload
    }
}
