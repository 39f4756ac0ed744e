import JobLogCore

/// An event as it was published, with its number among all that this server has heard.
struct PublishedEvent: Sendable {
    var number: Int
    var job: JobID
    /// Whose job it is; nil where nobody's is known.
    var owner: String?
    /// What was published on `job:event:{id}`.
    var payload: ArraySlice<UInt8>
}

/// A place in what this server has heard, as the `id` of a server-sent event.
struct EventPosition: Sendable, Hashable {
    /// Which run of which server.
    var instance: String
    var number: Int

    init(instance: String, number: Int) {
        self.instance = instance
        self.number = number
    }

    /// Reads what ``text`` says; nil where it is no position.
    init?(_ text: some StringProtocol) {
        guard let dash = text.lastIndex(of: "-"), let number = Int(text[text.index(after: dash)...]) else { return nil }
        self.init(instance: String(text[..<dash]), number: number)
    }

    /// The position as the `id` of an event.
    var text: String { "\(instance)-\(number)" }
}

/// The newest events, so that a stream that was cut off can go on: nothing else keeps them.
///
/// Pure.
struct EventHistory: Sendable {
    /// How many events are held.
    static let most = 10_000
    /// How many bytes of events are held.
    static let mostBytes = 16 << 20

    private var events: [PublishedEvent] = []
    private var bytes = 0
    /// The number of the newest event.
    private(set) var newest = 0
    /// From which number on all are held.
    private var complete = 0

    /// Takes an event in, and gives it its number.
    mutating func add(_ payload: ArraySlice<UInt8>, of job: JobID, owner: String?) -> PublishedEvent {
        newest += 1
        // A copy: the slice would keep everything alive that was read with it.
        let event = PublishedEvent(number: newest, job: job, owner: owner, payload: Array(payload)[...])
        events.append(event)
        bytes += payload.count
        if events.count > 2 * Self.most || bytes > 2 * Self.mostBytes { trim() }
        return event
    }

    /// Events may have been published that were not heard.
    mutating func reset() {
        events = []
        bytes = 0
        // Who has heard all until here has not heard what came after.
        newest += 1
        complete = newest
    }

    /// The events after a number; nil where not all of them are held.
    func events(after number: Int) -> ArraySlice<PublishedEvent>? {
        guard number >= complete, number <= newest else { return nil }
        let place = events.firstIndex { $0.number > number } ?? events.endIndex
        return events[place...]
    }

    private mutating func trim() {
        var surplus = 0
        while events.count - surplus > Self.most || bytes > Self.mostBytes {
            bytes -= events[surplus].payload.count
            surplus += 1
        }
        events.removeFirst(surplus)
        complete = (events.first?.number ?? newest + 1) - 1
    }
}
