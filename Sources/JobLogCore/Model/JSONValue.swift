/// Any JSON value, kept so that nothing a writer sent is lost: numbers as they were written, members in their order.
///
/// Foundation's JSON is avoided for start-up time and because it turns numbers into doubles.
public enum JSONValue: Sendable, Hashable {
    /// `null`.
    case null
    /// `true` or `false`.
    case bool(Bool)
    /// A number, as its text.
    case number(JSONNumber)
    /// A string; lone surrogates and invalid UTF-8 have become U+FFFD.
    case string(String)
    /// An array.
    case array([JSONValue])
    /// An object.
    case object(JSONObject)

    /// The member `key` of an object (the last one when it is there twice); nil for anything else.
    public subscript(key: String) -> JSONValue? { object?[key] }

    /// The text of a string; nil for anything else.
    public var string: String? {
        if case .string(let text) = self { text } else { nil }
    }

    /// The value of a bool; nil for anything else.
    public var bool: Bool? {
        if case .bool(let flag) = self { flag } else { nil }
    }

    /// The whole number of a number; nil for anything else, fractions and numbers beyond `Int`.
    public var int: Int? {
        if case .number(let number) = self { number.int } else { nil }
    }

    /// The number; nil for anything else and for numbers beyond `Double`.
    public var double: Double? {
        if case .number(let number) = self { number.double } else { nil }
    }

    /// The number, also when a writer sent it as a string.
    public var lenientDouble: Double? {
        switch self {
        case .number(let number): number.double
        case .string(let text): JSONNumber(text: text)?.double
        default: nil
        }
    }

    /// The whole number, also when a writer sent it as a string; a fraction is cut off.
    public var lenientInt: Int? {
        switch self {
        case .number(let number): number.int ?? number.double.flatMap { Int(exactly: $0.rounded(.towardZero)) }
        case .string(let text): JSONNumber(text: text).flatMap { JSONValue.number($0).lenientInt }
        default: nil
        }
    }

    /// The text of a string, else the JSON text of the value; nil for `null`.
    public var lenientText: String? {
        switch self {
        case .null: nil
        case .string(let text): text
        default: text()
        }
    }

    /// The elements of an array; nil for anything else.
    public var array: [JSONValue]? {
        if case .array(let elements) = self { elements } else { nil }
    }

    /// The object; nil for anything else.
    public var object: JSONObject? {
        if case .object(let object) = self { object } else { nil }
    }

    /// Whether this is `null`.
    public var isNull: Bool { self == .null }

    /// The value; nil when it is `null`, which most writers mean as "none".
    public var nonNull: JSONValue? { isNull ? nil : self }

    /// Parses UTF-8 JSON text (RFC 8259, nothing more).
    ///
    /// - Throws: ``JSONError`` with the offset of the first byte that does not fit.
    public init(parsing bytes: ArraySlice<UInt8>, maximumDepth: Int = JSONParser.defaultDepth) throws(JSONError) {
        self = try JSONParser.parse(bytes, maximumDepth: maximumDepth)
    }

    /// Parses JSON text.
    ///
    /// - Throws: ``JSONError`` with the offset in UTF-8 bytes.
    public init(parsing text: String, maximumDepth: Int = JSONParser.defaultDepth) throws(JSONError) {
        self = try JSONParser.parse(Array(text.utf8)[...], maximumDepth: maximumDepth)
    }

    /// A number from a whole number.
    public init(_ value: some BinaryInteger) { self = .number(JSONNumber(value)) }

    /// A number printed as JavaScript prints it; `null`, as `JSON.stringify` has it, for NaN and infinity.
    public init(_ value: Double) { self = JSONNumber(value).map(JSONValue.number) ?? .null }

    /// A string.
    public init(_ text: String) { self = .string(text) }

    /// Compact JSON in UTF-8. `escapeTerminal` writes what could steer a terminal as `\uXXXX`: the same data, harmless.
    public func encode(escapeTerminal: Bool = false) -> [UInt8] {
        var writer = JSONWriter(escapeTerminal: escapeTerminal)
        writer.value(self)
        return writer.bytes
    }

    /// Compact JSON as a string.
    public func text(escapeTerminal: Bool = false) -> String {
        String(decoding: encode(escapeTerminal: escapeTerminal), as: UTF8.self)
    }
}

// There is no nil literal for null: it would turn the `nil` of a missing value into a value.
extension JSONValue: ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral,
    ExpressibleByFloatLiteral, ExpressibleByStringLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    /// A bool.
    public init(booleanLiteral value: Bool) { self = .bool(value) }
    /// A whole number.
    public init(integerLiteral value: Int) { self.init(value) }
    /// A number, printed as JavaScript prints it.
    public init(floatLiteral value: Double) { self.init(value) }
    /// A string.
    public init(stringLiteral value: String) { self = .string(value) }
    /// An array.
    public init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
    /// An object with the members in the order written.
    public init(dictionaryLiteral elements: (String, JSONValue)...) {
        self = .object(JSONObject(elements.map { JSONObject.Member(key: $0.0, value: $0.1) }))
    }
}
