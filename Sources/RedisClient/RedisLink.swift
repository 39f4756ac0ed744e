#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// A connection that is open, greeted and signed in. Not `Sendable`: it lives inside one actor.
final class RedisLink {
    private let context: HiredisContext
    private let configuration: RedisConfiguration
    private let interrupter: SocketInterrupter
    /// What carries the connection, where that is not the network itself.
    private let carrier: (any RedisCarrier)?
    private var isGreeted = false
    /// Commands that were sent by ``attempt(_:within:)`` and are not answered in full.
    private var pending: PendingReplies?
    private var owed = 0
    /// Whether the server says that it is a node of a cluster; never where that was not asked.
    private(set) var isNodeOfCluster = false
    /// The server's number of this client; nil where it does not tell.
    private(set) var clientID: Int?
    /// How long the last answers took, as a mean that forgets; nil before the first.
    private(set) var roundTrip: Duration?
    private var usedAt = ContinuousClock.now
    /// Whether the server has said that it takes no writes: it may have become a replica, and its name or a Sentinel lead
    /// to another one by now.
    private var isDemoted = false

    /// How many commands the greeting takes at most.
    static let greetingLength = 6

    /// Connects to a server and greets: `AUTH`, `SELECT`, `CLIENT SETNAME`, `PING` and, where a cluster is looked for, `HELLO`
    /// in one round trip.
    ///
    /// - Throws: Why there is no connection, ``RedisError/Code/loading`` among the reasons.
    init(_ configuration: RedisConfiguration, interrupter: SocketInterrupter) throws(RedisError) {
        let connector = SocketConnector(
            url: configuration.url, timeout: configuration.connectTimeout, interrupter: interrupter)
        let descriptor = try connector.connect()
        carrier = try Self.carry(descriptor, configuration, interrupter)
        guard let context = HiredisContext(adopting: carrier?.descriptor ?? descriptor, traffic: configuration.traffic)
        else {
            throw .connectionFailed(configuration.url, reason: "out of memory")
        }
        self.context = context
        self.configuration = configuration
        self.interrupter = interrupter
        try greet()
        isGreeted = true
    }

    /// Has a connection carried by TLS where the URL asks for it; nil where it does not.
    private static func carry(
        _ descriptor: Int32, _ configuration: RedisConfiguration, _ interrupter: SocketInterrupter
    ) throws(RedisError) -> (any RedisCarrier)? {
        guard configuration.url.isTLS else { return nil }
        // The transport may close the socket at any time, and its number be used anew.
        let handle = fcntl(descriptor, F_DUPFD_CLOEXEC, 3)
        interrupter.adopt(handle)
        defer { close(handle) }
        do throws(RedisError) {
            guard let transport = configuration.transport else {
                close(descriptor)
                throw .withoutTLS(configuration.url)
            }
            let carrier = try transport.carry(
                descriptor, to: configuration.url, within: configuration.connectTimeout)
            interrupter.adopt(carrier.descriptor)
            return carrier
        } catch {
            interrupter.release(handle)
            throw interrupter.wasInterrupted ? .interrupted(configuration.url, command: nil) : error
        }
    }

    deinit {
        pending?.resolve(.failure(.lost(configuration.url)))
        // Who watches the socket has a descriptor of its own; the server must hear of the end all the same, now.
        shutdown(context.descriptor, Int32(SHUT_RDWR))
        interrupter.release(context.descriptor)
    }

    /// The socket, for watching it.
    var descriptor: Int32 { context.descriptor }

    /// The server at the other end.
    var server: RedisURL { configuration.url }

    /// Whether it can be used at once: nothing is owed, and the server has not closed it. One that was in use a moment
    /// ago is taken to be open: should it just have died, the command finds out.
    var isIdle: Bool {
        pending == nil && !isDemoted && (ContinuousClock.now - usedAt < Self.moment || context.isQuiet)
    }

    private static let moment = Duration.milliseconds(5)

    /// Whether the server has neither closed the connection, nor sent what nobody asked for, nor refused a write as a
    /// replica does.
    var isAlive: Bool { pending != nil || !isDemoted && context.isQuiet }

