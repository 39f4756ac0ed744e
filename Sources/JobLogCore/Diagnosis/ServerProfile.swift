import RedisClient

/// What a server tells of itself.
public struct ServerProfile: Sendable, Hashable {
    /// What it is: Redis, Valkey, KeyDB, Dragonfly.
    public var product = "Redis"
    /// Its version; nil where it does not tell.
    public var version: String?
    /// `standalone`, `cluster` or `sentinel`; nil where it does not tell.
    public var mode: String?
    /// `primary` or `replica`; nil where it does not tell.
    public var role: String?
    /// How many replicas a primary has.
    public var replicas: Int?
    /// Whether a replica has lost its primary.
    public var isCutOff = false
    /// How many bytes of memory it uses.
    public var usedMemory: Int?
    /// The ceiling of its memory; 0 for none.
    public var memoryLimit: Int?
    /// What it does at the ceiling.
    public var evictionPolicy: String?
    /// How many keys it has given up for want of memory since it was started.
    public var evictedKeys: Int?
    /// Why it does not tell more; what the server said.
    public var refusal: String?

    /// The first number of the version.
    var major: Int? { version.flatMap { $0.split(separator: ".").first }.flatMap { Int($0) } }

    /// The version of Redis with which a product that goes its own ways can be compared; nil where nobody knows.
    var redisMajor: Int? { product == "Redis" ? major : nil }

    /// What `HELLO` and `INFO` have answered; either may be refused.
    init(hello: RedisReply, info: RedisReply) {
        self.init(
            hello: hello.fields.compactMapValues { $0.string.map(RedisError.printable) }, info: info.string)
        refusal = info.error?.serverMessage
    }

    /// The fields of `HELLO`, and the text of `INFO`.
    init(hello fields: [String: String], info: String?) {
        version = fields["version"]
        mode = fields["mode"]
        role = Self.role(fields["role"])
        if let server = fields["server"], server != "redis" { product = Self.name(server) }
        if let info { take(Self.lines(info)) }
    }

    /// What the nodes of a cluster that have keys tell together; nil where there are none.
    static func merged(_ nodes: [ServerProfile]) -> ServerProfile? {
        guard var merged = nodes.first else { return nil }
        /// The sum, where all of them tell.
        func sum(_ value: (ServerProfile) -> Int?) -> Int? {
            let values = nodes.compactMap(value)
            return values.count == nodes.count ? values.reduce(0, +) : nil
        }
        merged.role = nil
        merged.replicas = nil
        merged.usedMemory = sum(\.usedMemory)
        merged.memoryLimit = nodes.contains { $0.memoryLimit == 0 } ? 0 : sum(\.memoryLimit)
        merged.evictedKeys = sum(\.evictedKeys)
        merged.refusal = nodes.lazy.compactMap(\.refusal).first
        return merged
    }

    private mutating func take(_ info: [Substring: Substring]) {
        func text(_ name: Substring) -> String? { info[name].map { RedisError.printable(String($0)) } }
        func number(_ name: Substring) -> Int? { info[name].flatMap { Int($0) } }
        version = text("redis_version") ?? version
        if let own = text("valkey_version") {
            (product, version) = ("Valkey", own)
        } else if let own = text("dragonfly_version") {
            (product, version) = ("Dragonfly", own)
        } else if info["mvcc_depth"] != nil || info["executable"]?.contains("keydb") == true {
            product = "KeyDB"
        }
        mode = text("redis_mode") ?? text("server_mode") ?? mode
        role = Self.role(text("role")) ?? role
        replicas = number("connected_slaves")
        isCutOff = info["master_link_status"] == "down"
        usedMemory = number("used_memory")
        memoryLimit = number("maxmemory")
        evictionPolicy = text("maxmemory_policy")
        evictedKeys = number("evicted_keys")
    }

    private static func name(_ server: String) -> String {
        RedisError.printable(server.prefix(1).uppercased() + server.dropFirst())
    }

    private static func role(_ word: String?) -> String? {
        switch word {
        case "master": "primary"
        case "slave": "replica"
        default: word
        }
    }

    private static func lines(_ text: String) -> [Substring: Substring] {
        var fields: [Substring: Substring] = [:]
        for line in text.split(whereSeparator: \.isNewline) {
            guard let colon = line.firstIndex(of: ":") else { continue }
            fields[line[..<colon]] = line[line.index(after: colon)...]
        }
        return fields
    }

    /// Whether the server may give keys up that joblog needs.
    var evicts: Bool { memoryLimit ?? 0 > 0 && evictionPolicy.map { $0 != "noeviction" } ?? false }

    /// How much of its memory is used, from 0 to 1 and beyond, where it refuses writes once that is full; nil where it does not,
    /// or does not tell.
    var fullness: Double? {
        guard let memoryLimit, memoryLimit > 0, let usedMemory, evictionPolicy == "noeviction" else { return nil }
        return Double(usedMemory) / Double(memoryLimit)
    }
}
