import RedisClient

/// What a doctor has found out about a server, its user and the jobs on it.
public struct Diagnosis: Sendable {
    /// How long the server took to answer.
    public struct Latency: Sendable {
        /// The middle of all answers.
        public let median: Duration
        /// The slowest.
        public let worst: Duration
        /// How often it was asked.
        public let count: Int
    }

    /// Something worth saying.
    public struct Finding: Sendable {
        /// Whether something does not work for it; otherwise it works in another way, or may become a problem.
        public let isProblem: Bool
        /// A sentence, without a full stop.
        public let text: String
        /// Keys or jobs of which it is so, a few; for people.
        public var examples: [String] = []
    }

    /// Where the server is.
    public let url: RedisURL
    /// Whom it is judged for.
    public let role: AccessRole
    /// What the server tells of itself.
    public var server: ServerProfile
    /// The name of the user; nil where the server does not tell.
    public var user: String?
    /// How long it took to answer.
    public var latency: Latency
    /// How far this machine's clock is ahead of the server's, in ms; nil where the server does not tell.
    public var clockSkew: Int64?
    /// What the user may do.
    public var access: AccessCheck
    /// The jobs.
    public var jobs: JobCensus

    /// Whether nothing is found that does not work.
    public var isWell: Bool { !findings.contains(where: \.isProblem) }

    /// What is worth saying, problems first.
    public var findings: [Finding] {
        let all = serverFindings + clockFindings + accessFindings + jobFindings
        return all.filter(\.isProblem) + all.filter { !$0.isProblem }
    }

    private var writes: Bool { role != .readOnly }

    private var serverFindings: [Finding] {
        var found: [Finding] = []
        if server.mode == "sentinel" {
            found.append(
                Finding(isProblem: true, text: "this is a sentinel, which has no jobs; connect to its primary"))
        }
        if server.role == "replica" {
            found.append(
                Finding(
                    isProblem: writes,
                    text: "this is a replica, on which nothing can be written; connect to its primary to write"))
        }
        if server.isCutOff {
            found.append(Finding(isProblem: true, text: "this replica has lost its primary: what it shows is old"))
        }
        if let evicted = server.evictedKeys, evicted > 0 {
            found.append(
                Finding(
                    isProblem: true,
                    text:
                        "the server has given up \(evicted) keys for want of memory since it was started, logs perhaps "
                        + "among them; raise maxmemory"))
        } else if server.evicts, let policy = server.evictionPolicy {
            found.append(
                Finding(
                    isProblem: false,
                    text:
                        "with maxmemory-policy \(policy) the server gives up keys, logs too, when its memory is full; "
                        + "noeviction keeps them"))
        }
        if server.refusal != nil {
            found.append(
                Finding(isProblem: false, text: "INFO is refused: memory, eviction and replication are not known"))
        }
        return found
    }

    private var clockFindings: [Finding] {
        guard let clockSkew, abs(clockSkew) >= 1_000 else { return [] }
        return [
            Finding(
                isProblem: abs(clockSkew) >= 60_000,
                text:
                    "this machine's clock is \(Durations.text(abs(clockSkew))) \(clockSkew > 0 ? "ahead of" : "behind") "
                    + "the server's: ages and stalled jobs are told wrongly; set it by NTP")
        ]
    }

    private var accessFindings: [Finding] {
        let missing = access.missing(role, at: url).compactMap { missing -> Finding? in
            guard let use = missing.right.use(of: role), !use.isExtra else { return nil }
            return Finding(
                isProblem: use.isEssential,
                text: "\(missing.right.title) is refused: \(use.without) (\(missing.reason))")
        }
        let unknown = access.unknown(role).map(\.title)
        guard !unknown.isEmpty else { return missing }
        let text =
            "whether \(unknown.joined(separator: ", ")) may be sent is not known: MULTI is refused, and nothing "
            + "else tells without writing"
        return missing + [Finding(isProblem: false, text: text)]
    }

    private var jobFindings: [Finding] {
        var found = KeyFault.allCases.compactMap { fault in
            jobs.faults[fault].map {
                Finding(isProblem: fault.isProblem, text: fault.sentence($0.count), examples: $0.examples)
            }
        }
        if let reason = jobs.reason {
            found.append(Finding(isProblem: false, text: "not all jobs are known: \(reason)"))
        }
        if let refusal = jobs.lifetimeRefusal {
            found.append(
                Finding(isProblem: false, text: "whether keys expire is not known: TTL is refused (\(refusal))"))
        }
        return found
    }
}
