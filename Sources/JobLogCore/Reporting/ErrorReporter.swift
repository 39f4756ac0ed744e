/// Takes reports of failures somewhere where people look for them.
///
/// A reporter is called from the path of a log line: it may neither wait nor fail.
public protocol ErrorReporter: Sendable {
    /// Takes a report at once, without waiting for anything.
    ///
    /// - Returns: the id under which it will be found, or nil when it was not taken: sampled out, too large for the
    ///   queue, rate limited, or reporting is off.
    func report(_ report: ErrorReport) -> String?

    /// Waits until nothing that was taken is waiting any more, but no longer than `limit`.
    ///
    /// - Returns: whether nothing is waiting; what could not be delivered after all attempts counts as done.
    func flush(within limit: Duration) async -> Bool
}