    /// Sends the commands and returns their replies in order, error replies among them.
    ///
    /// - Throws: Why the connection is of no further use.
    func exchange(
        _ commands: [RedisCommand], shortening shortener: ReplyShortener?
    ) throws(RedisError) -> [RedisReply] {
        try yield(to: commands.first?.name)
        let start = ContinuousClock.now
        let replies = try exchange(commands, shortening: shortener, timeout: configuration.commandTimeout)
        learn(ContinuousClock.now - start)
        notice(replies)
        return replies
    }

    /// Sends the commands and waits for their replies, but for a millisecond only: what is not answered by then is read
    /// by whoever comes next, and found in the returned object.
    ///
    /// - Throws: Why the connection is of no further use.
    func attempt(
        _ commands: [RedisCommand], shortening shortener: ReplyShortener?
    ) throws(RedisError) -> PendingReplies? {
        let start = ContinuousClock.now
        // The connection's thread may be waiting for its turn, with a command that is cancelled meanwhile.
        interrupter.shield(true)
        try write(commands, shortening: shortener)
        do throws(HiredisFailure) {
            try context.collect(&owed, patiently: false)
        } catch {
            throw wording(error, command: commands.first?.name, timeout: configuration.commandTimeout)
        }
        learn(ContinuousClock.now - start)
        guard owed > 0 else {
            interrupter.shield(false)
            return nil
        }
        let pending = PendingReplies(command: commands.first?.name)
        self.pending = pending
        return pending
    }

    /// Sends the commands, so few that the sockets' buffers hold them, and waits for nothing.
    ///
    /// - Throws: Why the connection is of no further use.
    func begin(
        _ commands: [RedisCommand], shortening shortener: ReplyShortener?
    ) throws(RedisError) -> PendingReplies {
        try yield(to: commands.first?.name)
        try write(commands, shortening: shortener)
        let pending = PendingReplies(command: commands.first?.name)
        self.pending = pending
        return pending
    }

    private func write(_ commands: [RedisCommand], shortening shortener: ReplyShortener?) throws(RedisError) {
        owed = commands.count
        do throws(HiredisFailure) {
            try context.begin(commands, shortening: shortener)
        } catch {
            throw wording(error, command: commands.first?.name, timeout: configuration.commandTimeout)
        }
    }

    /// The replies of the last ``attempt(_:within:)`` that was answered in full.
    func take() -> [RedisReply] {
        let replies = context.take()
        notice(replies)
        return replies
    }

    /// Leaves the socket to other callers; whether it is of use to them.
    func leave() -> Bool { interrupter.leave() }

    /// Reads what others wait for before a command of one's own, unless that is cancelled meanwhile.
    private func yield(to command: String?) throws(RedisError) {
        try settle(nil)
        guard interrupter.beginTurn() else { throw .cancelled(command: command) }
    }

    /// Reads the replies that an attempt did not wait for.
    ///
    /// - Parameter mine: the replies that the caller waits for; others are not ended where it is cancelled.
    /// - Throws: Why the connection is of no further use; who waits for the replies is told the same.
    func settle(_ mine: PendingReplies?) throws(RedisError) {
        guard let pending else { return }
        self.pending = nil
        if pending === mine {
            interrupter.shield(false)
            if !interrupter.beginTurn() { interrupter.interrupt() }
        }
        defer { interrupter.shield(false) }
        do throws(HiredisFailure) {
            try context.collect(&owed, patiently: true)
            pending.resolve(.success(take()))
        } catch {
            let failure = wording(error, command: pending.command, timeout: configuration.commandTimeout)
            pending.resolve(.failure(failure))
            throw failure
        }
    }

    private func notice(_ replies: [RedisReply]) {
        guard replies.first?.hasErrorsBeside == true else { return }
        if replies.contains(where: { $0.error?.code == .readOnly }) { isDemoted = true }
    }

    private func learn(_ elapsed: Duration) {
        usedAt = .now
        roundTrip = roundTrip.map { ($0 * 3 + elapsed) / 4 } ?? elapsed
    }

