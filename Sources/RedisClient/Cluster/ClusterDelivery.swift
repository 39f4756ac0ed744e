/// Decides to which nodes the commands of a pipeline go, and which of them must be sent again, until each has its reply.
///
/// Pure: it says what to do next, and is told what came of it. Commands for one slot stay in their order. Nothing is sent
/// a second time that may have been carried out, unless it only reads.
struct ClusterDelivery: Sendable {
    /// Commands that go to one node together, by their places in the pipeline.
    struct Part: Sendable, Hashable {
        let endpoint: RedisEndpoint
        /// Whether each is sent with `ASKING`.
        let isAsking: Bool
        var places: [Int]
    }

    /// What became of a part.
    struct Outcome: Sendable {
        /// The replies that came, in the order of the part's places.
        var replies: [RedisReply] = []
        /// Why no more came.
        var failure: RedisError?
        /// Whether those that are not answered may have been carried out.
        var isInDoubt = false
    }

    /// What to do next.
    enum Step: Sendable, Hashable {
        /// Send these, all before any is waited for.
        case send([Part])
        /// Find out anew which node has which slots.
        case learn
        /// Wait for so long.
        case wait(Duration)
        /// Take the ``replies``.
        case finish
    }

    /// How long to wait before each further attempt where a node is away or the cluster cannot serve; then it is given up.
    static let pauses: [Duration] = [.zero, .milliseconds(50)] + [1, 2, 4, 8].map { .milliseconds(100 * $0) }
    /// How many times in a row nodes may refer to each other.
    static let mostReferrals = 16

    private let commands: [RedisCommand]
    private let isTransaction: Bool
    /// Nodes that were given up a moment ago: they are not waited for again.
    private let impatient: Set<RedisEndpoint>
    private var answers: [RedisReply?]
    private var due: [Int]
    private var announcements: [Int] = []
    private var asked: [Int: RedisEndpoint] = [:]
    private var failed: Set<RedisEndpoint> = []
    private var referrals = 0
    private var wasReferred = false
    private var attempts = 0
    private var isPausing = false
    private var isLearning = false
    /// The nodes that were given up.
    private(set) var givenUp: Set<RedisEndpoint> = []
    /// The nodes that answered.
    private(set) var reached: Set<RedisEndpoint> = []
    /// What no reply can tell: it is not known whether some of the commands were carried out.
    private(set) var failure: RedisError?

    /// A delivery that begins.
    ///
    /// - Parameters:
    ///   - commands: the pipeline.
    ///   - isTransaction: whether they are one transaction of one key, from `MULTI` to `EXEC`.
    ///   - impatient: nodes that are not waited for.
    init(_ commands: [RedisCommand], isTransaction: Bool = false, impatient: Set<RedisEndpoint> = []) {
        self.commands = commands
        self.isTransaction = isTransaction
        self.impatient = impatient
        answers = Array(repeating: nil, count: commands.count)
        due = Array(commands.indices)
        guard !isTransaction, commands.contains(where: \.isAnnouncement) else { return }
        announcements = due.filter { commands[$0].isAnnouncement }
        due.removeAll { commands[$0].isAnnouncement }
    }

    /// One reply a command, in order.
    var replies: [RedisReply] { answers.compactMap(\.self) }

    /// Whether anything that writes was carried out.
    var hasWritten: Bool { zip(commands, answers).contains { $1.map { $0.kind != .error } ?? false && !$0.isHarmless } }

    /// What to do now.
    mutating func next(_ topology: ClusterTopology) -> Step {
        if failure != nil { return .finish }
        if wasReferred {
            wasReferred = false
            referrals += 1
        }
        if isLearning {
            isLearning = false
            return .learn
        }
        if isPausing {
            isPausing = false
            attempts += 1
            let pause = Self.pauses[attempts - 1]
            if pause > .zero { return .wait(pause) }
        }
        if due.isEmpty { (due, announcements) = (announcements, []) }
        if due.isEmpty { return .finish }
        defer {
            due = []
            asked = [:]
        }
        return .send(parts(topology))
    }

    private func parts(_ topology: ClusterTopology) -> [Part] {
        var parts: [Part] = []
        // Nearly all go to a node that has a part already.
        var places: [RedisEndpoint: Int] = [:]
        var last: Int?
        let home = home(topology)
        for place in isTransaction ? due : due.sorted() {
            let asking = asked[place]
            guard let endpoint = asking ?? endpoint(of: commands[place], topology) ?? home else { continue }
            if let last, parts[last].endpoint == endpoint, parts[last].isAsking == (asking != nil) {
                parts[last].places.append(place)
                continue
            }
            let known = places[endpoint].flatMap { parts[$0].isAsking == (asking != nil) ? $0 : nil }
            if let known {
                parts[known].places.append(place)
            } else {
                places[endpoint] = parts.count
                parts.append(Part(endpoint: endpoint, isAsking: asking != nil, places: [place]))
            }
            last = known ?? parts.count - 1
        }
        return parts
    }

