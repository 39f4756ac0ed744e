/// The least that makes a job appear, as the empty list shows it. `GuideTests` runs it.
package enum LeastWorker {
    /// With `import JobLogCore`.
    package static let swift = [
        "let publisher = try JobPublisher.fromEnvironment()",
        #"try await publisher.withJob(JobID("hello"), user: "me", type: "first") { job in"#,
        #"    try await job.progress("Saying hello", 50)"#,
        "}",
        "await publisher.close()",
    ]
    package static let shell = #"joblog publish progress hello --user me --step "Saying hello" --percent 50"#
}
