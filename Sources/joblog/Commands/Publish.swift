import ArgumentParser
import JobLogCore
import RedisClient

/// `joblog publish …`: does what a worker does, for workers that are scripts.
struct Publish: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "publish",
        abstract: "Publish a job's progress, output or end, as a worker does.",
        subcommands: [
            Progress.self, Chunk.self, SaveCheckpoint.self, Complete.self, Fail.self, Cancel.self,
        ])

    /// What every kind of publishing needs.
    struct Target: ParsableArguments {
        @OptionGroup var connection: ConnectionOptions

        @Argument(help: "The job's id, or base64:… for bytes that are no text.", completion: .jobs)
        var id: String

        @Option(
            help: ArgumentHelp(
                "The job's owner; that of the stored state or checkpoint unless given.", valueName: "user"))
        var user: String?

        @Option(help: ArgumentHelp("The job's type.", valueName: "type"))
        var type: String?

        @Option(help: ArgumentHelp("The worker's name; host:pid unless given.", valueName: "name"))
        var worker: String?

        /// Calls `body` with a publisher that knows the job.
        func publish(_ body: (JobPublisher, JobID) async throws(PublishError) -> Void) async throws {
            try connection.checkWriting()
            let id = try JobID(checking: id)
            let redis = RedisConnection(try connection.configuration(role: "joblog-worker"))
            let publisher = JobPublisher(
                connection: redis, keys: connection.keys, worker: WorkerIdentity(name: worker),
                retention: Settings.current.retention, keeping: .nothing, console: { _ in })
            do {
                try await publisher.attach(id, user: user, type: type)
            } catch PublishError.invalid(let sentence) {
                throw ValidationError("\(sentence) Use --user.")
            }
            try await body(publisher, id)
        }
    }

    /// `joblog publish progress ID`.
    struct Progress: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "progress", abstract: "Say how far a job is.")
        @OptionGroup var target: Target

        @Option(help: ArgumentHelp("What the job is doing.", valueName: "step"))
        var step: String

        @Option(help: ArgumentHelp("How much is done, 0–100.", valueName: "percent"))
        var percent: Double

        func run() async throws {
            try await target.publish { publisher, id throws(PublishError) in
                try await publisher.progress(id, step: step, percent: percent)
            }
        }
    }

    /// `joblog publish chunk ID TEXT`.
    struct Chunk: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "chunk", abstract: "Publish a piece of a job's streaming text.")
        @OptionGroup var target: Target

        @Argument(help: "The text.")
        var text: String

        @Flag(help: "This is the last piece.")
        var last = false

        func run() async throws {
            try await target.publish { publisher, id throws(PublishError) in
                try await publisher.chunk(id, text, isLast: last)
            }
        }
    }

    /// `joblog publish checkpoint ID`.
    struct SaveCheckpoint: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "checkpoint", abstract: "Save what a job needs to go on after a failure.")
        @OptionGroup var target: Target

        @Option(help: ArgumentHelp("What the job is doing.", valueName: "step"))
        var step: String

        @Option(help: ArgumentHelp("How much is done, 0–100.", valueName: "percent"))
        var percent: Double

        @Option(
            help: ArgumentHelp("The checkpoint's number; one more than the stored one's unless given.", valueName: "n"))
        var sequence: Int?

        @Option(help: ArgumentHelp("The output so far.", valueName: "text"))
        var output: String?

        @OptionGroup var metadata: MetadataOptions

        func run() async throws {
            try await target.publish { publisher, id throws(PublishError) in
                try await publisher.checkpoint(
                    id, step: step, percent: percent, sequence: sequence, partialOutput: output,
                    customData: metadata.value)
            }
        }
    }

    /// `joblog publish complete ID`.
    struct Complete: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "complete", abstract: "Say that a job is done.")
        @OptionGroup var target: Target

        @Option(help: ArgumentHelp("The result; kept as JSON when it is JSON.", valueName: "result"))
        var result: String?

        @Option(help: ArgumentHelp("How long the job took; since it was started unless given.", valueName: "ms"))
        var duration: Int?

        func run() async throws {
            let result = result.map { text in (try? JSONValue(parsing: text)) ?? .string(text) }
            try await target.publish { publisher, id throws(PublishError) in
                try await publisher.complete(id, result: result, duration: duration.map { .milliseconds($0) })
            }
        }
    }

    /// `joblog publish fail ID ERROR`.
    struct Fail: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "fail", abstract: "Say that a job has failed.")
        @OptionGroup var target: Target

        @Argument(help: "What went wrong.")
        var error: String

        @Option(help: ArgumentHelp("A code that programs know the error by.", valueName: "code"))
        var code: String?

        @Flag(help: "The job can be resumed from its checkpoint.")
        var recoverable = false

        func run() async throws {
            try await target.publish { publisher, id throws(PublishError) in
                try await publisher.fail(id, error: error, code: code, recoverable: recoverable)
            }
        }
    }

    /// `joblog publish cancel ID`.
    struct Cancel: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "cancel", abstract: "Say that a job was cancelled.")
        @OptionGroup var target: Target

        @Option(help: ArgumentHelp("Why.", valueName: "reason"))
        var reason: String?

        func run() async throws {
            try await target.publish { publisher, id throws(PublishError) in
                try await publisher.cancel(id, reason: reason)
            }
        }
    }
}
