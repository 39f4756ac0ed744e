import RedisClient

/// Which of the commands that joblog sends a user may send, found out without changing anything.
public struct AccessCheck: Sendable {
    /// How it was found out.
    public enum Way: Sendable, Hashable {
        /// Each command was queued in a transaction that came to nothing.
        case rehearsal
        /// `ACL DRYRUN` told of this user.
        case dryRun(user: String)
        /// Commands that change nothing were sent, or cannot be carried out; of the others nothing may be known.
        case trial
    }

    /// A right that a role lacks.
    public struct Missing: Sendable {
        /// The right.
        public let right: AccessRight
        /// What the server said.
        public let reason: String
    }

    /// How it was found out.
    public let way: Way
    private var refused: [String: [AccessObject?: String]] = [:]
    private var unknown: Set<String> = []

    /// The rights that a role lacks, whether its rules have them or not.
    public func missing(_ role: AccessRole, at url: RedisURL) -> [Missing] {
        AccessRight.all.compactMap { right in
            guard let use = right.use(of: role), let refused = refused[right.name],
                right.condition.holds(for: role, at: url)
            else { return nil }
            let touched = use.objects.isEmpty ? [AccessObject?.none] : use.objects.map(Optional.init)
            // Those who are refused the command are refused it on everything.
            return touched.lazy.compactMap { refused[$0] }.first.map { Missing(right: right, reason: $0) }
        }
    }

    /// The commands of a role of which nothing is known.
    public func unknown(_ role: AccessRole) -> [AccessRight] {
        AccessRight.all.filter { unknown.contains($0.name) && $0.use(of: role)?.isExtra == false }
    }

    private init(way: Way) { self.way = way }

    /// What several nodes of a cluster say of a user, whose rights each of them keeps for itself: who is refused something by
    /// one of them is refused it; nil where there are none.
    static func merged(_ checks: [(node: RedisEndpoint, check: AccessCheck)]) -> AccessCheck? {
        guard var merged = checks.first?.check else { return nil }
        merged.refused = [:]
        for (node, check) in checks {
            merged.unknown.formUnion(check.unknown)
            for (name, refusals) in check.refused {
                for (object, reason) in refusals where merged.refused[name]?[object] == nil {
                    let isSo = checks.allSatisfy { $0.check.refused[name]?[object] != nil }
                    merged.refused[name, default: [:]][object] = isSo ? reason : "at \(node): \(reason)"
                }
            }
        }
        return merged
    }

    // MARK: - Finding out

    /// Finds out what the user of a connection may do.
    ///
    /// - Parameters:
    ///   - connection: that user's; nobody else may use it meanwhile.
    ///   - keys: the names of the keys.
    ///   - version: the major version of the server; nil where it is not known.
    ///   - user: another user of whom to ask, by `ACL DRYRUN`.
    /// - Returns: what was found out.
    /// - Throws: what a connection died of, or why `user` cannot be asked for.
    static func find(
        over connection: RedisConnection, keys: JobKeys, version: Int?, user: String? = nil
    ) async throws(RedisError) -> AccessCheck {
        if let user { return try await byDryRun(user, over: connection, keys) }
        var check = AccessCheck(way: .rehearsal)
        let probes = Self.probes { ![.outside, .transaction].contains($0.trial) }
        do throws(RedisError) {
            let answers = try await connection.rehearse(probes.map { $0.command(keys) })
            for (probe, error) in zip(probes, answers) { check.take(error, of: probe) }
        } catch {
            guard error.forbids else { throw error }
            check = try await byTrial(error, over: connection, keys)
        }
        let outside = Self.probes { $0.trial == .outside }
        for (probe, reply) in zip(outside, try await connection.send(outside.map { $0.command(keys) })) {
            check.take(reply.error, of: probe)
        }
        await connection.disconnect()
        if let version {
            for right in AccessRight.all where right.since > version {
                for object in right.objects {
                    check.refused[right.name, default: [:]][object] = "it came with Redis \(right.since)"
                }
            }
        }
        return check
    }

