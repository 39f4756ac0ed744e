import JobLogCore

/// Until when Sentry wants nothing more of what, as it says in `X-Sentry-Rate-Limits` and `Retry-After`.
struct SentryRateLimits {
    /// What can be limited and concerns us.
    enum Category {
        /// Events.
        case error
        /// Client reports, which only a limit on everything stops.
        case report
    }

    /// The wait where a 429 or a limit names none.
    private static let defaultWait: Duration = .seconds(60)
    /// The longest wait that is believed: 30 days.
    private static let longestWait = 2_592_000.0

    private var all: Duration?
    private var error: Duration?

    /// Until when `category` is limited; nil when it is not.
    func end(of category: Category, now: Duration) -> Duration? {
        let ends = category == .error ? [all, error] : [all]
        return ends.compactMap(\.self).max().flatMap { $0 > now ? $0 : nil }
    }

    /// Takes what a response says.
    ///
    /// - Parameters:
    ///   - response: its status and headers; limits may stand in the answer to an accepted event too.
    ///   - now: the time on the clock that limits are kept by.
    ///   - wall: the same moment in Unix ms, for a `Retry-After` that is a date.
    mutating func update(_ response: SentryResponse, now: Duration, wall: Int64) {
        if let header = response.rateLimits, !header.allSatisfy(\.isWhitespace) {
            for limit in header.split(separator: ",") { take(String(limit), now: now) }
        } else if response.status == 429 {
            extend(&all, to: now + Self.wait(response.retryAfter, wall: wall))
        }
    }

    /// `SECONDS:CATEGORIES:SCOPE:REASON…`, categories separated by semicolons, none for all.
    private mutating func take(_ limit: String, now: Duration) {
        let fields = limit.split(separator: ":", omittingEmptySubsequences: false)
        guard fields.count > 1 else { return }
        let end = now + (Self.seconds(fields[0]) ?? Self.defaultWait)
        let categories = fields[1].split(separator: ";").map { $0.filter { !$0.isWhitespace }.lowercased() }
        if categories.isEmpty || categories.contains("all") { extend(&all, to: end) }
        if categories.contains("error") || categories.contains("default") { extend(&error, to: end) }
    }

    private func extend(_ limit: inout Duration?, to end: Duration) {
        limit = max(limit ?? end, end)
    }

    /// The wait of a `Retry-After`: seconds or a date, 60 s when it is neither or missing.
    static func wait(_ retryAfter: String?, wall: Int64) -> Duration {
        guard let retryAfter else { return defaultWait }
        if let seconds = seconds(retryAfter[...]) { return seconds }
        guard let date = date(retryAfter) else { return defaultWait }
        return min(max(.milliseconds(date - wall), .zero), .seconds(longestWait))
    }

    private static func seconds(_ text: Substring) -> Duration? {
        guard let number = Double(text.filter { !$0.isWhitespace }), number.isFinite, number >= 0 else { return nil }
        return .seconds(min(number.rounded(.up), longestWait))
    }

    /// The Unix ms of `Sun, 06 Nov 1994 08:49:37 GMT`.
    private static func date(_ text: String) -> Int64? {
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        let fields = text.split(separator: " ")
        guard fields.count == 6, fields[5] == "GMT", let month = months.firstIndex(of: String(fields[2])) else {
            return nil
        }
        let number = month < 9 ? "0\(month + 1)" : "\(month + 1)"
        return ISO8601.milliseconds("\(fields[3])-\(number)-\(fields[1])T\(fields[4])Z")
    }
}
