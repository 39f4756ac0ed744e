extension RedisLink {
    /// Connects to the server that the configuration means: the URL's own, the one that Sentinels name, or, of the nodes of a
    /// cluster that are named, the first that is there.
    ///
    /// - Throws: Why there is no connection, ``RedisError/Code/loading`` among the reasons.
    static func open(
        _ configuration: RedisConfiguration, interrupter: SocketInterrupter
    ) throws(RedisError) -> RedisLink {
        interrupter.begin()
        switch configuration.url.target {
        case .tcp, .unix: return try RedisLink(configuration, interrupter: interrupter)
        case .sentinel(let sentinels, let name):
            return try SentinelQuery(
                sentinels: sentinels, name: name, configuration: configuration, interrupter: interrupter
            ).link()
        case .cluster(let nodes):
            var failure: RedisError?
            for node in nodes {
                do throws(RedisError) {
                    return try RedisLink(configuration.node(node), interrupter: interrupter)
                } catch {
                    failure = failure ?? error
                    if interrupter.wasInterrupted { break }
                }
            }
            throw failure ?? .closed(configuration.url)
        }
    }
}
