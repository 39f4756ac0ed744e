/// How somebody looked at a log: what was asked of it, and where in it he was. Lines are told by their number in the log as
/// it is stored in a bundle.
package struct LogView: Sendable, Hashable {
    /// Something that lines must be.
    package struct Filter: Sendable, Hashable {
        /// As it was typed, without a `!`.
        package var text: String
        /// Whether lines are wanted in which it does not occur.
        package var isInverted: Bool
        /// Whether it is meant letter by letter.
        package var isLiteral: Bool

        /// A filter.
        package init(text: String, isInverted: Bool = false, isLiteral: Bool = false) {
            self.text = text
            self.isInverted = isInverted
            self.isLiteral = isLiteral
        }
    }

    /// The least level.
    package var least = LogLevel.debug
    /// The filters, in their order.
    package var filters: [Filter] = []
    /// What was looked for.
    package var search: Filter?
    /// The earliest and the latest time, Unix ms.
    package var since: Int64?
    package var until: Int64?
    /// How the times were asked for.
    package var rangeText: String?
    /// Whether other lines were dimmed and not hidden.
    package var dims = false
    /// Whether long lines were wrapped; nil where nobody looked.
    package var wraps: Bool?
    /// How times were shown.
    package var times: String?
    /// The line of the cursor; nil for the end, which was followed.
    package var place: Int?
    /// The marked lines.
    package var marked: [Int] = []

    /// All lines, at the end.
    package init() {}

    init(_ value: JSONValue?) {
        self.init()
        guard let value else { return }
        least = value["level"]?.string.flatMap { LogLevel(wire: $0) } ?? .debug
        filters = value["filters"]?.array?.compactMap { Filter($0) } ?? []
        search = value["search"].flatMap { Filter($0) }
        since = value["since"]?.int.map { Int64($0) }
        until = value["until"]?.int.map { Int64($0) }
        rangeText = value["range"]?.string
        dims = value["dims"]?.bool ?? false
        wraps = value["wraps"]?.bool
        times = value["times"]?.string
        place = value["line"]?.int
        marked = value["marked"]?.array?.compactMap(\.int) ?? []
    }

    var json: JSONValue {
        var object = JSONObject()
        object.append("level", .string(least.wire))
        object.append("filters", .array(filters.map(\.json)))
        object.append("search", search?.json)
        object.append("since", since.map { JSONValue($0) })
        object.append("until", until.map { JSONValue($0) })
        object.append("range", rangeText.map(JSONValue.string))
        object.append("dims", .bool(dims))
        object.append("wraps", wraps.map { .bool($0) })
        object.append("times", times.map(JSONValue.string))
        object.append("line", place.map { JSONValue($0) })
        object.append("marked", .array(marked.map { JSONValue($0) }))
        return .object(object)
    }
}

extension LogView.Filter {
    fileprivate init?(_ value: JSONValue) {
        guard let text = value["text"]?.string else { return nil }
        self.init(
            text: text, isInverted: value["inverted"]?.bool ?? false, isLiteral: value["literal"]?.bool ?? false)
    }

    fileprivate var json: JSONValue {
        ["text": .string(text), "inverted": .bool(isInverted), "literal": .bool(isLiteral)]
    }
}
