import Synchronization

/// What the server has done, as Prometheus reads it.
final class ServerMetrics: Sendable {
    private static let bounds: [Double] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5]

    private struct Counts {
        var answers: [Int: Int] = [:]
        var buckets = Array(repeating: 0, count: bounds.count + 1)
        var seconds = 0.0
        var total = 0
        var dropped = 0
    }

    private let counts = Mutex(Counts())

    /// A request was answered with this status.
    func count(_ status: Int, took: Duration) {
        let seconds = took / .seconds(1)
        let place = Self.bounds.firstIndex { seconds <= $0 } ?? Self.bounds.count
        counts.withLock { counts in
            counts.answers[status, default: 0] += 1
            counts.buckets[place] += 1
            counts.seconds += seconds
            counts.total += 1
        }
    }

    /// A stream ends whose reader was too slow.
    func countDropped() { counts.withLock { $0.dropped += 1 } }

    /// The text of Prometheus.
    func text(streams: [(kind: String, count: Int)], isReady: Bool) -> String {
        let counts = counts.withLock { $0 }
        var lines = [
            "# HELP joblog_http_requests_total Requests answered, by status.",
            "# TYPE joblog_http_requests_total counter",
        ]
        for (status, count) in counts.answers.sorted(by: { $0.key < $1.key }) {
            lines.append("joblog_http_requests_total{status=\"\(status)\"} \(count)")
        }
        lines += [
            "# HELP joblog_http_request_duration_seconds Time until the answer began.",
            "# TYPE joblog_http_request_duration_seconds histogram",
        ]
        var sum = 0
        for (place, count) in counts.buckets.enumerated() {
            sum += count
            let bound = place < Self.bounds.count ? "\(Self.bounds[place])" : "+Inf"
            lines.append("joblog_http_request_duration_seconds_bucket{le=\"\(bound)\"} \(sum)")
        }
        lines += [
            "joblog_http_request_duration_seconds_sum \(counts.seconds)",
            "joblog_http_request_duration_seconds_count \(counts.total)",
            "# HELP joblog_streams Open event streams.",
            "# TYPE joblog_streams gauge",
        ]
        lines += streams.map { "joblog_streams{kind=\"\($0.kind)\"} \($0.count)" }
        lines += [
            "# HELP joblog_streams_dropped_total Streams that were ended because their readers were too slow.",
            "# TYPE joblog_streams_dropped_total counter",
            "joblog_streams_dropped_total \(counts.dropped)",
            "# HELP joblog_redis_up Whether Redis answered when it was asked just now.",
            "# TYPE joblog_redis_up gauge",
            "joblog_redis_up \(isReady ? 1 : 0)",
        ]
        return lines.joined(separator: "\n") + "\n"
    }
}
