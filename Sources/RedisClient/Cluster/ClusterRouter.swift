import Logging
import Synchronization

/// The nodes of a cluster: a connection to each that was needed, and what is known of who has which slots.
///
/// All of them run on one executor, which whoever sends over them is on.
final class ClusterRouter: Sendable {
    private struct State {
        var topology: ClusterTopology
        /// Counts up when slots or nodes have changed.
        var version = 1
        var isStale = true
        var learnedAt: ContinuousClock.Instant?
        var nodes: [RedisEndpoint: RedisConnection] = [:]
        /// How many connections were made to nodes that are gone.
        var gone = 0
        /// Nodes that were waited for in vain.
        var givenUp: Set<RedisEndpoint> = []
        var missing: [RedisEndpoint: RedisError] = [:]
        /// Nodes that let whoever connects to them wait, and until when none does.
        var silent: [RedisEndpoint: (error: RedisError, until: ContinuousClock.Instant)] = [:]
        var lost: LostClient?
        var onLoss: (@Sendable () -> Void)?

        /// Whether it was not asked lately who has which slots.
        var isOld: Bool { learnedAt.map { .now - $0 >= ClusterRouter.interval } ?? true }

        /// Takes in that some slots are on other nodes than they were.
        mutating func correct(_ topology: ClusterTopology) {
            guard !topology.hasSameOwners(as: self.topology) else { return }
            // Where one slot has moved others may have.
            self.topology = topology
            version += 1
            isStale = true
        }
    }

    /// The least time between two questions for the slots that nobody waits for.
    private static let interval = Duration.milliseconds(250)

    private let configuration: RedisConfiguration
    private let executor: RedisExecutor
    private let logger: Logger?
    private let seeds: [RedisEndpoint]
    private let state: Mutex<State>

    /// A cluster of which some nodes are known, or all of it.
    init(
        _ configuration: RedisConfiguration, seeds: [RedisEndpoint], topology: ClusterTopology? = nil,
        executor: RedisExecutor, logger: Logger?
    ) {
        self.configuration = configuration
        self.seeds = seeds
        self.executor = executor
        self.logger = logger
        var state = State(topology: topology ?? ClusterTopology(seeds))
        if topology != nil {
            state.isStale = false
            state.learnedAt = .now
        }
        self.state = Mutex(state)
    }

    /// Who has which slots, as far as it is known.
    var topology: ClusterTopology { state.withLock(\.topology) }

    /// Counts up when slots or nodes have changed.
    var version: Int { state.withLock(\.version) }

    /// Whether it should be asked anew who has which slots, before anything is sent.
    var isStale: Bool { state.withLock { $0.isStale && $0.isOld } }

    /// Whether it was not asked lately who has which slots.
    var isOld: Bool { state.withLock(\.isOld) }

    /// The nodes that were waited for in vain.
    var givenUp: Set<RedisEndpoint> { state.withLock(\.givenUp) }

    /// How many connections were made to nodes, in all.
    var connectionCount: Int {
        state.withLock { state in state.nodes.values.reduce(state.gone) { $0 + $1.connectionCount } }
    }

    /// How many nodes would have to be connected to for a pipeline that needs all of them.
    var unconnected: Int {
        state.withLock { state in
            max(1, state.topology.primaries.count) - state.nodes.values.count { !$0.isEmpty }
        }
    }

    /// The node whose connection died last while an answer was due.
    var lostClient: LostClient? { state.withLock(\.lost) }

    /// Where the nodes are that have slots; before that is known, where it was said that there are some.
    var nodes: [RedisConfiguration] {
        topology.nodes.map { configuration.node($0) }
    }

    /// The nodes that could not be connected to by ``RedisConnection/connect()``, and why.
    var missing: [RedisEndpoint: RedisError] {
        get { state.withLock(\.missing) }
        set { state.withLock { $0.missing = newValue } }
    }

    /// Why nobody should wait for a node now.
    func silence(of endpoint: RedisEndpoint) -> RedisError? {
        state.withLock { state in
            guard let silent = state.silent[endpoint] else { return nil }
            if silent.until > .now { return silent.error }
            state.silent[endpoint] = nil
            return nil
        }
    }

    /// Takes in that nobody could connect to a node, or nil: that it is there. One that was waited for is left alone for
    /// twice as long, in which the others can be used.
    func note(_ error: RedisError?, at endpoint: RedisEndpoint) {
        let until = ContinuousClock.now + configuration.connectTimeout * 2
        state.withLock { state in
            state.silent[endpoint] = error.flatMap { $0.code == .timedOut ? ($0, until) : nil }
        }
    }

