import RedisClient

/// What a doctor has found out about a server, its user and the jobs on it.
public struct Diagnosis: Sendable {
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
    /// What was found out about the server; of a cluster, what its nodes come to.
    public let report: ServerReport
    /// The nodes of a cluster; none where there is no cluster.
    public let nodes: [NodeReport]
    /// The jobs.
    public let jobs: JobCensus

    /// Whether nothing is found that does not work.
    public var isWell: Bool { !findings.contains(where: \.isProblem) }

    /// The rights that a role lacks, whether its rules have them or not.
    public func missing(_ role: AccessRole) -> [AccessCheck.Missing] {
        var place = url
        if !nodes.isEmpty { place.target = .cluster(nodes.map(\.member.endpoint)) }
        return report.access.missing(role, at: place)
    }

    /// What is worth saying, problems first.
    public var findings: [Finding] {
        let all = nodeFindings + serverFindings + clockFindings + accessFindings + jobFindings
        return all.filter(\.isProblem) + all.filter { !$0.isProblem }
    }

    private var clockFindings: [Finding] {
        guard let clockSkew = report.clockSkew, abs(clockSkew) >= 1_000 else { return [] }
        return [
            Finding(
                isProblem: abs(clockSkew) >= 60_000,
                text:
                    "this machine's clock is \(Durations.text(abs(clockSkew))) \(clockSkew > 0 ? "ahead of" : "behind") "
                    + "\(nodes.isEmpty ? "the server's" : "that of one of the nodes"): ages and stalled jobs are told wrongly; set it by NTP"
            )
        ]
    }

    private var accessFindings: [Finding] {
        let missing = missing(role).compactMap { missing -> Finding? in
            guard let use = missing.right.use(of: role), !use.isExtra else { return nil }
            return Finding(
                isProblem: use.isEssential,
                text: "\(missing.right.title) is refused: \(use.without) (\(missing.reason))")
        }
        let unknown = report.access.unknown(role).map(\.title)
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
