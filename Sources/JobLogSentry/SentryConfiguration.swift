import JobLogCore

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// How errors are reported to Sentry.
public struct SentryConfiguration: Sendable {
    /// Where events go.
    public var dsn: SentryDSN
    /// The version of the worker, such as `worker@1.4.2`.
    public var release: String?
    /// Where the worker runs: `production`.
    public var environment: String?
    /// The host that events name; this one's name unless changed.
    public var serverName: String?
    /// Which part of the errors is reported, from 0 to 1.
    public let sampleRate: Double
    /// How many events may wait; when one more comes, the oldest goes.
    public var queueLimit = 100
    /// How many bytes of memory waiting events may take, about.
    public var queueBytes = 8_000_000
    /// How large an event may be; Sentry takes 1 MB. Log lines go first, then metadata.
    public var eventBytes = 1_000_000
    /// How long a connection may take.
    public var connectTimeout: Duration = .seconds(5)
    /// How long a request may take, connection included.
    public var requestTimeout: Duration = .seconds(15)
    /// How often an event is sent before it is given up.
    public var attempts = 5
    /// How long to wait after the first failure; doubled after each further one, up to ``longestBackoff``.
    public var firstBackoff: Duration = .seconds(1)
    /// The longest wait between two attempts.
    public var longestBackoff: Duration = .seconds(60)
    /// Takes secrets out of all that is sent.
    public var scrubber = SecretScrubber()
    /// Takes a line when Sentry stops accepting events; standard error unless changed. Called once a cause.
    public var console: @Sendable (String) -> Void = JobLogManager.standardError

    /// A configuration; `sampleRate` is the part of the errors that is reported.
    ///
    /// - Throws: ``SentryError/Code/sampleRate`` unless it is a number from 0 to 1.
    public init(
        dsn: SentryDSN, release: String? = nil, environment: String? = nil, sampleRate: Double = 1
    ) throws(SentryError) {
        guard (0...1).contains(sampleRate) else { throw Self.badRate }
        self.dsn = dsn
        self.release = release
        self.environment = environment
        self.sampleRate = sampleRate
        serverName = Self.hostName
    }

    /// The configuration of `SENTRY_DSN`, `SENTRY_RELEASE`, `SENTRY_ENVIRONMENT` and `SENTRY_SAMPLE_RATE`; what is given
    /// here wins.
    ///
    /// - Parameters:
    ///   - variables: the environment; empty variables count as absent.
    ///   - dsn: the DSN's text.
    ///   - release: the version of the worker.
    ///   - environment: where the worker runs.
    ///   - sampleRate: the part of the errors that is reported; all unless given.
    /// - Returns: nil when there is no DSN: reporting is off.
    /// - Throws: ``SentryError`` that names what is wrong.
    public static func fromEnvironment(
        _ variables: [String: String], dsn: String? = nil, release: String? = nil, environment: String? = nil,
        sampleRate: Double? = nil
    ) throws(SentryError) -> SentryConfiguration? {
        func variable(_ name: String) -> String? {
            variables[name].flatMap { $0.allSatisfy(\.isWhitespace) ? nil : $0 }
        }
        guard let dsn = dsn ?? variable("SENTRY_DSN") else { return nil }
        var rate = sampleRate
        if rate == nil, let text = variable("SENTRY_SAMPLE_RATE") {
            guard let number = Double(text) else { throw badRate }
            rate = number
        }
        return try SentryConfiguration(
            dsn: SentryDSN(parsing: dsn), release: release ?? variable("SENTRY_RELEASE"),
            environment: environment ?? variable("SENTRY_ENVIRONMENT"), sampleRate: rate ?? 1)
    }

    private static let badRate = SentryError(
        .sampleRate, "The sample rate for Sentry (SENTRY_SAMPLE_RATE) must be a number from 0 to 1, such as 0.25.")

    private static var hostName: String? {
        var buffer = [CChar](repeating: 0, count: 256)
        guard gethostname(&buffer, buffer.count - 1) == 0 else { return nil }
        return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
