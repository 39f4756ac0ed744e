/// Where something stands in a text.
public struct YAMLMark: Sendable, Hashable {
    /// The line, from 1.
    public let line: Int
    /// The column, in characters from 1.
    public let column: Int

    /// A place in a text.
    public init(line: Int, column: Int) {
        self.line = line
        self.column = column
    }
}

/// What is wrong in a text, and where: a sentence that says what to do.
public struct YAMLError: Error, Hashable, CustomStringConvertible {
    /// Where.
    public let mark: YAMLMark
    /// What.
    public let message: String

    /// `3:12: the sentence`.
    public var description: String { "\(mark.line):\(mark.column): \(message)" }
}

/// A value in a YAML document, and where it begins.
public struct YAMLNode: Sendable {
    /// A member of a mapping.
    public struct Member: Sendable {
        /// The name.
        public let key: String
        /// Where the name begins.
        public let mark: YAMLMark
        /// What stands behind it.
        public let value: YAMLNode
    }

    /// What a node holds.
    public enum Content: Sendable {
        /// Text; whether it stands there without quotes, so that it may mean a number, true, or nothing.
        case scalar(String, isPlain: Bool)
        /// Values in their order.
        case sequence([YAMLNode])
        /// Names with values, in their order; no name occurs twice.
        case mapping([Member])
    }

    /// Where the value begins.
    public let mark: YAMLMark
    /// The value.
    public let content: Content

    /// The text; nil of a list, a mapping, or of nothing.
    public var text: String? {
        guard case .scalar(let text, _) = content, !isNull else { return nil }
        return text
    }

    /// Whether nothing stands there, or `null`.
    public var isNull: Bool {
        guard case .scalar(let text, isPlain: true) = content else { return false }
        return ["", "~", "null", "Null", "NULL"].contains(text)
    }

    /// True or false, as YAML 1.2 writes it; nil for anything else. In quotes it is text.
    public var bool: Bool? {
        guard case .scalar(let text, isPlain: true) = content else { return nil }
        switch text {
        case "true", "True", "TRUE": return true
        case "false", "False", "FALSE": return false
        default: return nil
        }
    }

    /// A decimal number without a fraction; nil for anything else.
    public var int: Int? {
        guard case .scalar(let text, isPlain: true) = content else { return nil }
        return Int(text)
    }

    /// The values of a list; nil of anything else.
    public var items: [YAMLNode]? {
        guard case .sequence(let items) = content else { return nil }
        return items
    }

    /// The members of a mapping; nil of anything else.
    public var members: [Member]? {
        guard case .mapping(let members) = content else { return nil }
        return members
    }

    /// A member of a mapping by its name.
    public subscript(key: String) -> YAMLNode? { members?.first { $0.key == key }?.value }
}