    private static func byTrial(
        _ refusal: RedisError, over connection: RedisConnection, _ keys: JobKeys
    ) async throws(RedisError) -> AccessCheck {
        var check = AccessCheck(way: .trial)
        for probe in probes({ $0.trial == .transaction }) { check.take(refusal, of: probe) }
        let harmless = probes { $0.trial == .harmless }
        for (probe, reply) in zip(harmless, try await connection.send(harmless.map { $0.command(keys) })) {
            check.take(reply.error, of: probe)
        }
        let subscriber = RedisSubscriber(connection.configuration)
        _ = try await subscriber.connect({ _ in }, ended: { _ in })
        for probe in probes({ $0.trial == .subscription }) {
            guard let object = probe.object else { continue }
            do throws(RedisError) {
                if object == .allEvents {
                    try await subscriber.psubscribe([object.probe(keys)])
                } else {
                    try await subscriber.subscribe([object.probe(keys)])
                }
            } catch {
                guard !error.isConnectionFailure else { throw error }
                check.take(error, of: probe)
            }
        }
        await subscriber.close()
        try await check.askScript(over: connection, keys)
        return check
    }

    /// Asks of what cannot be tried: from version 7 on a script can ask for its user's rights.
    private mutating func askScript(over connection: RedisConnection, _ keys: JobKeys) async throws(RedisError) {
        let probes = Self.probes { $0.trial == .none }
        let script = "return redis.acl_check_cmd(unpack(ARGV)) and 1 or 0"
        let questions = probes.map { probe in
            let arguments = [RedisArgument.text("\(probe.right.word)")] + probe.right.arguments(on: probe.object, keys)
            return RedisCommand("EVAL", arguments: [.text(script), 0] + arguments)
        }
        for (probe, reply) in zip(probes, try await connection.send(questions)) {
            switch reply.integer {
            case 1: break
            case 0: refused[probe.right.name, default: [:]][probe.object] = "the user's ACL does not allow it"
            default: unknown.insert(probe.right.name)
            }
        }
    }

    private static func byDryRun(
        _ user: String, over connection: RedisConnection, _ keys: JobKeys
    ) async throws(RedisError) -> AccessCheck {
        var check = AccessCheck(way: .dryRun(user: user))
        let probes = probes { _ in true }
        let commands = probes.map { probe in
            RedisCommand(
                "ACL",
                arguments: ["DRYRUN", .text(user), .text("\(probe.right.word)")]
                    + probe.right.arguments(on: probe.object, keys))
        }
        for (probe, reply) in zip(probes, try await connection.send(commands)) {
            if let error = reply.error, error.forbids || error.serverMessage?.contains("User") == true {
                throw error.naming("ACL DRYRUN")
            }
            guard reply.kind == .string || reply.error?.serverMessage?.contains("not found") == true else { continue }
            check.refused[probe.right.name, default: [:]][probe.object] =
                reply.string.map(RedisError.printable) ?? reply.error?.serverMessage
        }
        return check
    }

    private mutating func take(_ error: RedisError?, of probe: Probe) {
        guard let error, error.forbids else { return }
        refused[probe.right.name, default: [:]][probe.object] = error.shortReason
    }

    private struct Probe {
        let right: AccessRight
        let object: AccessObject?

        func command(_ keys: JobKeys) -> RedisCommand {
            RedisCommand(right.word, arguments: right.arguments(on: object, keys))
        }
    }

    private static func probes(_ isWanted: (AccessRight) -> Bool) -> [Probe] {
        AccessRight.all.filter(isWanted).flatMap { right in
            right.objects.map { Probe(right: right, object: $0) }
        }
    }
}

extension RedisError {
    /// Whether the server does not let this user send the command; it may refuse it for other reasons as well, a wrong
    /// place in a transaction for one.
    fileprivate var forbids: Bool {
        if code == .noPermission || serverMessage?.contains("NOPERM") == true { return true }
        guard code == .server, let text = serverMessage?.lowercased() else { return false }
        return [
            "unknown command", "unknown subcommand", "unsupported", "not supported", "disabled", "is not allowed for",
        ].contains { text.contains($0) }
    }

    /// What the server said, without what it repeats of the command.
    fileprivate var shortReason: String {
        let text = serverMessage ?? message
        return text.firstRange(of: ", with args").map { String(text[..<$0.lowerBound]) } ?? text
    }
}
