#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// Finds the server that Sentinels know by a name, and connects to it.
///
/// They are asked anew for every connection: after a failover the answer is another. What they say may be late, so the
/// server is asked for its role, too.
struct SentinelQuery {
    let sentinels: [RedisEndpoint]
    /// The name of the primary.
    let name: String
    let configuration: RedisConfiguration
    let interrupter: SocketInterrupter

    /// A server, and who named it.
    private struct Candidate {
        let server: RedisEndpoint
        let isPrimary: Bool
        let sentinel: RedisEndpoint
    }

    /// - Throws: ``RedisError/Code/connectionFailed`` with what each Sentinel said, or why its server could not be used.
    func link() throws(RedisError) -> RedisLink {
        let deadline = ContinuousClock.now + configuration.connectTimeout
        var failures: [String] = []
        for (index, sentinel) in sentinels.enumerated() {
            // The server needs its share, too.
            let share = (deadline - ContinuousClock.now) / (sentinels.count - index + 1)
            let candidates: [Candidate]
            do throws(RedisError) {
                candidates = try ask(sentinel, within: share)
            } catch {
                if interrupter.wasInterrupted { throw error }
                failures.append(error.message)
                continue
            }
            return try connect(candidates, until: deadline)
        }
        throw RedisError(
            code: .connectionFailed,
            message: "No Sentinel of \(configuration.url) says where the primary is. " + failures.joined(separator: " ")
        )
    }

    // MARK: - The servers

    private func connect(
        _ candidates: [Candidate], until deadline: ContinuousClock.Instant
    ) throws(RedisError) -> RedisLink {
        var last = RedisError.connectTimedOut(configuration.url, after: configuration.connectTimeout)
        for (index, candidate) in candidates.enumerated() {
            let share = (deadline - ContinuousClock.now) / (candidates.count - index)
            guard share > .zero else { break }
            do throws(RedisError) {
                return try connect(candidate, within: share)
            } catch {
                if interrupter.wasInterrupted { throw error }
                last = RedisError(
                    code: error.code,
                    message: "\(error.message) The Sentinel at \(candidate.sentinel) named that server.",
                    command: error.command, serverMessage: error.serverMessage)
            }
        }
        throw last
    }

    private func connect(_ candidate: Candidate, within share: Duration) throws(RedisError) -> RedisLink {
        var direct = configuration
        direct.url.target = .tcp(host: candidate.server.host, port: candidate.server.port)
        direct.connectTimeout = share
        direct.looksForCluster = false
        let link = try RedisLink(direct, interrupter: interrupter)
        let role = try link.exchange([RedisCommand("ROLE")], shortening: nil).first
        // Where it may not be asked for, what the Sentinel says has to do.
        switch role.flatMap({ RedisRole($0) }) {
        case .replica where candidate.isPrimary:
            throw .connectionFailed(direct.url, reason: "it is a replica now, a failover may be under way")
        case .replica(isInTouch: false):
            throw .connectionFailed(direct.url, reason: "it is a replica that is not in touch with its primary")
        default: return link
        }
    }

    // MARK: - The Sentinels

    private func ask(_ sentinel: RedisEndpoint, within share: Duration) throws(RedisError) -> [Candidate] {
        let url = RedisURL(
            target: .tcp(host: sentinel.host, port: sentinel.port), user: configuration.sentinelUser,
            isTLS: configuration.url.isTLS)
        var asking = RedisConfiguration(
            url: url, password: configuration.sentinelPassword, clientName: configuration.clientName,
            connectTimeout: share, commandTimeout: share, traffic: configuration.traffic)
        asking.transport = configuration.transport
        asking.looksForCluster = false
        let link: RedisLink
        do throws(RedisError) {
            link = try RedisLink(asking, interrupter: interrupter)
        } catch  where error.code == .authenticationRequired || error.code == .wrongPassword {
            throw RedisError(
                code: error.code,
                message: "The Sentinel at \(sentinel) wants a user or a password, or another; they belong in "
                    + "JOBLOG_SENTINEL_USER and JOBLOG_SENTINEL_PASSWORD.")
        }
        var commands = [RedisCommand("SENTINEL", "get-master-addr-by-name", .text(name))]
        if configuration.prefersReplica { commands.append(RedisCommand("SENTINEL", "replicas", .text(name))) }
        let replies = try link.exchange(commands, shortening: nil)
        if let error = replies[0].error { throw Self.refusal(sentinel, error) }
        guard let address = replies[0].array, let primary = Self.endpoint(address.map(\.string)) else {
            throw unknownName(
                sentinel, known: try link.exchange([RedisCommand("SENTINEL", "masters")], shortening: nil)[0])
        }
        var candidates: [Candidate] = []
        if configuration.prefersReplica {
            candidates = Self.replicas(replies[1]).map { Candidate(server: $0, isPrimary: false, sentinel: sentinel) }
        }
        return candidates + [Candidate(server: primary, isPrimary: true, sentinel: sentinel)]
    }

    /// Those that can be read from.
    private static func replicas(_ reply: RedisReply) -> [RedisEndpoint] {
        var usable: [RedisEndpoint] = []
        for description in reply.array.map(Array.init) ?? [] {
            let fields = description.fields.compactMapValues(\.string)
            let flags = fields["flags"]?.split(separator: ",") ?? []
            guard let endpoint = endpoint([fields["ip"], fields["port"]]), fields["master-link-status"] == "ok",
                !flags.contains(where: { ["s_down", "o_down", "disconnected"].contains($0) })
            else { continue }
            usable.append(endpoint)
        }
        guard !usable.isEmpty else { return [] }
        // Another replica for each viewer, one and the same for all connections of a viewer.
        usable.sort { $0.description < $1.description }
        let first = Int(getpid()) % usable.count
        return Array(usable[first...] + usable[..<first])
    }

    private static func endpoint(_ parts: [String?]) -> RedisEndpoint? {
        guard parts.count == 2, let host = parts[0], let port = parts[1].flatMap({ Int($0) }), !host.isEmpty,
            (1...65535).contains(port)
        else { return nil }
        return RedisEndpoint(host: host, port: port)
    }

    private func unknownName(_ sentinel: RedisEndpoint, known reply: RedisReply) -> RedisError {
        let known = reply.array?.compactMap { $0.fields["name"]?.string }.sorted() ?? []
        let names = known.isEmpty ? "it knows none" : "it knows \(known.joined(separator: ", "))"
        return RedisError(
            code: .connectionFailed, message: "The Sentinel at \(sentinel) knows no primary named \(name); \(names).")
    }

    private static func refusal(_ sentinel: RedisEndpoint, _ error: RedisError) -> RedisError {
        // What is no Sentinel does not know the command.
        let text = error.serverMessage ?? error.message
        let hint =
            error.code == .server && text.hasPrefix("ERR unknown command")
            ? "; it seems to be no Sentinel, whose usual port is 26379" : ""
        return RedisError(
            code: .connectionFailed, message: "The Sentinel at \(sentinel) refused to answer: \(text)\(hint).")
    }
}
