import RedisClient

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

extension JobPublisher {
    /// The variables that say where Redis is and as whom to connect.
    private static let variables = [
        "REDIS_URL", "JOBLOG_REDIS_USER", "JOBLOG_REDIS_PASSWORD", "REDISCLI_AUTH", "JOBLOG_SENTINEL_USER",
        "JOBLOG_SENTINEL_PASSWORD",
    ]

    /// A publisher over a connection of its own, to the Redis that the environment names.
    ///
    /// That is `REDIS_URL`, else `redis://localhost:6379`, with the user and password of
    /// `RedisConfiguration.fromEnvironment`. `CLIENT LIST` shows it as `joblog-worker:` and the
    /// worker's name.
    ///
    /// - Parameters:
    ///   - environment: The variables; those of the process unless given.
    ///   - worker: Who publishes; stands in events and in the state.
    ///   - retention: How much of a log is kept.
    ///   - keeping: What is kept of log entries while Redis does not take them.
    ///   - pacing: How often progress is published.
    ///   - reporter: Told of every error.
    /// - Returns: A publisher that connects when it has something to say.
    /// - Throws: `RedisError` where `REDIS_URL` is no address.
    public static func fromEnvironment(
        _ environment: [String: String]? = nil, worker: WorkerIdentity = WorkerIdentity(),
        retention: LogRetention = LogRetention(), keeping: LogKeeping = LogKeeping(),
        pacing: ProgressPacing = .everyProgress, reporter: (any ErrorReporter)? = nil
    ) throws(RedisError) -> JobPublisher {
        let configuration = try RedisConfiguration.fromEnvironment(
            url: nil, environment: environment ?? ownVariables, clientName: "joblog-worker:\(worker.name)")
        return JobPublisher(
            connection: RedisConnection(configuration), worker: worker, retention: retention, keeping: keeping,
            pacing: pacing, reporter: reporter)
    }

    private static var ownVariables: [String: String] {
        var found: [String: String] = [:]
        for name in variables { found[name] = getenv(name).map { String(cString: $0) } }
        return found
    }
}
