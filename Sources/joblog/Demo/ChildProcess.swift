#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// A child that was started with a pipe to its standard input: it is expected to end when that pipe closes.
struct ChildProcess {
    /// The child's process id.
    let pid: pid_t
    /// The writing end of its standard input; closing it asks the child to end.
    let input: Int32
    /// The reading end of its standard output, if it was asked for.
    let output: Int32?

    /// Starts a program that is found in PATH.
    ///
    /// - Parameters:
    ///   - arguments: the program and its arguments.
    ///   - log: a file that takes standard error, and standard output unless it is captured.
    ///   - capturesOutput: whether standard output can be read here.
    ///   - environment: variables beside those of this process.
    /// - Throws: a `Failure` that names the program.
    init(
        _ arguments: [String], log: String, capturesOutput: Bool = false, environment: [String: String] = [:]
    ) throws {
        let (inputRead, inputWrite) = try Self.pipe()
        let captured = capturesOutput ? try Self.pipe() : nil
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, inputRead, STDIN_FILENO)
        posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, log, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        posix_spawn_file_actions_adddup2(&actions, captured?.write ?? STDERR_FILENO, STDOUT_FILENO)
        defer {
            close(inputRead)
            if let captured { close(captured.write) }
        }
        do throws(Failure) {
            // A session of its own: what is typed at the terminal, and its end, are the screen's alone.
            pid = try Spawn.start(arguments, actions: &actions, ownSession: true, environment: environment)
        } catch {
            close(inputWrite)
            if let captured { close(captured.read) }
            throw error
        }
        (input, output) = (inputWrite, captured?.read)
    }

    /// Reads one line of the captured output; nil when the child closed it without one.
    func readLine() -> String? {
        guard let output else { return nil }
        var line: [UInt8] = []
        var byte: UInt8 = 0
        while true {
            let count = read(output, &byte, 1)
            if count < 0, errno == EINTR { continue }
            guard count == 1 else { return nil }
            if byte == UInt8(ascii: "\n") { return String(decoding: line, as: UTF8.self) }
            line.append(byte)
        }
    }

    /// Asks the child to end, by its closed input and by a signal if one is given, and waits until it has.
    func end(signal: Int32? = nil) {
        close(input)
        if let signal { kill(pid, signal) }
        var status: Int32 = 0
        while waitpid(pid, &status, 0) < 0, errno == EINTR {}
        if let output { close(output) }
    }

    /// The file of this program.
    static var ownExecutable: String {
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
        #if canImport(Darwin)
        var size = UInt32(buffer.count)
        guard _NSGetExecutablePath(&buffer, &size) == 0 else { return CommandLine.arguments[0] }
        let length = strlen(buffer)
        #else
        let length = readlink("/proc/self/exe", &buffer, buffer.count - 1)
        guard length > 0 else { return CommandLine.arguments[0] }
        #endif
        return String(decoding: buffer.prefix(Int(length)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// A pipe that no other child inherits.
    static func pipe() throws -> (read: Int32, write: Int32) {
        var ends: [Int32] = [0, 0]
        guard Glibc.pipe(&ends) == 0 else {
            throw Failure(.error, "No pipe can be made: \(String(cString: strerror(errno))).")
        }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        return (ends[0], ends[1])
    }
}
