import JobLogCore
import RedisClient

/// What a doctor has found, as text for people: what there is, a line each, then what is worth saying.
struct DiagnosisSheet {
    private let diagnosis: Diagnosis
    private let paint: Paint

    init(_ diagnosis: Diagnosis, colors: Bool) {
        self.diagnosis = diagnosis
        paint = Paint(isOn: colors)
    }

    /// The sheet's lines.
    var lines: [String] {
        var lines = [field("server", server)]
        if !diagnosis.nodes.isEmpty { lines.append(field("nodes", nodes)) }
        lines += [
            field("url", "\(diagnosis.url), \(diagnosis.url.isTLS ? "with" : "without") TLS"),
            field("user", TerminalText.line(diagnosis.report.user ?? "not known")), field("latency", latency),
            field("clock", clock), field("memory", memory),
        ]
        for (index, role) in AccessRole.allCases.enumerated() {
            lines.append(field(index == 0 ? "rights" : "", "\(role.rawValue): \(rights(of: role))"))
        }
        lines += [field("checked", way), field("jobs", jobs), field("looked into", examined)]
        lines.append("")
        for finding in diagnosis.findings {
            let mark = finding.isProblem ? paint("✗", .bad) : paint("!", .caution)
            lines.append("\(mark) \(TerminalText.line(finding.text)).")
            for example in finding.examples { lines.append("    " + TerminalText.line(example)) }
        }
        if diagnosis.isWell { lines.append(paint("✓", .good) + " All that a \(diagnosis.role.rawValue) needs works.") }
        return lines
    }

    private func field(_ name: String, _ value: String) -> String {
        paint(name + String(repeating: " ", count: max(1, 12 - name.count)), .faint) + value
    }

    private var server: String {
        let server = diagnosis.report.server
        let name = [server.product, server.version ?? "of an unknown version"].joined(separator: " ")
        let replicas =
            server.role == "primary" ? server.replicas.map { "\($0) \($0 == 1 ? "replica" : "replicas")" } : nil
        return [name, server.mode, server.role, replicas].compactMap(\.self).joined(separator: ", ")
    }

    private var nodes: String {
        let nodes = diagnosis.nodes
        let replicas = nodes.count { $0.isReplica }
        let missing = nodes.filter { $0.report == nil }.map(\.member.endpoint.description)
        let counts =
            "\(count(nodes.count - replicas, "primary", "primaries")), \(count(replicas, "replica", "replicas"))"
        return missing.isEmpty ? counts : counts + "; without \(missing.joined(separator: ", "))"
    }

    private func count(_ number: Int, _ one: String, _ many: String) -> String {
        "\(number) \(number == 1 ? one : many)"
    }

    /// In which of the nodes that have keys there is the most of something; nothing where there is but one server.
    private func most<Value: Comparable>(_ words: String, _ value: (ServerReport) -> Value?) -> String {
        let known = diagnosis.nodes.filter(\.hasKeys).compactMap { node in
            node.report.flatMap(value).map { (name: node.member.endpoint.description, value: $0) }
        }
        return known.max { $0.value < $1.value }.map { "\(words)\($0.name)" } ?? ""
    }

    private var latency: String {
        let latency = diagnosis.report.latency
        return "\(milliseconds(latency.median)) ms in the middle, \(milliseconds(latency.worst)) ms at worst, of "
            + "\(latency.count) PINGs" + most(" at the slowest, ", \.latency.median)
    }

    private func milliseconds(_ duration: Duration) -> String { JSONValue(Diagnosis.milliseconds(duration)).text() }

    private var clock: String {
        guard let skew = diagnosis.report.clockSkew else { return "not known" }
        let whose = diagnosis.nodes.isEmpty ? "the server's" : "the nodes'"
        if abs(skew) < 1_000 { return "as \(whose), within a second" }
        return "\(Durations.text(abs(skew))) \(skew > 0 ? "ahead of" : "behind") \(whose)"
            + most(", most at ") { $0.clockSkew.map { abs($0) } }
    }

    private var memory: String {
        let server = diagnosis.report.server
        guard let used = server.usedMemory else { return "not known" }
        let limit = server.memoryLimit ?? 0
        return ByteCount.text(used)
            + (limit > 0 ? " of \(ByteCount.text(limit)), \(server.evictionPolicy ?? "")" : ", no limit")
            + most("; most at ", \.server.usedMemory)
    }

    private func rights(of role: AccessRole) -> String {
        let lacking = diagnosis.missing(role)
        let missing = lacking.filter { $0.right.use(of: role)?.isExtra == false }.map(\.right.title)
        let unknown = diagnosis.report.access.unknown(role).map(\.title)
        if missing.isEmpty, unknown.isEmpty { return "all that it needs" }
        let parts = [
            missing.isEmpty ? nil : "lacks \(missing.joined(separator: ", "))",
            unknown.isEmpty ? nil : "not known of \(unknown.joined(separator: ", "))",
        ]
        return parts.compactMap(\.self).joined(separator: "; ")
    }

    private var way: String {
        switch diagnosis.report.access.way {
        case .rehearsal: "in a transaction that came to nothing"
        case .dryRun(let user): "by ACL DRYRUN for \(TerminalText.line(user))"
        case .trial: "by commands that change nothing"
        }
    }

    private var jobs: String {
        let jobs = diagnosis.jobs
        let kinds = [
            ("with a log", JobKeys.Kind.logs), ("with a state", .state), ("with a checkpoint", .checkpoint),
            ("with reasoning", .reasoning),
        ].map { "\(jobs.counts[$1] ?? 0) \($0)" }
        return "\(jobs.isComplete ? "" : "at least ")\(jobs.jobs): "
            + (kinds + ["\(jobs.stateless) with a log and no state", "\(jobs.indexed) in job:index"])
            .joined(separator: ", ")
    }

    private var examined: String {
        let jobs = diagnosis.jobs
        let states = jobs.states.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }
        let stalled = jobs.stalled > 0 ? ["\(jobs.stalled) of them stalled"] : []
        return states.isEmpty ? "none" : "\(jobs.examined): " + (states + stalled).joined(separator: ", ")
    }
}
