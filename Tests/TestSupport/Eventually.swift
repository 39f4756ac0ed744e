/// Waits until something is so that has no event of its own, such as a process being gone.
///
/// - Throws: `SubprocessError` when it is not so within `timeout`, or what `condition` throws.
public func eventually(
    _ what: String, timeout: Duration = .seconds(60), _ condition: () async throws -> Bool
) async throws {
    let deadline = ContinuousClock.now + timeout.patient
    while try await !condition() {
        guard ContinuousClock.now < deadline else { throw SubprocessError("\(what) did not come in \(timeout)") }
        try await Task.sleep(for: .milliseconds(10))
    }
}
