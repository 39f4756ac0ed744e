import Foundation
import Testing

/// Which sanitizer watches the tests and the programs that they start; nil where none does. `Tests/Sanitizers/run.sh`
/// says it.
private let sanitizer = ProcessInfo.processInfo.environment["JOBLOG_TEST_SANITIZER"]

extension Trait where Self == ConditionTrait {
    /// Leaves a test out, by name, where a sanitizer watches: it looks at what the sanitizer itself does otherwise.
    public static func withoutSanitizer(_ reason: Comment) -> Self { .enabled(if: sanitizer == nil, reason) }
}

extension Duration {
    /// How many times as long as otherwise everything may take: `JOBLOG_TEST_PATIENCE`, for what makes programs slow.
    private static let factor = ProcessInfo.processInfo.environment["JOBLOG_TEST_PATIENCE"].flatMap { Int($0) } ?? 1

    /// How long to wait where a test says so long.
    var patient: Duration { self * Self.factor }
}
