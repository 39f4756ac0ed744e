import JobLogCore

/// What every stream tells besides what it is for: how it goes, and how the server's connection does.
protocol StreamEvent: Sendable {
    static func connected(isAgain: Bool) -> Self
    static func away(_ reason: String) -> Self
    static var back: Self { get }
    static func lost(_ reason: String, attempt: Int) -> Self

    /// What an event that only this stream has means; nil for one that is not known.
    init?(own event: ServerSentEvent, _ data: JSONValue?)
}

extension StreamEvent {
    /// What an event of the stream means; nil for one that is not known.
    init?(_ event: ServerSentEvent) {
        let data = try? JSONValue(parsing: event.data)
        switch event.name {
        case "away": self = .away(data.sentence(or: "Redis cannot be reached."))
        case "back": self = .back
        case "dropped": self = .lost(data.sentence(or: "The stream was read too slowly."), attempt: 1)
        case "end": self = .lost("The server shuts down.", attempt: 1)
        default: self.init(own: event, data)
        }
    }

    /// What is told by what was read.
    static func all(in news: StreamReader.News) -> [Self] {
        switch news {
        case .connected(let isAgain): [.connected(isAgain: isAgain)]
        case .events(let events): events.compactMap { Self($0) }
        case .lost(let error, let attempt): [.lost(error.message, attempt: attempt)]
        }
    }
}

extension Optional<JSONValue> {
    /// The reason that an event gives, as one line.
    func sentence(or usual: String) -> String {
        TerminalText.line(self?["reason"]?.string ?? self?["error"]?.string ?? usual)
    }
}
