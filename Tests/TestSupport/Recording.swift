import Foundation

/// The Redis commands of a real worker, in the order and at the times it sent them.
public struct Recording: Sendable {
    /// One command.
    public struct Command: Sendable {
        /// When it was sent, in ms after the first.
        public var atMs: Double
        /// Its name and arguments.
        public var argv: [[UInt8]]
    }

    /// How fast a recording is replayed.
    public enum Pace: Sendable {
        /// With the pauses of the original.
        case asRecorded
        /// Without pauses.
        case atOnce
    }

    /// The commands, oldest first.
    public var commands: [Command]

    /// One job of a TypeScript worker, from its first event to its last: progress, log lines, checkpoints, result.
    ///
    /// - Throws: when the fixture is missing or damaged.
    public static func agentJob() throws -> Recording {
        try Recording(fixture: "typescript-agent-job.jsonl")
    }

    /// - Parameter fixture: a file of Tests/Fixtures, one `{"at_ms": …, "argv": […]}` a line.
    /// - Throws: when it is missing or damaged.
    public init(fixture: String) throws {
        let url = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "Fixtures").appending(path: fixture)
        struct Line: Decodable {
            var at_ms: Double
            var argv: [String]
        }
        commands = try Data(contentsOf: url).split(separator: UInt8(ascii: "\n")).map { line in
            let line = try JSONDecoder().decode(Line.self, from: line)
            return Command(atMs: line.at_ms, argv: line.argv.map { Array($0.utf8) })
        }
    }

    /// Sends every command in order.
    ///
    /// - Parameters:
    ///   - pace: with or without the pauses.
    ///   - clock: what the pauses are measured with.
    ///   - send: sends one command; the next waits for its return.
    /// - Throws: what `send` throws, or CancellationError in a pause.
    public func replay(
        pace: Pace, clock: some Clock<Duration> = ContinuousClock(), send: ([[UInt8]]) async throws -> Void
    ) async throws {
        let start = clock.now
        for command in commands {
            if pace == .asRecorded {
                try await clock.sleep(until: start.advanced(by: .milliseconds(command.atMs)), tolerance: nil)
            }
            try await send(command.argv)
        }
    }
}