    private func endpoint(of command: RedisCommand, _ topology: ClusterTopology) -> RedisEndpoint? {
        if isTransaction { return nil }
        guard case .slot(let slot) = command.addressees else { return nil }
        return topology.owner(of: slot)
    }

    /// Where commands go that can go anywhere: along with one that cannot.
    private func home(_ topology: ClusterTopology) -> RedisEndpoint? {
        for command in commands where !command.isAnnouncement {
            guard case .slot(let slot) = command.addressees else { continue }
            guard let owner = topology.owner(of: slot) else { break }
            if isTransaction || !failed.contains(owner) { return owner }
        }
        let all = topology.primaries.map(\.endpoint) + topology.endpoints
        return all.first { !failed.contains($0) } ?? all.first
    }

    /// What stands in place of the answers of a node that does not answer, in the words of a server.
    static func absence(of endpoint: RedisEndpoint, _ error: RedisError) -> String {
        let why = error.isConnectionFailure ? "cannot be reached" : "does not let anybody in: \(error.message)"
        return "CLUSTERDOWN the node \(endpoint) \(why)"
    }

    // MARK: - What came of it

    /// Takes what became of a part, and learns from it where slots are.
    mutating func take(_ outcome: Outcome, of part: Part, _ topology: inout ClusterTopology) {
        if isTransaction {
            takeTransaction(outcome, of: part, &topology)
        } else {
            for (place, reply) in zip(part.places, outcome.replies) { take(reply, at: place, of: part, &topology) }
        }
        guard let error = outcome.failure else {
            reached.insert(part.endpoint)
            failed.remove(part.endpoint)
            return
        }
        let rest = isTransaction ? part.places : Array(part.places.dropFirst(outcome.replies.count))
        failed.insert(part.endpoint)
        if outcome.isInDoubt, !rest.allSatisfy({ commands[$0].isHarmless }) {
            failure = failure ?? error
            return
        }
        // Whoever has its slots now is known to the others.
        isLearning = true
        let refusal = RedisReply(error: Self.absence(of: part.endpoint, error))
        for place in rest { postpone(place, refusal, of: part, hasWaited: error.code == .timedOut) }
    }

    private mutating func take(
        _ reply: RedisReply, at place: Int, of part: Part, _ topology: inout ClusterTopology
    ) {
        guard reply.kind == .error, let text = reply.error?.serverMessage,
            let refusal = ClusterRefusal(text, from: part.endpoint.host)
        else {
            answers[place] = reply
            return
        }
        switch refusal {
        case .notNow: postpone(place, reply, of: part)
        case .moved, .ask:
            guard follow(refusal, &topology) else { return answers[place] = reply }
            if case .ask(let endpoint) = refusal { asked[place] = endpoint }
            due.append(place)
        }
    }

    /// A transaction of which any command was refused is discarded as a whole.
    private mutating func takeTransaction(_ outcome: Outcome, of part: Part, _ topology: inout ClusterTopology) {
        guard outcome.failure == nil else { return }
        let refused = outcome.replies.lazy.compactMap { reply -> (RedisReply, ClusterRefusal)? in
            guard reply.kind == .error, let text = reply.error?.serverMessage else { return nil }
            return ClusterRefusal(text, from: part.endpoint.host).map { (reply, $0) }
        }.first
        switch refused {
        case (let reply, .notNow)?:
            for place in part.places { postpone(place, reply, of: part) }
        case (_, let refusal)? where follow(refusal, &topology):
            if case .ask(let endpoint) = refusal { for place in part.places { asked[place] = endpoint } }
            due = part.places
        default:
            for (place, reply) in zip(part.places, outcome.replies) { answers[place] = reply }
        }
    }

    /// Goes where a node refers to; false where they have done so for too long.
    private mutating func follow(_ refusal: ClusterRefusal, _ topology: inout ClusterTopology) -> Bool {
        if case .moved(let slot, let endpoint) = refusal { topology.learn(slot, at: endpoint) }
        wasReferred = true
        return referrals < Self.mostReferrals
    }

    /// Tries again later, or gives up: at once where it was waited long enough already.
    private mutating func postpone(
        _ place: Int, _ refusal: RedisReply, of part: Part, hasWaited: Bool = false
    ) {
        guard attempts < Self.pauses.count, !hasWaited, !impatient.contains(part.endpoint) else {
            answers[place] = refusal
            givenUp.insert(part.endpoint)
            return
        }
        isPausing = true
        due.append(place)
    }
}
