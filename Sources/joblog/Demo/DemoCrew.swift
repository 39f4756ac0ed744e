import JobLogCore
import RedisClient
import Synchronization

/// What one worker of the demo does at the same time, over one connection.
final class DemoCrew: Sendable {
    /// How many jobs that did not end well are watched, for someone who resumes or restarts them.
    private static let watchLimit = 20

    private let publisher: JobPublisher
    private let states: JobStateStore
    private let actions: JobActions
    private let lanes: Int
    private let pause: Duration
    private let parts: Int
    private let unfinished = Mutex<[DemoJob]>([])

    /// - Parameters:
    ///   - connection: to the demo's Redis.
    ///   - worker: who works; a name of its own signs the entries.
    ///   - shape: how many jobs run at once, and how fast.
    init(connection: RedisConnection, worker: WorkerIdentity, shape: DemoOptions) {
        lanes = shape.jobs
        pause = .seconds(Double(shape.jobs) / shape.rate)
        // A job tells its progress more often than it is worth an entry: the pacing publishes about one a step.
        parts = max(1, min(8, Int(100 / shape.rate)))
        let pacing: ProgressPacing = parts == 1 ? .everyProgress : .atMost(perSecond: shape.rate / Double(shape.jobs))
        publisher = JobPublisher(connection: connection, worker: worker, pacing: pacing)
        states = JobStateStore(connection: connection)
        actions = JobActions(connection: connection, actor: "anna@laptop")
    }

    /// Runs one job after the other.
    func runLane(_ slot: Int) async {
        // Lanes begin one after the other, so that the screen never jumps.
        try? await Task.sleep(for: pause * (Double(slot) / Double(lanes)))
        var number = slot
        while !Task.isCancelled {
            let job = DemoJob(number: number)
            let impatience = job.isUnwanted ? Task { try await cancelSoon(job) } : nil
            await run(job)
            impatience?.cancel()
            try? await Task.sleep(for: pause * 2)
            number += lanes
        }
    }

    /// Goes on with jobs that failed or were cancelled, when a viewer has resumed or restarted them.
    func takeUpAgain() async {
        await withDiscardingTaskGroup { group in
            while (try? await Task.sleep(for: pause)) != nil {
                for job in unfinished.withLock({ $0 }) {
                    let state = (try? await states.load(job.id))??.status
                    guard state == .created || state == .running else { continue }
                    unfinished.withLock { $0.removeAll { $0.id == job.id } }
                    group.addTask { await self.run(job) }
                }
            }
        }
    }

    /// Has a part in the jobs of another worker's lane: its entries stand between the other's, signed with its name.
    func help(inLane slot: Int) async {
        var number = slot
        var pages = 0
        while (try? await Task.sleep(for: pause)) != nil {
            let id = DemoJob(number: number).id
            switch (try? await states.load(id))??.status {
            case .running?:
                pages += 1
                await publisher.logs.info(id, "Summarised page \(pages)", ["words": JSONValue(200 + pages * 37 % 90)])
            case .completed?, .failed?, .cancelled?:
                number += lanes
                pages = 0
            case .created?, .paused?, nil: break
            }
        }
    }

    private func run(_ job: DemoJob) async {
        do {
            try await job.run(publisher, pause: pause, parts: parts)
        } catch is JobFailure, is CancellationError {
            unfinished.withLock { $0 = $0.suffix(Self.watchLimit - 1) + [job] }
        } catch {
            JobLogManager.standardError("joblog demo: \(error)")
        }
    }

    /// What a viewer does who does not need a job any more.
    private func cancelSoon(_ job: DemoJob) async throws {
        try await Task.sleep(for: pause * 4)
        try await actions.cancel(job.id, reason: "no longer needed")
    }
}
