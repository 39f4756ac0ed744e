/// Which node of a cluster has which slots, as far as it is known.
struct ClusterTopology: Sendable {
    /// A node that has slots.
    struct Primary: Sendable, Hashable {
        /// The least of its slots, by which a place among the nodes survives that another node takes its place.
        let firstSlot: Int
        let endpoint: RedisEndpoint
    }

    private static let nobody = UInt16.max

    /// The place in ``endpoints`` of each slot's owner.
    private var owners: [UInt16]
    /// All nodes that may answer, those without slots, too.
    private(set) var endpoints: [RedisEndpoint]
    /// The nodes that have slots, by the least of these. Where no node has told, that is all that are known: those that
    /// may have some come last.
    private(set) var primaries: [Primary] = []
    /// Whether a node has told which node has which slots; else it is learned slot by slot.
    private let isTold: Bool

    /// Whom commands go to that concern all nodes.
    var nodes: [RedisEndpoint] { primaries.map(\.endpoint) }

    /// Nodes of which nothing is known but that they are there.
    init(_ endpoints: [RedisEndpoint] = []) {
        self.init(endpoints, isTold: false)
        order()
    }

    private init(_ endpoints: [RedisEndpoint], isTold: Bool) {
        owners = Array(repeating: Self.nobody, count: HashSlot.count)
        self.endpoints = endpoints
        self.isTold = isTold
    }

    /// Reads the reply to `CLUSTER SLOTS`; nil where it is none.
    ///
    /// - Parameters:
    ///   - reply: The reply.
    ///   - host: Whom it came from: a node without a known address is there, at its own port.
    init?(_ reply: RedisReply, from host: String) {
        guard let ranges = reply.array else { return nil }
        self.init([], isTold: true)
        for range in ranges {
            guard let parts = range.array.map({ Array($0) }), parts.count >= 3, let first = parts[0].integer,
                let last = parts[1].integer, first >= 0, first <= last, last < HashSlot.count,
                let primary = Self.endpoint(parts[2], from: host)
            else { continue }
            let place = place(of: primary)
            for slot in first...last { owners[slot] = place }
            for replica in parts.dropFirst(3) {
                if let endpoint = Self.endpoint(replica, from: host) { _ = self.place(of: endpoint) }
            }
        }
        order()
    }

    /// Who has a slot; nil where that is not known, or nobody has it.
    func owner(of slot: Int) -> RedisEndpoint? {
        let place = owners[slot]
        return place == Self.nobody ? nil : endpoints[Int(place)]
    }

    /// Whether all slots are on the same nodes; nodes without slots, and the order of them, do not matter.
    func hasSameOwners(as other: ClusterTopology) -> Bool {
        if owners == other.owners, endpoints == other.endpoints { return true }
        return (0..<HashSlot.count).allSatisfy { owner(of: $0) == other.owner(of: $0) }
    }

    /// Takes in that a slot is on a node.
    mutating func learn(_ slot: Int, at endpoint: RedisEndpoint) {
        guard owners.indices.contains(slot), owner(of: slot) != endpoint else { return }
        owners[slot] = place(of: endpoint)
        if primaries.first(where: { $0.endpoint == endpoint }).map({ $0.firstSlot > slot }) ?? true { order() }
    }

    private mutating func place(of endpoint: RedisEndpoint) -> UInt16 {
        if let place = endpoints.firstIndex(of: endpoint) { return UInt16(place) }
        endpoints.append(endpoint)
        return UInt16(endpoints.count - 1)
    }

    private mutating func order() {
        primaries = []
        var seen = Set<UInt16>()
        var previous = Self.nobody
        for (slot, owner) in owners.enumerated() where owner != previous {
            previous = owner
            guard owner != Self.nobody, seen.insert(owner).inserted else { continue }
            primaries.append(Primary(firstSlot: slot, endpoint: endpoints[Int(owner)]))
        }
        if isTold { return }
        for (place, endpoint) in endpoints.enumerated() where !seen.contains(UInt16(place)) {
            primaries.append(Primary(firstSlot: HashSlot.count + place, endpoint: endpoint))
        }
    }

    /// A node's preferred address.
    private static func endpoint(_ node: RedisReply, from host: String) -> RedisEndpoint? {
        guard let parts = node.array.map({ Array($0) }), parts.count >= 2 else { return nil }
        return RedisEndpoint(announced: parts[0].string ?? "", port: parts[1].integer, by: host)
    }
}

extension RedisEndpoint {
    /// Where a node of a cluster says that a node is. Where it does not know the host, or may not tell it, it is its own.
    init?(announced name: String, port: Int?, by host: String) {
        guard let port, (1...65_535).contains(port) else { return nil }
        self.init(host: name.isEmpty || name == "?" ? host : name, port: port)
    }
}
