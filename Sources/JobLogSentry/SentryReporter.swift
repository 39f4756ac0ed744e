import JobLogCore

/// Reports errors of jobs to Sentry. See docs/workers.md.
///
///     let sentry = SentryReporter(try .fromEnvironment(ProcessInfo.processInfo.environment))
///     sentry.report(ErrorReport(jobID: job, message: "Upstream timed out"))
///     await sentry.shutdown()
///
/// A report is taken at once and sent in the background, one request at a time, within bounds of memory and time. What
/// Sentry does not take is dropped, counted, and told to Sentry as a client report. Nothing here throws or waits in the
/// path of the worker.
public final class SentryReporter: ErrorReporter {
    /// nil when reporting is off.
    private let core: SentryCore?

    /// A reporter; nil, from ``SentryConfiguration/fromEnvironment(_:dsn:release:environment:sampleRate:)`` without a
    /// DSN, makes one that takes nothing.
    public convenience init(_ configuration: SentryConfiguration?) {
        self.init(
            configuration, transport: configuration.map(SentryHTTPTransport.init), clock: .system,
            chance: { Double.random(in: 0..<1) })
    }

    init(
        _ configuration: SentryConfiguration?, transport: (any SentryTransport)?, clock: SentryClock,
        chance: @escaping @Sendable () -> Double
    ) {
        if let configuration, let transport {
            core = SentryCore(configuration, transport: transport, clock: clock, chance: chance)
        } else {
            core = nil
        }
    }

    deinit {
        core?.close()
    }

    /// Whether there is a DSN.
    public var isOn: Bool { core != nil }

    /// Takes a report without waiting.
    ///
    /// - Returns: the event's id, 32 hexadecimal digits; nil when it was not taken: not in the sample, rate limited by
    ///   Sentry, larger than the whole queue, after ``shutdown(within:)``, or because reporting is off.
    @discardableResult
    public func report(_ report: ErrorReport) -> String? {
        core?.report(report)
    }

    /// Waits until nothing that was taken waits any more, but no longer than `limit`; false when something still does.
    ///
    /// It does not hurry Sentry: an event that waits for its next attempt goes on waiting.
    public func flush(within limit: Duration) async -> Bool {
        guard let core else { return true }
        return await core.flush(within: limit)
    }

    /// Takes nothing more, sends what waits, at once where a failure made it wait, and lets go of connections; for the
    /// end of a worker. What is not sent within `limit` is lost.
    ///
    /// - Returns: whether nothing was left.
    @discardableResult
    public func shutdown(within limit: Duration = .seconds(2)) async -> Bool {
        guard let core else { return true }
        core.close()
        let isDone = await core.flush(within: limit)
        await core.stop()
        return isDone
    }
}
