/// A JSON object that keeps the order of its members and members that are there twice.
///
/// Lookup is linear: objects here have a dozen members, and many are never looked into.
public struct JSONObject: Sendable, Hashable {
    /// A name and its value.
    public struct Member: Sendable, Hashable {
        /// The member's name.
        public let key: String
        /// The member's value.
        public var value: JSONValue

        /// A member.
        public init(key: String, value: JSONValue) {
            self.key = key
            self.value = value
        }
    }

    /// All members in their order, doubles included.
    public private(set) var members: [Member]

    /// An object with these members; an empty one by default.
    public init(_ members: [Member] = []) {
        self.members = members
    }

    /// The value of `key`: the last one wins. Setting replaces it in its place and drops doubles, a new one goes to
    /// the end, nil removes it.
    public subscript(key: String) -> JSONValue? {
        get { members.last { $0.key == key }?.value }
        set {
            guard let newValue else {
                members.removeAll { $0.key == key }
                return
            }
            guard let last = members.lastIndex(where: { $0.key == key }) else {
                members.append(Member(key: key, value: newValue))
                return
            }
            members[last].value = newValue
            if members.firstIndex(where: { $0.key == key }) != last {
                members = members.enumerated().filter { $0.offset == last || $0.element.key != key }.map(\.element)
            }
        }
    }

    /// Appends a member when there is a value; for building output where unknown fields are left out.
    public mutating func append(_ key: String, _ value: JSONValue?) {
        if let value { members.append(Member(key: key, value: value)) }
    }

    /// Compact JSON in UTF-8.
    public func encode(escapeTerminal: Bool = false) -> [UInt8] {
        JSONValue.object(self).encode(escapeTerminal: escapeTerminal)
    }
}
