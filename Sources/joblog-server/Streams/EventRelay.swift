import JobLogCore
import RedisClient
import Synchronization

/// Hears the events of all jobs over one connection, and tells each stream those of its user's jobs, as they were published.
final class EventRelay: Sendable {
    /// Looks up whose some jobs are; those of nobody are left out.
    typealias Owners = @Sendable ([JobID]) async throws -> [JobID: String]

    private struct Watcher {
        let queue: StreamQueue
        /// Nil hears all.
        let user: String?
    }

    private struct State {
        var watchers: [Int: Watcher] = [:]
        var count = 0
        var history = EventHistory()
        /// Why Redis cannot be reached; nil while it can.
        var away: String?
        var isClosed = false
    }

    private let connection: RedisConnection
    private let keys: JobKeys
    private let owners: Owners
    private let instance = String(UInt64.random(in: 0...UInt64.max), radix: 36)
    private let state = Mutex(State())

    /// A relay that hears nothing before ``run()``.
    ///
    /// - Parameters:
    ///   - connection: leads to the server; a connection of the relay's own is made where it does.
    ///   - keys: the names of the channels.
    ///   - owners: looks up whose jobs are.
    init(connection: RedisConnection, keys: JobKeys, owners: @escaping Owners) {
        self.connection = connection
        self.keys = keys
        self.owners = owners
    }

    /// How many streams there are.
    var count: Int { state.withLock { $0.watchers.count } }

    /// Where a stream is that has taken in an event.
    func position(after event: PublishedEvent) -> EventPosition {
        EventPosition(instance: instance, number: event.number)
    }

    /// Tells a queue the events of a user's jobs, or of all where `user` is nil, until `body` returns: those that follow on
    /// a position, or those from now on.
    func watching<Result>(
        user: String?, after position: EventPosition?, on queue: StreamQueue, _ body: () async throws -> Result
    ) async rethrows -> Result {
        let number = state.withLock { state in
            state.count += 1
            state.watchers[state.count] = Watcher(queue: queue, user: user)
            if let position {
                let missed = position.instance == instance ? state.history.events(after: position.number) : nil
                if missed == nil { queue.push(.reset, bytes: 0) }
                for event in missed ?? [] where user == nil || event.owner == user { push(event, to: queue) }
            }
            if let away = state.away { queue.push(.away(reason: away), bytes: 0) }
            if state.isClosed { queue.finish(.end) }
            return state.count
        }
        defer { state.withLock { _ = $0.watchers.removeValue(forKey: number) } }
        return try await body()
    }

    /// Ends all streams.
    func close() {
        let queues = state.withLock { state in
            state.isClosed = true
            return state.watchers.values.map(\.queue)
        }
        for queue in queues { queue.finish(.end) }
    }

    /// Hears events until the task is cancelled.
    func run() async {
        var backoff = RedisBackoff()
        var attempts = 0
        while !Task.isCancelled {
            // What is published at one node of a cluster is heard at every other.
            let nodes = connection.nodes
            let subscriber = RedisSubscriber(nodes[attempts % nodes.count])
            attempts += 1
            do {
                let (_, messages) = try await subscriber.connect()
                try await subscriber.psubscribe([keys.eventPattern])
                backoff.reset()
                isBack(isFirst: attempts == 1)
                try await hear(messages)
                isAway(reason: "The server closed the connection.")
            } catch {
                isAway(reason: (error as? RedisError)?.message ?? "\(error)")
            }
            await subscriber.close()
            try? await Task.sleep(for: backoff.next())
        }
    }

    private func hear(_ messages: some AsyncSequence<RedisPush, any Error>) async throws {
        var memory = OwnerMemory()
        for try await case .patternMessage(_, let channel, let payload) in messages {
            guard let id = keys.job(ofEventChannel: channel) else { continue }
            let event = JobEvent.decode(payload)
            var owner = memory.owner(of: id, on: event)
            if owner == nil {
                owner = try await owners([id])[id]
                memory.remember(owner, of: id, on: event)
            }
            tell(payload, of: id, owner: owner)
        }
    }

    private func tell(_ payload: ArraySlice<UInt8>, of id: JobID, owner: String?) {
        state.withLock { state in
            let event = state.history.add(payload, of: id, owner: owner)
            for watcher in state.watchers.values where watcher.user == nil || watcher.user == owner {
                push(event, to: watcher.queue)
            }
        }
    }

    private func push(_ event: PublishedEvent, to queue: StreamQueue) {
        queue.push(.event(event), bytes: event.payload.count + 64)
    }

    private func isAway(reason: String) {
        state.withLock { state in
            guard state.away == nil else { return }
            state.away = reason
            for watcher in state.watchers.values { watcher.queue.push(.away(reason: reason), bytes: 0) }
        }
    }

    private func isBack(isFirst: Bool) {
        state.withLock { state in
            // What was published meanwhile nobody has kept.
            if !isFirst { state.history.reset() }
            let wasAway = state.away != nil
            state.away = nil
            for watcher in state.watchers.values where wasAway {
                watcher.queue.push(.back, bytes: 0)
                watcher.queue.push(.reset, bytes: 0)
            }
        }
    }
}
