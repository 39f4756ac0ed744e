import JobLogCore

/// One job of the demo: what it does is decided by its number alone.
struct DemoJob {
    private let number: Int
    private let id: JobID
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

    /// Runs the job to its end; where Redis is away it goes on all the same.
    func run(_ publisher: JobPublisher, _ logs: JobLogManager, pause: Duration) async {
        do throws(PublishError) {
            try await publisher.created(id, user: user, type: script.type)
            for (index, (step, percent)) in script.steps.enumerated() {
                try await publisher.progress(id, step: step, percent: percent)
                await remark(index, logs)
                if index < script.output.count { try await publisher.chunk(id, script.output[index]) }
                if index % 3 == 2 {
                    try await publisher.checkpoint(
                        id, step: step, percent: percent, partialOutput: script.output.first,
                        customData: ["sourcesUsed": JSONValue(index), "cursor": .string("page-\(index)")])
                }
                if number % 4 == 3, index == script.steps.count / 2 {
                    await logs.error(
                        id,
                        "Upstream answered 503\n  at SearchClient.fetch (search.ts:88:13)\n  at Worker.run (worker.ts:41:5)",
                        ["service": "search-api", "status": 503, "attempt": 3])
                    return try await publisher.fail(
                        id, error: "External service timeout", code: "ETIMEDOUT", recoverable: true)
                }
                guard (try? await Task.sleep(for: pause)) != nil else { return }
            }
            try await publisher.complete(id, result: ["answer": .string(script.output.joined()), "sources": 5])
        } catch {
            JobLogManager.standardError("joblog demo: \(error)")
        }
    }

    private func remark(_ index: Int, _ logs: JobLogManager) async {
        switch (number + index) % 5 {
        case 1: await logs.debug(id, "Cache hit for query", ["cacheKey": .string("q:\(number):\(index)"), "ms": 3])
        case 3: await logs.warn(id, "API rate limit approaching", ["remaining": JSONValue(40 - index), "limit": 100])
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
