import RedisClient

/// A command that joblog sends: who needs it, for what, and what becomes of that without it.
///
/// ``all`` is the one list of them. Rules, checks and docs/permissions.md are made of it, and `AccessTests` holds it
/// against what is really sent.
public struct AccessRight: Sendable {
    /// One use of a command.
    public struct Use: Sendable {
        /// Who uses it so.
        public let roles: Set<AccessRole>
        let objects: [AccessObject]
        /// Whether there is no other way.
        public let isEssential: Bool
        /// Whether it stands in no rules: the command does more than joblog needs, or is for where another is refused.
        public let isExtra: Bool
        /// What is so without it: the end of a sentence.
        public let without: String
    }

    /// Where a command is needed.
    public enum Condition: Sendable {
        /// Everywhere.
        case always
        /// Where the database is another one than 0.
        case otherDatabase
        /// Where a replica may be read, or Sentinels name the server.
        case replicas
        /// In a cluster.
        case cluster

        /// Whether it is so for a role at a server; a cluster is one that the URL names as such.
        func holds(for role: AccessRole, at url: RedisURL) -> Bool {
            switch (self, url.target) {
            case (.always, _), (.replicas, .sentinel), (.cluster, .cluster): true
            case (.otherDatabase, _): url.database != 0
            // Of a cluster those nodes are read that have slots.
            case (.replicas, .cluster), (.cluster, _): false
            case (.replicas, _): role != .worker
            }
        }
    }

    /// How it may be tried where nothing can be tried without being carried out.
    enum Trial: Sendable {
        /// It changes nothing.
        case harmless
        /// It changes the connection: by a subscriber.
        case subscription
        /// It belongs to transactions, and is tried outside of them.
        case outside
        /// It begins the transaction in which all others are tried.
        case transaction
        /// It would write, or nothing tells.
        case none
    }

    /// The command as an ACL has it, such as `client|tracking`.
    public let name: String
    /// Where it is needed.
    public let condition: Condition
    /// Its uses.
    public let uses: [Use]
    let trial: Trial
    /// The first version of Redis that has it, where that is a late one.
    let since: Int
    let word: StaticString
    /// The arguments with which it is tried on an object.
    let arguments: @Sendable (RedisArgument) -> [RedisArgument]

    init(
        _ word: StaticString, _ subcommand: StaticString? = nil, _ trial: Trial = .none, since: Int = 1,
        condition: Condition = .always, uses: [Use],
        arguments: @escaping @Sendable (RedisArgument) -> [RedisArgument]
    ) {
        let second = subcommand.map { "|" + "\($0)".lowercased() } ?? ""
        name = "\(word)".lowercased() + second
        self.word = word
        self.trial = trial
        self.since = since
        self.condition = condition
        self.uses = uses
        let first = subcommand.map { [RedisArgument.text("\($0)")] } ?? []
        self.arguments = { first + arguments($0) }
    }

    /// Its use for a role; nil where the role does without.
    public func use(of role: AccessRole) -> Use? { uses.first { $0.roles.contains(role) } }

    /// The command as people write it, such as `CLIENT TRACKING`.
    public var title: String { String(name.uppercased().map { $0 == "|" ? " " : $0 }) }

    /// What all its uses touch; nil stands for nothing.
    var objects: [AccessObject?] {
        let touched = Set(uses.flatMap(\.objects))
        return touched.isEmpty ? [nil] : AccessObject.allCases.filter(touched.contains)
    }

    /// The arguments with which it is tried.
    func arguments(on object: AccessObject?, _ keys: JobKeys) -> [RedisArgument] {
        guard let object else { return arguments(.bytes([])) }
        let name = object.probe(keys)
        return arguments(object.isChannel ? .bytes(name) : .key(name))
    }

    /// Whether a role's rules have it, for a server.
    func isInRules(of role: AccessRole, at url: RedisURL) -> Bool {
        use(of: role)?.isExtra == false && condition.holds(for: role, at: url)
    }
}
