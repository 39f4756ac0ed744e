import RedisClient

extension Diagnosis {
    /// All of it as JSON; what is not known is left out.
    public func json() -> JSONValue {
        var object = JSONObject()
        object.append("well", .bool(isWell))
        object.append("url", .string(url.description))
        object.append("tls", .bool(url.isTLS))
        object.append("user", report.user.map { .string($0) })
        object.append("role", .string(role.rawValue))
        object.append("server", .object(Self.json(report.server)))
        if !nodes.isEmpty { object.append("nodes", .array(nodes.map(Self.json))) }
        object.append("latencyMs", Self.json(report.latency))
        object.append("clockSkewMs", report.clockSkew.map { JSONValue($0) })
        object.append("rights", .object(rightsJSON))
        object.append("jobs", .object(jobsJSON))
        object.append("findings", .array(findings.map(Self.json)))
        return .object(object)
    }

    /// A duration in ms, to the microsecond.
    public static func milliseconds(_ duration: Duration) -> Double { (duration / .microseconds(1)).rounded() / 1_000 }

    private static func json(_ finding: Finding) -> JSONValue {
        var object = JSONObject()
        object.append("problem", .bool(finding.isProblem))
        object.append("text", .string(finding.text))
        if !finding.examples.isEmpty { object.append("examples", .array(finding.examples.map { .string($0) })) }
        return .object(object)
    }

    private static func json(_ latency: ServerReport.Latency) -> JSONValue {
        [
            "median": JSONValue(milliseconds(latency.median)), "worst": JSONValue(milliseconds(latency.worst)),
            "count": JSONValue(latency.count),
        ]
    }

    private static func json(_ node: NodeReport) -> JSONValue {
        var object = JSONObject()
        object.append("node", .string(node.member.endpoint.description))
        object.append("role", .string(node.isReplica ? "replica" : "primary"))
        object.append("hasSlots", .bool(node.member.hasSlots))
        object.append("hasFailed", .bool(node.member.hasFailed))
        object.append("problem", node.problem.map { .string($0.message) })
        if let report = node.report {
            object.append("server", .object(json(report.server)))
            object.append("latencyMs", json(report.latency))
            object.append("clockSkewMs", report.clockSkew.map { JSONValue($0) })
        }
        return .object(object)
    }

    private static func json(_ server: ServerProfile) -> JSONObject {
        var object = JSONObject()
        object.append("product", .string(server.product))
        object.append("version", server.version.map { .string($0) })
        object.append("mode", server.mode.map { .string($0) })
        object.append("role", server.role.map { .string($0) })
        object.append("replicas", server.replicas.map { JSONValue($0) })
        object.append("usedMemory", server.usedMemory.map { JSONValue($0) })
        object.append("maxMemory", server.memoryLimit.map { JSONValue($0) })
        object.append("maxMemoryPolicy", server.evictionPolicy.map { .string($0) })
        object.append("evictedKeys", server.evictedKeys.map { JSONValue($0) })
        return object
    }

    private var rightsJSON: JSONObject {
        var object = JSONObject()
        for role in AccessRole.allCases {
            let missing = missing(role).map { missing -> JSONValue in
                let use = missing.right.use(of: role)
                var object = JSONObject()
                object.append("command", .string(missing.right.title))
                object.append("isEssential", .bool(use?.isEssential ?? false))
                object.append("isExtra", .bool(use?.isExtra ?? false))
                object.append("without", use.map { .string($0.without) })
                object.append("reason", .string(missing.reason))
                return .object(object)
            }
            let unknown = report.access.unknown(role).map { JSONValue.string($0.title) }
            object.append(role.rawValue, ["refused": .array(missing), "unknown": .array(unknown)])
        }
        return object
    }

    private var jobsJSON: JSONObject {
        var object = JSONObject()
        object.append("count", JSONValue(jobs.jobs))
        object.append("isComplete", .bool(jobs.isComplete))
        for (name, kind) in [
            ("withLog", JobKeys.Kind.logs), ("withState", .state), ("withCheckpoint", .checkpoint),
            ("withReasoning", .reasoning),
        ] { object.append(name, JSONValue(jobs.counts[kind] ?? 0)) }
        object.append("withoutState", JSONValue(jobs.stateless))
        object.append("indexed", JSONValue(jobs.indexed))
        object.append("archivedCheckpoints", JSONValue(jobs.archived))
        object.append("examined", JSONValue(jobs.examined))
        let states = jobs.states.sorted { $0.key < $1.key }.map {
            JSONObject.Member(key: $0.key, value: JSONValue($0.value))
        }
        object.append("states", .object(JSONObject(states)))
        object.append("stalled", JSONValue(jobs.stalled))
        return object
    }
}
