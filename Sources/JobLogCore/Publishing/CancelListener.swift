import RedisClient

/// Hears requests to cancel on `job:cancel:{id}`, for all jobs of a publisher over one connection.
///
/// It connects when there is something to listen for, and again when the connection is lost; what was asked for in
/// between is seen in `job:state:{id}`.
actor CancelListener {
    private let connection: RedisConnection
    private let keys: JobKeys
    private var handlers: [JobID: [Int: @Sendable () -> Void]] = [:]
    private var count = 0
    private var runner: Task<Void, Never>?
    private var subscriber: RedisSubscriber?

    init(connection: RedisConnection, keys: JobKeys) {
        self.connection = connection
        self.keys = keys
    }

    /// Calls `handler` when cancelling the job is asked for, until ``ignore(_:_:)``.
    func listen(to id: JobID, _ handler: @escaping @Sendable () -> Void) async -> Int {
        count += 1
        handlers[id, default: [:]][count] = handler
        let number = count
        if runner == nil {
            runner = Task { await run() }
        } else if handlers[id]?.count == 1, let subscriber {
            try? await subscriber.subscribe([keys.cancel(id)])
            await catchUp([id])
        }
        return number
    }

    /// The handler is no longer of interest.
    func ignore(_ id: JobID, _ number: Int) async {
        handlers[id]?[number] = nil
        guard handlers[id]?.isEmpty ?? false else { return }
        handlers[id] = nil
        if handlers.isEmpty {
            await close()
        } else {
            try? await subscriber?.unsubscribe([keys.cancel(id)])
        }
    }

    /// Ends listening.
    func close() async {
        runner?.cancel()
        runner = nil
        await subscriber?.close()
        subscriber = nil
    }

    private func run() async {
        var backoff = RedisBackoff()
        var attempts = 0
        while !Task.isCancelled, !handlers.isEmpty {
            // What is published at one node of a cluster is heard at every other.
            let nodes = connection.nodes
            let subscriber = RedisSubscriber(nodes[attempts % nodes.count])
            attempts += 1
            self.subscriber = subscriber
            do {
                let (_, messages) = try await subscriber.connect()
                try await subscriber.subscribe(handlers.keys.map { keys.cancel($0) })
                backoff.reset()
                await catchUp(Array(handlers.keys))
                for try await case .message(let channel, _) in messages {
                    if let id = keys.job(ofCancelChannel: channel) { tell(id) }
                }
            } catch {}
            await subscriber.close()
            guard !Task.isCancelled else { return }
            try? await Task.sleep(for: backoff.next())
        }
    }

    /// A request that came before the subscription was there has left its mark in the state.
    private func catchUp(_ ids: [JobID]) async {
        let states = JobStateStore(connection: connection, keys: keys)
        for id in ids {
            if let state = try? await states.load(id), state.status == .cancelled { tell(id) }
        }
    }

    private func tell(_ id: JobID) {
        for handler in handlers[id, default: [:]].values { handler() }
    }
}
