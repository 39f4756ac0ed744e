import JobLogCore

/// One job of the demo, written as a worker's author writes one: what it does is decided by its number alone.
struct DemoJob {
    /// The job.
    let id: JobID
    /// Whether someone has had enough of it after a few steps.
    var isUnwanted: Bool { number % 7 == 4 }

    private let number: Int
    private let user: String
    private let script: Script

    /// A kind of job: its type and what it does, in order.
    private struct Script {
        let type: String
        let steps: [(step: String, percent: Double)]
        let output: [String]
    }

    init(number: Int) {
        self.number = number
        script = Self.scripts[number % Self.scripts.count]
        id = JobID("job-\(script.type)-\(String(1_000 + number))")
        user = "user-\(40 + number % 5)"
    }

    /// Runs the job, from its checkpoint where it was resumed.
    ///
    /// - Parameters:
    ///   - publisher: publishes it.
    ///   - pause: how long a step takes.
    ///   - parts: how often the progress of a step is told; the publisher decides what of it is published.
    /// - Throws: `JobFailure` where the job fails, and what `withJob` throws.
    func run(_ publisher: JobPublisher, pause: Duration, parts: Int) async throws {
        try await publisher.withJob(id, user: user, type: script.type) { job in
            let done = job.checkpoint?.customData?["steps"]?.int ?? 0
            if done > 0 { job.log.info("Going on after \(done) steps", ["checkpoint": "found"]) }
            for (index, (step, percent)) in script.steps.enumerated() where index >= done {
                while await job.isPaused { try await Task.sleep(for: pause) }
                remark(index, job.log)
                if index < script.output.count { try await job.chunk(script.output[index]) }
                let next = index + 1 < script.steps.count ? script.steps[index + 1].percent : 100
                for part in 0..<parts {
                    let gain = (next - percent) * Double(part) / Double(parts)
                    try await job.progress(step, (percent + gain).rounded(.down))
                    try await Task.sleep(for: pause / parts)
                }
                if number % 5 == 2, index == 3 { try await rest(job, pause) }
                if index % 3 == 2 {
                    try await job.checkpoint(
                        step, percent, partialOutput: script.output.first,
                        customData: ["steps": JSONValue(index + 1), "cursor": .string("page-\(index)")])
                }
                if number % 4 == 3, index == script.steps.count / 2, done == 0 { try fail(job.log) }
            }
            job.setResult(["answer": .string(script.output.joined()), "sources": 5])
        }
    }

    /// Sets the job aside for two steps, as a worker does that waits for its turn.
    private func rest(_ job: JobScope, _ pause: Duration) async throws {
        do throws(PublishError) {
            try await job.publisher.pause(id)
            job.log.info("Waiting for a free renderer", ["ahead": 2])
        } catch {
            // Redis is away, or someone else was first: no reason to stop.
            return
        }
        try await Task.sleep(for: pause * 2)
        try? await job.publisher.resume(id)
    }

    /// Fails as the first try of every fourth job does.
    private func fail(_ log: JobLogger) throws {
        log.error(
            "Upstream answered 503\n  at SearchClient.fetch (search.ts:88:13)\n  at Worker.run (worker.ts:41:5)",
            ["service": "search-api", "status": 503, "attempt": 3])
        throw JobFailure("External service timeout", code: "ETIMEDOUT", recoverable: true)
    }

    private func remark(_ index: Int, _ log: JobLogger) {
        switch (number + index) % 5 {
        case 1: log.debug("Cache hit for query", ["cacheKey": .string("q:\(number):\(index)"), "ms": 3])
        case 3: log.warn("API rate limit approaching", ["remaining": JSONValue(40 - index), "limit": 100])
        default: break
        }
    }

    private static let scripts = [
        Script(
            type: "research",
            steps: [
                ("Analyzing query", 3), ("Searching sources", 10), ("Searching sources (1/5)", 16),
                ("Searching sources (3/5)", 24), ("Ranking results", 38), ("Reading 12 pages", 49),
                ("Generating response", 62), ("Generating response", 74), ("Generating response", 85),
                ("Finalizing", 95),
            ],
            output: [
                "The AI agent ecosystem has evolved significantly. ", "Agents plan, call tools, and check their work. ",
                "Open models have caught up on many tasks. ", "They are increasingly used in enterprise automation. ",
            ]),
        Script(
            type: "import",
            steps: [
                ("Opening archive", 2), ("Reading rows", 18), ("Reading rows", 37), ("Checking duplicates", 52),
                ("Writing rows", 68), ("Writing rows", 84), ("Updating indexes", 93),
            ],
            output: ["12,480 rows read. ", "37 duplicates left out. "]),
        Script(
            type: "render",
            steps: [
                ("Loading scene", 4), ("Building geometry", 15), ("Rendering frames", 33.333333333333336),
                ("Rendering frames", 48), ("Rendering frames", 66.66666666666667), ("Encoding", 82), ("Uploading", 94),
            ],
            output: ["Frame 1 of 240… ", "Frame 80 of 240… ", "Frame 160 of 240… "]),
    ]
}
