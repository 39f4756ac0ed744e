import RedisClient

/// What is worth saying of the servers themselves.
extension Diagnosis {
    private var writes: Bool { role != .readOnly }

    var serverFindings: [Finding] {
        let server = report.server
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
        if nodes.isEmpty { found += wants(of: server, "the server") }
        let evicting = nodes.isEmpty ? server : nodes.lazy.compactMap(\.report?.server).first(where: \.evicts)
        if server.evictedKeys ?? 0 == 0, let evicting, evicting.evicts, let policy = evicting.evictionPolicy {
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

    /// The share of its memory from which on a server that gives up no keys is as good as full.
    private static let nearlyFull = 0.95

    /// Of what a server has too little.
    private func wants(of server: ServerProfile, _ subject: String) -> [Finding] {
        var found: [Finding] = []
        if let evicted = server.evictedKeys, evicted > 0 {
            let text =
                "\(subject) has given up \(evicted) keys for want of memory since it was started, logs perhaps among them; "
                + "raise maxmemory"
            found.append(Finding(isProblem: true, text: text))
        }
        if let fullness = server.fullness, fullness >= Self.nearlyFull {
            let state =
                fullness >= 1 ? "is full: what workers write is refused" : "is nearly full: soon nothing can be written"
            let (used, limit) = (ByteCount.text(server.usedMemory ?? 0), ByteCount.text(server.memoryLimit ?? 0))
            found.append(
                Finding(
                    isProblem: true, text: "\(subject) \(state) (\(used) of \(limit)); raise maxmemory, or delete keys")
            )
        }
        return found
    }

    var nodeFindings: [Finding] {
        var found = nodes.flatMap(findings)
        let versions = Set(nodes.compactMap(\.report?.server.version)).sorted()
        if versions.count > 1 {
            found.append(
                Finding(
                    isProblem: false, text: "the nodes are of different versions: \(versions.joined(separator: ", "))"))
        }
        return found
    }

    private func findings(of node: NodeReport) -> [Finding] {
        let name = "the \(node.isReplica ? "replica" : "node") \(node.member.endpoint)"
        guard let report = node.report else { return [absence(of: node, name)] }
        var found = wants(of: report.server, name)
        if report.server.isCutOff {
            found.append(
                Finding(
                    isProblem: false, text: "\(name) has lost its primary: when it takes over, newer lines are gone"))
        }
        return found
    }

    private func absence(of node: NodeReport, _ name: String) -> Finding {
        let reason = node.problem?.message ?? ""
        let what =
            switch node.problem {
            case let error? where error.code == .timedOut: "does not answer"
            case let error? where error.isConnectionFailure: "cannot be reached"
            default: "refuses this user"
            }
        let result =
            if node.isReplica {
                "it cannot take over from its primary"
            } else if node.hasKeys {
                "the jobs there are missing"
            } else {
                "it has no keys"
            }
        // The reason is a sentence of its own.
        let end = reason.hasSuffix(".") ? String(reason.dropLast()) : reason
        return Finding(isProblem: node.hasKeys, text: "\(name) \(what), \(result): \(end)")
    }
}
