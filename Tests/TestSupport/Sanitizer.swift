// This module is built with the products too, and beside a static standard library there is no Testing.
#if canImport(Testing)
import Foundation
import Testing

/// Which sanitizer watches the tests and the programs that they start; nil where none does. `Tests/Sanitizers/run.sh`
/// says it.
private let sanitizer = ProcessInfo.processInfo.environment["JOBLOG_TEST_SANITIZER"]

extension Trait where Self == ConditionTrait {
    /// Leaves a test out, by name, where a sanitizer watches: it looks at what the sanitizer itself does otherwise.
    public static func withoutSanitizer(_ reason: Comment) -> Self { .enabled(if: sanitizer == nil, reason) }
}
#endif
