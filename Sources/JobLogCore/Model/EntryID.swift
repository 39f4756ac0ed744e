/// The `id` of a log entry that joblog wrote: `{writer}-{counter}`, the counter padded so that text order is its order.
public struct EntryID: Sendable, Hashable {
    /// The run of a worker that wrote the entry.
    public let writer: Substring
    /// The entry's number among those that this run wrote to the job, from 1.
    public private(set) var count: Int

    init(writer: String, count: Int) {
        self.init(writer: writer[...], count: count)
    }

    private init(writer: Substring, count: Int) {
        self.writer = writer
        self.count = count
    }

    /// Becomes the id of the entry that this run writes to the job next.
    mutating func advance() -> EntryID {
        count += 1
        return self
    }

    /// How many digits the counter has at least, so that text order is its order.
    static let digits = 10

    /// Reads an id of this form; nil for one of another form.
    public init?(_ text: String) {
        guard let dash = text.lastIndex(of: "-"), let count = Int(text[text.index(after: dash)...]), count > 0
        else { return nil }
        writer = text[..<dash]
        self.count = count
    }

    /// The id as it stands in the entry.
    public var text: String {
        let number = String(count)
        return "\(writer)-" + String(repeating: "0", count: max(0, Self.digits - number.utf8.count)) + number
    }
}
