import JobLogCore
import Logging

/// `guide SAMPLE [ARGUMENT]`: runs a sample of docs/workers.md, of the README or of the DocC catalogue, as the worker
/// process that it is from. `REDIS_URL` says where Redis is.
///
/// Only what a worker's author has is imported. `GuideTests` fails where a page shows something else than stands here.
struct Guide {
    private let sample: String
    private let argument: String?
    private let id = JobID("job-17")

    init(arguments: [String]) throws {
        guard let sample = arguments.first else { throw Probe.Failure("guide SAMPLE [ARGUMENT]") }
        self.sample = sample
        argument = arguments.dropFirst().first
    }

    func run() async throws {
        switch sample {
        case "start": try await start()
        case "hello": try await hello()
        case "swift-log": try await swiftLog()
        case "pacing": try await pacing()
        case "checkpoints": try await checkpoints()
        case "cancel": try await cancel()
        case "pause": try await pause()
        case "scopeless": try await scopeless()
        case "keeping": try await keeping(folder: argument ?? "")
        case "delivery": try await delivery()
        case "second-worker": try await secondWorker()
        case "publishers": try await publishers()
        case "shutdown": try await shutdown()
        default: throw Probe.Failure("no such sample: \(sample)")
        }
    }

    private func start() async throws {
        let publisher = try JobPublisher.fromEnvironment()
        try await publisher.withJob(JobID("job-17"), user: "user-42", type: "research") { job in
            try await job.progress("Searching sources", 30)
            job.log.warn("API rate limit approaching", ["remaining": 12])
            job.setResult(["sources": 5])
        }
        await publisher.close()
    }

    private func hello() async throws {
        let publisher = try JobPublisher.fromEnvironment()
        try await publisher.withJob(JobID("hello"), user: "me", type: "first") { job in
            try await job.progress("Saying hello", 50)
        }
        await publisher.close()
    }

    private func swiftLog() async throws {
        let publisher = try JobPublisher.fromEnvironment()
        LoggingSystem.bootstrap { JobLogHandler(fallback: StreamLogHandler.standardError(label: $0)) }
        let logger = Logger(label: "my-worker")

        logger.info("waiting for work")  // to standard error
        try await publisher.withJob(id, user: "user-42") { _ in
            logger.notice("12 pages found", metadata: ["source": "web"])  // to the job's log
        }
        await publisher.close()
    }

    private func pacing() async throws {
        let publisher = try JobPublisher.fromEnvironment(pacing: .atMost(perSecond: 5))
        try await publisher.withJob(id, user: "user-42") { job in
            for row in 1...10_000 {
                try await job.progress("Reading rows", Double(row) / 100)
            }
        }
        await publisher.close()
    }

    private func checkpoints() async throws {
        let fails = argument == "fails"
        @Sendable func read(_ page: Int) async throws {
            if fails, page == 4 { throw JobFailure("example.org answers 503", code: "HTTP_503") }
        }
        let publisher = try JobPublisher.fromEnvironment()
        do {
            try await publisher.withJob(id, user: "user-42") { job in
                let done = job.checkpoint?.customData?["page"]?.int ?? 0
                for page in 1...12 where page > done {
                    let percent = Double(page) * 100 / 12
                    try await job.progress("Reading page \(page)", percent)
                    try await read(page)  // throws JobFailure("example.org answers 503", code: "HTTP_503")
                    try await job.checkpoint("Reading pages", percent, customData: ["page": JSONValue(page)])
                }
            }
        } catch let failure as JobFailure {
            print("failed: \(failure)")
        }
        await publisher.close()
    }

    private func cancel() async throws {
        let publisher = try JobPublisher.fromEnvironment()
        do {
            try await publisher.withJob(id, user: "user-42") { job in
                try await job.progress("Waiting for the upstream", 20)
                try await Task.sleep(for: .seconds(3600))
            }
        } catch is CancellationError {
            print("cancelled; the next job, please")
        }
        await publisher.close()
    }

    private func pause() async throws {
        @Sendable func read(_ page: Int) async throws {
            guard page == 3 else { return }
            Probe.say("page 3")
            _ = readLine()
        }
        let publisher = try JobPublisher.fromEnvironment()
        try await publisher.withJob(id, user: "user-42") { job in
            for page in 1...5 {
                while await job.isPaused { try await Task.sleep(for: .seconds(1)) }
                try await job.progress("Reading page \(page)", Double(page) * 20)
                try await read(page)
            }
        }
        await publisher.close()
    }

    private func scopeless() async throws {
        let publisher = try JobPublisher.fromEnvironment()
        try await publisher.created(id, user: "user-42", type: "research")
        try await publisher.running(id)
        try await publisher.progress(id, step: "Searching sources", percent: 30)
        await publisher.logs.warn(id, "API rate limit approaching", ["remaining": 12])
        try await publisher.chunk(id, "The AI agent ecosystem ")
        try await publisher.checkpoint(id, step: "Generating response", percent: 85, customData: ["page": 3])
        try await publisher.complete(id, result: ["answer": "…"])
        await publisher.close()
    }

    private func keeping(folder: String) async throws {
        let publisher = try JobPublisher.fromEnvironment(
            retention: LogRetention(entries: 5_000, seconds: 30 * 86_400),
            keeping: LogKeeping(entries: 50_000, bytes: 64_000_000, journalFolder: folder))
        await publisher.logs.info(id, "Searching sources")
        await publisher.close()
    }

    private func delivery() async throws {
        let publisher = try JobPublisher.fromEnvironment()
        switch await publisher.logs.error(id, "The disk is full") {
        case .stored: print("Redis has it")
        case .kept(let reason): print("kept until Redis takes it: \(reason)")
        case .console(let reason): print("on the console only: \(reason)")
        }
        await publisher.close(within: .milliseconds(1))
    }

    private func secondWorker() async throws {
        let publisher = try JobPublisher.fromEnvironment(worker: WorkerIdentity(name: "reader-2"))
        try await publisher.attach(id)
        publisher.logs.post(id, LogLine(.info, "Pages 7 to 12 read"))
        await publisher.close()
    }

    private func publishers() async throws {
        let publisher = try JobPublisher.fromEnvironment()
        let importer = JobPublisher(logs: publisher.logs, pacing: .atMost(perSecond: 1))
        async let imported: Void = importer.withJob(JobID("import-1"), user: "user-42") { job in
            try await job.progress("Reading rows", 50)
        }
        async let answered: Void = publisher.withJob(JobID("research-1"), user: "user-42") { job in
            try await job.progress("Searching sources", 30)
        }
        _ = try await (imported, answered)
        await publisher.close()
    }

    private func shutdown() async throws {
        let publisher = try JobPublisher.fromEnvironment()
        let work = Task { [id] in
            try await publisher.withJob(id, user: "user-42") { job in
                try await job.progress("Searching sources", 30)
                try await Task.sleep(for: .seconds(3600))
            }
        }
        Probe.say("running")
        _ = readLine()
        work.cancel()
        _ = await work.result
        let isDelivered = await publisher.close(within: .seconds(5))
        print("delivered: \(isDelivered)")
    }
}