    /// Sends a command without waiting for its reply.
    func write(_ command: RedisCommand) throws(RedisError) {
        do throws(HiredisFailure) {
            try context.write(command)
        } catch {
            throw wording(error, command: command.name, timeout: configuration.commandTimeout)
        }
    }

    /// Reads once, without waiting, and returns the replies that are now complete.
    func available() throws(RedisError) -> [RedisReply] {
        do throws(HiredisFailure) {
            return try context.available()
        } catch {
            throw wording(error, command: nil, timeout: configuration.commandTimeout)
        }
    }

    private func exchange(
        _ commands: [RedisCommand], shortening shortener: ReplyShortener? = nil, timeout: Duration
    ) throws(RedisError) -> [RedisReply] {
        do throws(HiredisFailure) {
            return try context.exchange(commands, shortening: shortener)
        } catch {
            throw wording(error, command: commands.first?.name, timeout: timeout)
        }
    }

    private func wording(_ failure: HiredisFailure, command: String?, timeout: Duration) -> RedisError {
        if interrupter.wasInterrupted { return .interrupted(configuration.url, command: command) }
        return RedisError(explained(failure), url: configuration.url, command: command, timeout: timeout)
    }

    /// Adds what else is known of how the connection ended.
    private func explained(_ failure: HiredisFailure) -> HiredisFailure {
        if case .lost = failure, let reason = carrier?.failure { return .lost(reason) }
        guard !isGreeted, !configuration.url.isTLS, case .tcp = configuration.url.target else { return failure }
        let hint = "; a port with TLS is reached by rediss://"
        return switch failure {
        case .lost(let reason): .lost(reason + hint)
        case .protocolViolation(let reason): .protocolViolation(reason + hint)
        case .timedOut: failure
        }
    }

    private func greet() throws(RedisError) {
        var commands: [RedisCommand] = []
        var isRequired: [Bool] = []
        func add(_ command: RedisCommand, required: Bool) {
            commands.append(command)
            isRequired.append(required)
        }
        if configuration.password != nil || configuration.user != nil {
            let user = configuration.user.map { [RedisArgument.text($0)] } ?? []
            let password = RedisArgument.bytes(configuration.password?.bytes ?? [])
            add(RedisCommand("AUTH", arguments: user + [password]), required: true)
        }
        if configuration.url.database != 0 {
            add(RedisCommand("SELECT", .integer(configuration.url.database)), required: true)
        }
        add(RedisCommand("CLIENT", "SETNAME", .text(configuration.acceptedClientName)), required: false)
        // Unlike the others, this one is refused while the server is loading.
        add(RedisCommand("PING"), required: false)
        if configuration.looksForCluster { add(RedisCommand("HELLO", 2), required: false) }
        add(RedisCommand("CLIENT", "ID"), required: false)

        context.setTimeout(configuration.connectTimeout)
        let replies = try exchange(commands, timeout: configuration.connectTimeout)
        for (index, reply) in replies.enumerated() {
            guard let error = reply.error else { continue }
            let stops = error.code == .loading || error.code == .authenticationRequired
            guard isRequired[index] || stops else { continue }
            throw Self.withoutArguments(error).naming(commands[index].name)
        }
        clientID = replies.last?.integer
        let introduction = configuration.looksForCluster ? replies[replies.count - 2] : nil
        if let introduction { isNodeOfCluster = introduction.fields["mode"]?.string == "cluster" }
        if clientID == nil { clientID = try introducedID(introduction) }
        context.setTimeout(configuration.commandTimeout)
    }

    /// The number of this client as `HELLO` tells it, which no ACL refuses; nil where the server knows no such command.
    private func introducedID(_ introduction: RedisReply?) throws(RedisError) -> Int? {
        if let introduction { return introduction.fields["id"]?.integer }
        let replies = try exchange([RedisCommand("HELLO")], timeout: configuration.connectTimeout)
        return replies[0].fields["id"]?.integer
    }

    /// A server that does not know a command repeats its arguments, the password among them.
    private static func withoutArguments(_ error: RedisError) -> RedisError {
        guard let text = error.serverMessage, let start = text.firstRange(of: ", with args")?.lowerBound else {
            return error
        }
        return RedisError(reply: String(text[..<start]))
    }
}
