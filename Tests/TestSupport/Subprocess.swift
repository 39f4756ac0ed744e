import Foundation

/// What a finished command has left.
public struct CommandOutput: Sendable {
    /// How it ended.
    public var status: ExitStatus
    /// Standard output, as it is.
    public var stdout: [UInt8]
    /// Standard error, as it is.
    public var stderr: [UInt8]

    /// Standard output as text.
    public var text: String { String(decoding: stdout, as: UTF8.self) }
    /// Standard error as text.
    public var errorText: String { String(decoding: stderr, as: UTF8.self) }
}

/// Runs a command to its end, without a shell.
///
/// - Parameters:
///   - argv: the program, looked up on PATH, and its arguments.
///   - environment: added to ``childEnvironment(adding:)``.
///   - input: its standard input; nil is an empty one.
///   - timeout: after which it is killed.
/// - Returns: its status and everything it wrote.
/// - Throws: ``SubprocessError`` when it can't be started or takes too long; the message has what it wrote until then.
public func run(
    _ argv: [String], environment: [String: String] = [:], input: String? = nil, timeout: Duration = .seconds(30)
) async throws -> CommandOutput {
    let child = try Spawned(argv, environment: environment)
    if let input {
        child.write(input)
    }
    child.closeInput()
    let status = try await child.wait(timeout: timeout)
    await child.untilOutputEnds()
    return CommandOutput(status: status, stdout: child.stdout, stderr: child.stderr)
}
