import JobLogCore

@testable import JobLogSentry

extension ErrorReport {
    /// A report; only what a test is about needs to be named.
    static func sample(_ message: String = "Upstream timed out", job: String = "job-1") -> ErrorReport {
        ErrorReport(jobID: JobID(job), message: message, timestamp: 1_734_470_400_123)
    }
}

extension SentryConfiguration {
    /// A configuration for a server at `port` that says nothing on the console.
    static func sample(port: Int = 9, sampleRate: Double = 1) throws -> SentryConfiguration {
        var configuration = try SentryConfiguration(
            dsn: SentryDSN(parsing: "http://0123456789abcdef0123456789abcdef@127.0.0.1:\(port)/sub/42"),
            release: "worker@1.4.2", environment: "test", sampleRate: sampleRate)
        configuration.serverName = "host-1"
        configuration.console = { _ in }
        // A busy machine is no failure.
        (configuration.connectTimeout, configuration.requestTimeout) = (.seconds(300), .seconds(300))
        return configuration
    }
}
