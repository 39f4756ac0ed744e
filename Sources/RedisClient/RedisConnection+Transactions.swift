/// Commands that belong together on one connection.
extension RedisConnection {
    private static let multi = RedisCommand("MULTI")
    private static let exec = RedisCommand("EXEC")
    private static let discard = RedisCommand("DISCARD")
    private static let unwatch = RedisCommand("UNWATCH")

    /// Sends commands that are carried out together, with no other client's in between.
    ///
    /// Where `MULTI` itself is refused, they are carried out one by one before that is known: see ``together(_:)`` for
    /// commands that write.
    ///
    /// - Precondition: All of them touch the same key, or none.
    /// - Parameters:
    ///   - commands: The commands.
    ///   - shortener: What makes long elements of the replies short; nil for nothing.
    /// - Returns: One reply a command, in order; errors of commands that failed when carried out are among them.
    /// - Throws: What the connection died of; the error of a command that was refused, after which none was carried
    ///   out; ``RedisError/Code/aborted`` when a watched key had changed.
    public nonisolated(nonsending) func transaction(
        _ commands: [RedisCommand], shortening shortener: ReplyShortener? = nil
    ) async throws(RedisError) -> [RedisReply] {
        precondition(Set(commands.flatMap(\.keys)).count <= 1, "a transaction touches one key at most")
        guard !commands.isEmpty else { return [] }
        await admit(commands.count + 2)
        let replies = try await deliver(
            [Self.multi] + commands + [Self.exec], isTransaction: true, shortening: shortener)
        for (reply, command) in zip(replies, [Self.multi] + commands) {
            if let error = reply.error { throw error.naming(command.name) }
        }
        if let error = replies.last?.error { throw error.naming(Self.exec.name) }
        guard let results = replies.last?.array else {
            throw RedisError(
                code: .aborted,
                message: "The transaction was not carried out because a watched key had changed; "
                    + "read it and try again.",
                command: Self.exec.name)
        }
        return Array(results)
    }

    /// Carries commands out together where the server has transactions for this user, else one after the other.
    ///
    /// - Returns: One reply a command, in order; error replies are among them.
    /// - Throws: What the connection died of; the error of a command that was refused, after which none was carried out.
    public nonisolated(nonsending) func together(_ commands: [RedisCommand]) async throws(RedisError) -> [RedisReply] {
        let replies = try await exclusively(commands.first?.keys.first, commands.count + 2) {
            exchange throws(RedisError) -> Result<[RedisReply]?, RedisError> in
            if let refusal = try exchange([Self.multi])[0].error {
                return refusal.refusesCommand ? .success(nil) : .failure(refusal.naming(Self.multi.name))
            }
            return try Self.carryOut(commands, exchange).map { $0.map { Array($0) } ?? [] }
        }
        if let replies { return replies }
        return try await send(commands)
    }

    /// What became of commands that were to be carried out only while a key holds what was expected.
    public enum Swap: Sendable {
        /// They were carried out; one reply a command.
        case done([RedisReply])
        /// They were not: something else is there (nil: nothing).
        case found([UInt8]?)
    }

    /// Carries commands out together if a string key still holds what it held, without a script: two round trips.
    ///
    /// - Parameters:
    ///   - key: The key that is watched.
    ///   - expected: What it must hold; nil and nothing are the same.
    ///   - commands: The commands.
    /// - Returns: Whether they were carried out, or what the key holds now.
    /// - Throws: What the connection died of; the error of `WATCH`, `GET`, `MULTI`, `EXEC` or a command that was refused,
    ///   after which none was carried out.
    public nonisolated(nonsending) func ifUnchanged(
        _ key: [UInt8], holds expected: [UInt8]?, _ commands: [RedisCommand]
    ) async throws(RedisError) -> Swap {
        let look = [RedisCommand("WATCH", .key(key)), RedisCommand("GET", .key(key)), Self.multi]
        return try await exclusively(key[...], commands.count + 6) {
            exchange throws(RedisError) -> Result<Swap, RedisError> in
            let seen = try exchange(look)
            let refusal = zip(look, seen).lazy.compactMap { command, reply in reply.error?.naming(command.name) }.first
            let found = seen[1].bytes.map { Array($0) }
            guard refusal == nil, found ?? [] == expected ?? [] else {
                let isClean = try exchange([Self.discard, Self.unwatch])[0].error == nil
                // What was begun ends with the connection where nothing else ends it.
                if !isClean, seen[2].error == nil { throw refusal ?? .lost(self.configuration.url) }
                return refusal.map { .failure($0) } ?? .success(.found(found))
            }
            switch try Self.carryOut(commands, exchange) {
            case .failure(let refusal): return .failure(refusal)
            case .success(let replies?): return .success(.done(Array(replies)))
            case .success(nil):
                let now = try exchange([look[1]])[0]
                return now.error.map { .failure($0.naming("GET")) } ?? .success(.found(now.bytes.map { Array($0) }))
            }
        }
    }

    /// Has the server look at commands as if it were to carry them out, without carrying them out: they are queued in a
    /// transaction that comes to nothing. The connection ends with it; nobody else may use it meanwhile.
    ///
    /// - Returns: For each command why the server does not take it; nil where it does.
    /// - Throws: What the connection died of; the error of `MULTI`, after which nothing else was sent.
    public nonisolated(nonsending) func rehearse(_ commands: [RedisCommand]) async throws(RedisError) -> [RedisError?] {
        let answers = try await exclusively(nil, commands.count + 1) {
            exchange throws(RedisError) -> Result<[RedisError?], RedisError> in
            if let refusal = try exchange([Self.multi])[0].error {
                return .failure(refusal.naming(Self.multi.name))
            }
            return .success(zip(commands, try exchange(commands)).map { $1.error?.naming($0.name) })
        }
        await disconnect()
        return answers
    }

    /// Sends the commands of a transaction that has begun, and ends it; nil where a watched key had changed.
    private static func carryOut(
        _ commands: [RedisCommand], _ exchange: Exchange
    ) throws(RedisError) -> Result<RedisReply.Elements?, RedisError> {
        let replies = try exchange(commands + [exec])
        let refusal = zip(commands + [exec], replies).lazy.compactMap { $1.error?.naming($0.name) }.first
        guard let end = replies.last, let refusal else { return .success(replies.last?.array) }
        // Servers before 7 leave the transaction open where EXEC itself is refused; one whose slot has moved ends.
        if let error = end.error, error.serverMessage?.hasPrefix("EXECABORT") != true, !error.isReferral {
            throw refusal
        }
        return .failure(refusal)
    }
}
