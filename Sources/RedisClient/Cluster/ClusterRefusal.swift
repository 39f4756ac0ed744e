/// What a node of a cluster says in place of an answer.
enum ClusterRefusal: Sendable, Hashable {
    /// The slot is on another node, for good.
    case moved(slot: Int, to: RedisEndpoint)
    /// The slot is moving, and this key may be on another node already: to be asked there, this once.
    case ask(at: RedisEndpoint)
    /// Nobody can answer now: the keys are moving, or a part of the cluster is missing.
    case notNow

    /// Reads an error; nil where it is an answer like any other.
    ///
    /// - Parameters:
    ///   - text: The error.
    ///   - host: Whom it came from: that is meant where no host is named.
    init?(_ text: String, from host: String) {
        let words = text.split(separator: " ")
        switch words.first {
        case "TRYAGAIN", "CLUSTERDOWN": self = .notNow
        case "MOVED", "ASK":
            guard words.count >= 3, let slot = Int(words[1]), (0..<HashSlot.count).contains(slot),
                let endpoint = Self.endpoint(words[2], from: host)
            else { return nil }
            self = words[0] == "ASK" ? .ask(at: endpoint) : .moved(slot: slot, to: endpoint)
        default: return nil
        }
    }

    /// `host:port`; an IPv6 address stands there without brackets.
    private static func endpoint(_ text: Substring, from host: String) -> RedisEndpoint? {
        guard let colon = text.lastIndex(of: ":") else { return nil }
        return RedisEndpoint(
            announced: String(text[..<colon]), port: Int(text[text.index(after: colon)...]), by: host)
    }
}
