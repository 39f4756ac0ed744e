import JobLogAPI
import JobLogCore

/// Steps of a stream as server-sent events.
enum StreamText {
    /// What is sent for a step.
    static func text(of step: StreamStep, at relay: EventRelay) -> String {
        switch step {
        case .log(.entries(let entries)):
            entries.map { log($0.record, $0.position) }.joined()
        case .log(.gap(let missing)):
            event("gap", .object(object("missing", missing.map { JSONValue($0) })))
        case .log(.cleared): event("cleared", [:])
        case .log(.unreadable(let sentence)): event("unreadable", ["reason": .string(sentence)])
        case .job(let job): event("job", job.apiJSON(withDetail: true))
        case .gone(let id): event("job", ["id": .string(id.argument), "gone": true])
        case .event(let published): event("event", json(of: published), id: relay.position(after: published).text)
        case .reset: event("reset", [:])
        case .away(let reason): event("away", ["reason": .string(reason)])
        case .back: event("back", [:])
        case .dropped(let reason): event("dropped", ["reason": .string(reason)])
        case .end: event("end", [:])
        case .rest: ServerSentEvent.keepAlive
        }
    }

    /// What was published; where that is no JSON, as entries that are none are given.
    private static func json(of event: PublishedEvent) -> JSONValue {
        (try? JSONValue(parsing: event.payload)) ?? LogRecord(event.payload).json()
    }

    private static func object(_ name: String, _ value: JSONValue?) -> JSONObject {
        var object = JSONObject()
        object.append(name, value)
        return object
    }

    private static func log(_ record: LogRecord, _ position: LogPosition) -> String {
        var data = JSONWriter(escapeTerminal: true, capacity: record.bytes.count)
        data.value(record)
        return ServerSentEvent("log", data: String(decoding: data.bytes, as: UTF8.self), id: position.text).text
    }

    /// JSON has no line breaks of its own: one line holds it.
    private static func event(_ name: String, _ data: JSONValue, id: String? = nil) -> String {
        ServerSentEvent(name, data: data.text(escapeTerminal: true), id: id).text
    }
}
