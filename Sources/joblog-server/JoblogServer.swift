import Hummingbird
import JobLogCore
import Logging
import NIOCore
import RedisClient
import ServiceLifecycle
import UnixSignals

/// The server: its parts, and how they are put together.
struct JoblogServer {
    /// What it is told on the command line and by the environment.
    struct Settings: Sendable {
        var redis: RedisConfiguration
        var keys: JobKeys
        var host: String
        var port: Int
        var tokens: TokenSettings
        var origins: Set<String>
        /// Requests a second of one user.
        var rate: Int
    }

    /// How long answers and streams that are under way when the server is told to end may take to do so.
    private static let grace = Duration.seconds(5)

    let settings: Settings
    let logger: Logger

    /// Serves until it is told to end.
    ///
    /// - Parameter isListening: is told the port once it listens.
    /// - Throws: ``BadSetting`` for a key that is none, and what hinders listening.
    func run(_ isListening: @escaping @Sendable (_ port: Int) -> Void) async throws {
        let desk = JobDesk(configuration: settings.redis, keys: settings.keys)
        let hub = FeedHub(feed: RedisJobSource(configuration: settings.redis, keys: settings.keys).feed())
        let relay = EventRelay(connection: desk.connection, keys: settings.keys) { try await desk.owners(of: $0) }
        let router = try await router(desk, hub, relay)
        var application = Application(
            router: router,
            server: .http1(
                configuration: .init(
                    // Who sends a request byte by byte holds a connection no longer than that.
                    idleTimeout: .seconds(75),
                    httpDecoderConfiguration: .init(maxHeaderFieldCount: 100))),
            configuration: ApplicationConfiguration(
                address: .hostname(settings.host, port: settings.port), serverName: "joblog-server"),
            onServerRunning: { isListening($0.localAddress?.port ?? 0) }, logger: logger)
        application.addServices(StreamService(hub: hub, relay: relay))
        var services = ServiceGroupConfiguration(
            services: [.init(service: application)], gracefulShutdownSignals: [.sigterm, .sigint], logger: logger)
        // Who does not read what it asked for is not waited for any longer.
        services.maximumGracefulShutdownDuration = Self.grace
        do {
            try await ServiceGroup(configuration: services).run()
        } catch is CancellationError {
            // That is how what is not waited for any longer ends.
        }
    }

    private func router(_ desk: JobDesk, _ hub: FeedHub, _ relay: EventRelay) async throws -> Router<APIContext> {
        let metrics = ServerMetrics()
        let tokens = try await TokenKeys(settings.tokens)
        let router = Router(context: APIContext.self, options: .autoGenerateHeadEndpoints)
        router.addMiddleware {
            Accounting(metrics: metrics)
            CrossOrigin(origins: settings.origins)
            SizeLimits()
        }
        ServerRoutes(desk: desk, hub: hub, relay: relay, metrics: metrics).add(to: router)
        let api = router.group("/api")
        api.addMiddleware {
            Authentication(keys: tokens, rates: RateLimiter(perSecond: settings.rate))
        }
        JobRoutes(desk: desk).add(to: api)
        LogRoutes(desk: desk).add(to: api)
        ActionRoutes(desk: desk).add(to: api)
        StreamRoutes(desk: desk, hub: hub, relay: relay, metrics: metrics).add(to: api)
        return router
    }
}

/// What reads for the streams, from the server's start to its end.
private struct StreamService: Service {
    let hub: FeedHub
    let relay: EventRelay

    func run() async throws {
        await hub.start()
        await withGracefulShutdownHandler {
            await cancelWhenGracefulShutdown { await relay.run() }
        } onGracefulShutdown: {
            relay.close()
        }
        await hub.close()
    }
}
