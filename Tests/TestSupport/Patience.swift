import Foundation

extension Duration {
    /// How many times as long as otherwise everything may take: `JOBLOG_TEST_PATIENCE`, for what makes programs slow.
    private static let factor = ProcessInfo.processInfo.environment["JOBLOG_TEST_PATIENCE"].flatMap { Int($0) } ?? 1

    /// How long to wait where a test says so long.
    var patient: Duration { self * Self.factor }
}
