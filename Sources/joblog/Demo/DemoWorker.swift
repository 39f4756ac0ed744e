import ArgumentParser
import JobLogCore
import RedisClient

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// One of the demo's workers: runs jobs by the publisher that every Swift worker uses, until its standard input closes.
struct DemoWorker: AsyncParsableCommand, WithoutSettings {
    static let name = "demo-worker"
    static let configuration = CommandConfiguration(commandName: name, shouldDisplay: false)

    @OptionGroup var shape: DemoOptions
    @Option var index: Int
    @Option var of: Int

    func run() async throws {
        Self.endWithInput()
        let configuration = try RedisConfiguration.fromEnvironment(
            url: nil, environment: Environment.all, clientName: "joblog-worker:demo-\(index)")
        let crew = DemoCrew(
            connection: RedisConnection(configuration), worker: WorkerIdentity(name: "demo-worker-\(index)"),
            shape: shape)
        await withTaskGroup { group in
            for slot in stride(from: index, to: shape.jobs, by: of) {
                group.addTask { await crew.runLane(slot) }
            }
            group.addTask { await crew.takeUpAgain() }
            // The jobs of the first lane are the first worker's; the second one lends a hand.
            if index == 1 { group.addTask { await crew.help(inLane: 0) } }
        }
    }

    /// A thread of its own waits for the end: nothing else can keep the process alive.
    private static func endWithInput() {
        var thread = pthread_t()
        pthread_create(
            &thread, nil,
            { _ in
                var byte: UInt8 = 0
                while read(STDIN_FILENO, &byte, 1) > 0 {}
                _exit(0)
            }, nil)
    }
}