    /// The connections that there are.
    var connections: [RedisConnection] { state.withLock { Array($0.nodes.values) } }

    /// The connection to a node, which connects when it is used.
    func node(_ endpoint: RedisEndpoint) -> RedisConnection {
        state.withLock { state in
            if let node = state.nodes[endpoint] { return node }
            let node = RedisConnection(
                configuration.node(endpoint), executor: executor, logger: logger,
                onLoss: { [weak self] in self?.loseIdle() })
            state.nodes[endpoint] = node
            return node
        }
    }

    /// Whom to ask who has which slots: those who are connected first, and none of `failed` before the others.
    func candidates(failed: Set<RedisEndpoint> = []) -> [RedisEndpoint] {
        state.withLock { state in
            var all: [RedisEndpoint] = []
            for endpoint in state.topology.primaries.map(\.endpoint) + state.topology.endpoints + seeds
            where !all.contains(endpoint) { all.append(endpoint) }
            func rank(_ endpoint: RedisEndpoint) -> Int {
                if failed.contains(endpoint) || state.givenUp.contains(endpoint) { return 2 }
                return state.nodes[endpoint].map { $0.isEmpty } ?? true ? 1 : 0
            }
            return (0...2).flatMap { wanted in all.filter { rank($0) == wanted } }
        }
    }

    /// Takes in who has which slots; connections to nodes that have none any more are given up.
    func learn(_ topology: ClusterTopology) {
        let former = state.withLock { state -> [RedisConnection] in
            state.isStale = false
            state.learnedAt = .now
            let isNews = !topology.hasSameOwners(as: state.topology)
            state.topology = topology
            guard isNews else { return [] }
            state.version += 1
            let primaries = Set(topology.primaries.map(\.endpoint))
            let former = state.nodes.filter { !primaries.contains($0.key) }
            for (endpoint, node) in former {
                state.nodes[endpoint] = nil
                state.gone += node.connectionCount
            }
            state.givenUp.formIntersection(primaries)
            return Array(former.values)
        }
        for node in former { node.assumeIsolated { $0.disconnect() } }
        logger?.debug("learned the cluster's slots", metadata: ["nodes": "\(topology.primaries.count)"])
    }

    /// Takes in that a slot is on a node.
    func learn(_ slot: Int, at endpoint: RedisEndpoint) {
        state.withLock { state in
            var topology = state.topology
            topology.learn(slot, at: endpoint)
            state.correct(topology)
        }
    }

    /// Takes in what a delivery has found out.
    func note(_ delivery: ClusterDelivery, _ topology: ClusterTopology) {
        state.withLock { state in
            state.givenUp.subtract(delivery.reached.subtracting(delivery.givenUp))
            state.givenUp.formUnion(delivery.givenUp)
            state.correct(topology)
            if !delivery.givenUp.isEmpty || delivery.failure != nil { state.isStale = true }
        }
    }

    /// What belongs to the connection to a node is gone: a command may have been under way.
    func lose(_ client: LostClient) {
        state.withLock { $0.lost = client }
    }

    /// It is to be asked anew who has which slots.
    func becomeStale() {
        state.withLock {
            $0.isStale = true
            $0.learnedAt = nil
        }
    }

    /// Tells when a node closes a connection while no command is under way.
    func whenLost(_ handler: @escaping @Sendable () -> Void) {
        state.withLock { $0.onLoss = handler }
    }

    /// Ends what blocks on any of the connections, from any thread.
    func interrupt() {
        for node in connections { node.interrupt() }
    }

    private func loseIdle() {
        let handler = state.withLock { state in
            state.isStale = true
            return state.onLoss
        }
        handler?()
    }
}

extension RedisConfiguration {
    /// The same for one node of the cluster, by itself.
    public func node(_ endpoint: RedisEndpoint) -> RedisConfiguration {
        var node = self
        node.url.target = .tcp(host: endpoint.host, port: endpoint.port)
        node.looksForCluster = false
        return node
    }

    /// The node that it is for; nil where it is for something else.
    var endpoint: RedisEndpoint? {
        guard case .tcp(let host, let port) = url.target else { return nil }
        return RedisEndpoint(host: host, port: port)
    }
}
