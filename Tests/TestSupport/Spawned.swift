import Foundation

/// A child that runs beside the test. It is killed when the last reference to it goes away.
public final class Spawned: Sendable {
    /// Standard output line by line, without the line ends, as it is written; ends with the output. One reader only.
    public let lines: AsyncStream<String>

    private let name: String
    private let child: ChildProcess
    private let input: InputEnd
    private let output = ByteCollector()
    private let errors = ByteCollector()
    private let readers: [Task<Void, Never>]

    /// Starts a program without a shell.
    ///
    /// - Parameters:
    ///   - argv: the program, looked up on PATH, and its arguments.
    ///   - environment: added to ``childEnvironment(adding:)``.
    /// - Throws: ``SubprocessError`` that names the program.
    public init(_ argv: [String], environment: [String: String] = [:]) throws {
        let (toChild, fromChild, errorsOfChild) = (try BytePipe(), try BytePipe(), try BytePipe())
        name = argv.joined(separator: " ")
        child = try ChildProcess(
            argv, environment: childEnvironment(adding: environment), input: toChild.reading,
            output: fromChild.writing, errors: errorsOfChild.writing)
        // Our copies of the child's ends must be closed, or the end of its output is never seen.
        for handle in [toChild.reading, fromChild.writing, errorsOfChild.writing] {
            try handle.close()
        }
        input = InputEnd(toChild.writing)
        let (lines, continuation) = AsyncStream.makeStream(of: String.self)
        self.lines = lines
        let (outputChunks, errorChunks) = (fromChild.chunks(), errorsOfChild.chunks())
        readers = [
            Task { [output] in
                var partial: [UInt8] = []
                for await chunk in outputChunks {
                    output.append(chunk)
                    // Only what is new is searched: a line may be megabytes long.
                    var rest = chunk[...]
                    while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
                        continuation.yield(String(decoding: partial + rest[..<end], as: UTF8.self))
                        partial = []
                        rest = rest[(end + 1)...]
                    }
                    partial += rest
                }
                if !partial.isEmpty {
                    continuation.yield(String(decoding: partial, as: UTF8.self))
                }
                continuation.finish()
            },
            Task { [errors] in
                for await chunk in errorChunks {
                    errors.append(chunk)
                }
            },
        ]
    }

    deinit {
        child.signal(SIGKILL)
    }

    /// Its process id.
    public var pid: Int32 { child.pid }
    /// How it ended, or nil while it runs.
    public var status: ExitStatus? { child.status }
    /// Standard output until now.
    public var stdout: [UInt8] { output.bytes }
    /// Standard error until now.
    public var stderr: [UInt8] { errors.bytes }

    /// Writes to its standard input. In the background, so that a child that reads slowly can't block the test.
    public func write(_ text: String) {
        input.write(Array(text.utf8))
    }

    /// Ends its standard input, after what was written before.
    public func closeInput() {
        input.close()
    }

    /// Sends a signal, SIGTERM unless told otherwise; does nothing when it has ended.
    public func terminate(signal: Int32 = SIGTERM) {
        child.signal(signal)
    }

    /// Waits for its end.
    ///
    /// - Parameter timeout: after which it is killed.
    /// - Returns: how it ended.
    /// - Throws: ``SubprocessError`` after the timeout, with what it wrote until then.
    @discardableResult
    public func wait(timeout: Duration = .seconds(30)) async throws -> ExitStatus {
        let killer = Task { [child] in
            try await Task.sleep(for: timeout.patient)
            child.signal(SIGKILL)
            return true
        }
        let status = await child.wait()
        killer.cancel()
        if case .success(true) = await killer.result {
            throw SubprocessError(
                """
                \(name) took longer than \(timeout) and was killed.
                stdout: \(String(decoding: stdout, as: UTF8.self))
                stderr: \(String(decoding: stderr, as: UTF8.self))
                """)
        }
        return status
    }

    /// Waits for its end where nothing can be awaited, in a deinit.
    func block() {
        child.block()
    }

    /// Waits until everything it wrote has been read.
    public func untilOutputEnds() async {
        for reader in readers {
            await reader.value
        }
    }
}

/// The writing end of a child's standard input: writes in order, on a queue of its own.
private final class InputEnd: Sendable {
    private let handle: FileHandle
    private let queue = DispatchQueue(label: "standard input of a child")

    init(_ handle: FileHandle) {
        self.handle = handle
    }

    func write(_ bytes: [UInt8]) {
        queue.async { [handle] in writeAll(bytes, to: handle) }
    }

    func close() {
        queue.async { [handle] in try? handle.close() }
    }
}
