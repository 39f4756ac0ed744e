/// How often a job's progress is published.
public enum ProgressPacing: Sendable, Hashable {
    /// Every call publishes.
    case everyProgress
    /// At most so many a second: of the calls in between, the newest is published when its time has come. Whatever else
    /// a job publishes is never held back.
    case atMost(perSecond: Double)

    /// The least time between two; nil for none.
    var interval: Duration? {
        switch self {
        case .everyProgress: nil
        case .atMost(let rate): rate > 0 && rate.isFinite ? .seconds(1 / rate) : nil
        }
    }
}
