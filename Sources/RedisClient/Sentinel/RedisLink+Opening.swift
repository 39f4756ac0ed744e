extension RedisLink {
    /// Connects to the server that the configuration means: the URL's own, or the one that Sentinels name.
    ///
    /// - Throws: Why there is no connection, ``RedisError/Code/loading`` among the reasons.
    static func open(
        _ configuration: RedisConfiguration, interrupter: SocketInterrupter
    ) throws(RedisError) -> RedisLink {
        interrupter.begin()
        guard case .sentinel(let sentinels, let name) = configuration.url.target else {
            return try RedisLink(configuration, interrupter: interrupter)
        }
        return try SentinelQuery(
            sentinels: sentinels, name: name, configuration: configuration, interrupter: interrupter
        ).link()
    }
}
