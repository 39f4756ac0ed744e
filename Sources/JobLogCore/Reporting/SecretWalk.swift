/// Walks a JSON value for ``SecretScrubber`` with a stack of its own, so that no depth overflows the thread's.
struct SecretWalk {
    /// How many names a finding's path shows at either end.
    private static let shownNames = 8

    /// An array or object that is being rebuilt.
    private struct Open {
        enum Content {
            case array([JSONValue])
            case object([JSONObject.Member])
        }

        let source: Content
        /// Whether all in it is secret because of a name further out.
        let isSecret: Bool
        var next = 0
        var elements: [JSONValue] = []
        var members: [JSONObject.Member] = []

        var count: Int {
            switch source {
            case .array(let values): values.count
            case .object(let members): members.count
            }
        }
    }

    private(set) var findings: [SecretScrubber.Finding] = []
    private let scrubber: SecretScrubber
    private let names: SecretNames
    private let root: String
    private var open: [Open] = []

    init(scrubber: SecretScrubber, names: SecretNames, root: String) {
        self.scrubber = scrubber
        self.names = names
        self.root = root
    }

    mutating func run(_ value: JSONValue) -> JSONValue {
        guard var result = enter(value, isSecret: false) else { return drain() }
        result = scrubbedLeaf(result, isSecret: false)
        return result
    }

    /// Rebuilds what was opened, innermost first, until the outermost is done.
    private mutating func drain() -> JSONValue {
        while true {
            let top = open.count - 1
            guard open[top].next < open[top].count else {
                let done = open.removeLast()
                let value: JSONValue =
                    switch done.source {
                    case .array: .array(done.elements)
                    case .object: .object(JSONObject(done.members))
                    }
                guard !open.isEmpty else { return value }
                place(value)
                continue
            }
            let (child, isSecret) = nextChild(top)
            if let leaf = enter(child, isSecret: isSecret) { place(scrubbedLeaf(leaf, isSecret: isSecret)) }
        }
    }

    private func nextChild(_ top: Int) -> (JSONValue, isSecret: Bool) {
        let parent = open[top]
        switch parent.source {
        case .array(let values):
            return (values[parent.next], parent.isSecret)
        case .object(let members):
            let member = members[parent.next]
            // Under a secret name a number may still be a count: `tokens: {"prompt": 12}`.
            return (
                member.value, parent.isSecret || scrubber.isSecret(name: member.key, value: member.value)
            )
        }
    }

    /// Opens an array or object; hands a leaf back.
    private mutating func enter(_ value: JSONValue, isSecret: Bool) -> JSONValue? {
        switch value {
        case .array(let values): open.append(Open(source: .array(values), isSecret: isSecret))
        case .object(let object): open.append(Open(source: .object(object.members), isSecret: isSecret))
        default: return value
        }
        return nil
    }

    /// Puts a finished value into the innermost that is open.
    private mutating func place(_ value: JSONValue) {
        let top = open.count - 1
        switch open[top].source {
        case .array: open[top].elements.append(value)
        case .object(let members):
            let key = members[open[top].next].key
            open[top].members.append(JSONObject.Member(key: scrubbedKey(key), value: value))
        }
        open[top].next += 1
    }

    private mutating func scrubbedLeaf(_ value: JSONValue, isSecret: Bool) -> JSONValue {
        switch value {
        case .string(let text):
            if isSecret {
                guard !text.isEmpty, text != SecretScrubber.replacement else { return value }
                findings.append(SecretScrubber.Finding(path: path, reason: .name))
                return .string(SecretScrubber.replacement)
            }
            let (scrubbed, found) = scrubber.scrub(text, path: "")
            guard !found.isEmpty else { return value }
            let path = path
            findings += found.map { SecretScrubber.Finding(path: path, reason: $0.reason) }
            return .string(scrubbed)
        case .number:
            guard isSecret, !isCount else { return value }
            findings.append(SecretScrubber.Finding(path: path, reason: .name))
            return .string(SecretScrubber.replacement)
        default: return value
        }
    }

    /// Whether the number that is looked at lies below a plural, as in `tokens: {"prompt": 12}`.
    private var isCount: Bool {
        for level in open.reversed() {
            guard case .object(let members) = level.source, level.next < members.count else { continue }
            let member = members[level.next]
            if scrubber.isSecret(name: member.key, value: .array([])) {
                return !scrubber.isSecret(name: member.key, value: 0)
            }
        }
        return false
    }

    private mutating func scrubbedKey(_ key: String) -> String {
        let (scrubbed, found) = scrubber.scrub(key, path: "")
        guard !found.isEmpty else { return key }
        findings += found.map { SecretScrubber.Finding(path: root, reason: $0.reason) }
        return scrubbed
    }

    /// The path of what is being looked at.
    private var path: String {
        var text = root
        for (depth, level) in open.enumerated() {
            if depth >= Self.shownNames, depth < open.count - Self.shownNames {
                if depth == Self.shownNames { text += "…" }
                continue
            }
            switch level.source {
            case .array: text += "[\(level.next)]"
            case .object(let members):
                // A name that holds a secret is not spelled out.
                let key = members[level.next].key
                let shown = key.utf8.count <= 64 ? scrubber.scrub(key, path: "").text : "…"
                text += ".\(shown)"
            }
        }
        return text
    }
}
