import Foundation
import RedisClient
import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// A private redis-server on a socket in a temporary folder, gone with the last reference to it.
///
/// It keeps its data over ``stop()`` and ``restart(arguments:)``: an orderly end saves them. Should the tests' process
/// die without a word, a watchdog ends the server and removes the folder.
public final class RedisServer: Sendable {
    /// Why there is no server.
    public struct Failure: Error, CustomStringConvertible {
        /// The sentence that a failing test shows.
        public let description: String
    }

    private struct State {
        var server: ChildProcess?
        var arguments: [String]
    }

    /// The folder of socket, data and log; removed at the end.
    public let folder: String
    /// The loopback port, where one was asked for.
    public let port: Int?
    private let executable: String
    private let hasSettings: Bool
    private let watchdog: Watchdog
    private let state: Mutex<State>

    /// Starts a server and waits until it answers.
    ///
    /// - Parameters:
    ///   - arguments: Further arguments, such as `--requirepass`, `secret`.
    ///   - tcp: Whether it listens on a free port of 127.0.0.1 as well.
    ///   - settings: The text of a configuration file, which the server may rewrite.
    /// - Throws: A ``Failure`` when redis-server is not there or does not start.
    public init(arguments: [String] = [], tcp: Bool = false, settings: String? = nil) throws {
        executable = try Self.findExecutable()
        var template = Array("\(NSTemporaryDirectory())/joblog-redis.XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw Failure(description: "no temporary folder: errno \(errno)") }
        folder = template.withUnsafeBufferPointer { String(decoding: $0.dropLast().map(UInt8.init), as: UTF8.self) }
        port = tcp ? try Self.freePort() : nil
        watchdog = try Watchdog(folder: folder)
        hasSettings = settings != nil
        if let settings { try settings.write(toFile: "\(folder)/redis.conf", atomically: true, encoding: .utf8) }
        state = Mutex(State(arguments: arguments))
        try restart()
    }

    deinit {
        kill()
        watchdog.dismiss()
        try? FileManager.default.removeItem(atPath: folder)
    }

    /// The socket's path.
    public var socketPath: String { "\(folder)/redis.sock" }

    /// The socket's URL.
    public var url: RedisURL { RedisURL(target: .unix(path: socketPath)) }

    /// The socket's URL as text; the folder's name needs no encoding.
    public var urlText: String { "unix://\(socketPath)" }

    /// The port's URL, where one was asked for.
    public var tcpURL: RedisURL? { port.map { RedisURL(target: .tcp(host: "127.0.0.1", port: $0)) } }

    /// Whether the server runs.
    public var isRunning: Bool { state.withLock { $0.server != nil } }

    /// Ends the server in an orderly way and waits for it; its data are saved.
    public func stop() {
        end(SIGTERM)
    }

    /// Ends the server at once; what was not written to disk is lost.
    public func kill() {
        end(SIGKILL)
    }

    /// Starts the server again, with its data and on the same socket, and waits until it answers; ends it first when
    /// it runs.
    ///
    /// - Parameters:
    ///   - arguments: Further arguments, for this and all later starts.
    ///   - awaitsData: Whether it waits until the server has loaded its data, too.
    /// - Throws: A ``Failure`` with the end of the server's log.
    public func restart(arguments: [String] = [], awaitsData: Bool = true) throws {
        stop()
        try state.withLock { state in
            state.arguments += arguments
            let server = try ChildProcess.silent([executable] + baseArguments + state.arguments)
            watchdog.guardProcess(server.pid)
            state.server = server
            try waitUntilAnswering(server, awaitsData: awaitsData)
        }
    }

    /// Stops the server in its tracks: connections stay open, nothing answers.
    public func suspend() {
        signal(SIGSTOP)
    }

    /// Lets a suspended server go on.
    public func resume() {
        signal(SIGCONT)
    }

    private var baseArguments: [String] {
        (hasSettings ? ["\(folder)/redis.conf"] : []) + [
            "--port", "\(port ?? 0)", "--bind", "127.0.0.1", "--unixsocket", socketPath, "--dir", folder,
            // Far too rare to happen by itself, but with it an orderly end saves.
            "--save", "86400 1", "--appendonly", "no", "--logfile", "\(folder)/redis.log", "--daemonize", "no",
        ]
    }

    private func signal(_ number: Int32) {
        state.withLock { $0.server?.signal(number) }
    }

    private func end(_ number: Int32) {
        state.withLock { state in
            guard let server = state.server else { return }
            // A suspended server would take no notice of an orderly end.
            server.signal(SIGCONT)
            server.signal(number)
            server.block()
            state.server = nil
            watchdog.guardProcess(nil)
        }
    }

    /// Polls: a server has no better way of telling that its socket is there. Any reply is an answer but
    /// the one that it is still loading its data.
    private func waitUntilAnswering(_ server: ChildProcess, awaitsData: Bool = true) throws {
        let deadline = ContinuousClock.now + Duration.seconds(20).patient
        while ContinuousClock.now < deadline {
            if Self.answers(socketPath, awaitsData: awaitsData) { return }
            guard server.status == nil else { break }
            usleep(2_000)
        }
        let log = (try? String(contentsOfFile: "\(folder)/redis.log", encoding: .utf8)) ?? ""
        throw Failure(description: "redis-server does not answer on \(socketPath): \(log.suffix(600))")
    }

    private static func answers(_ path: String, awaitsData: Bool) -> Bool {
        #if canImport(Glibc)
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        #else
        let descriptor = socket(AF_UNIX, SOCK_STREAM, 0)
        #endif
        defer { close(descriptor) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8.prefix($0.count - 1)) }
        let connected = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) == 0
            }
        }
        var limit = timeval(tv_sec: 5, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        var reply = [UInt8](repeating: 0, count: 256)
        guard connected, write(descriptor, "PING\r\n", 6) == 6 else { return false }
        let count = read(descriptor, &reply, reply.count)
        return count > 0 && !(awaitsData && reply.starts(with: "-LOADING".utf8))
    }

    private static func findExecutable() throws -> String {
        let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
        for folder in path.split(separator: ":") where access("\(folder)/redis-server", X_OK) == 0 {
            return "\(folder)/redis-server"
        }
        throw Failure(description: "redis-server is not on PATH: install the package redis-server.")
    }

    /// A port of 127.0.0.1 that nobody listens on now.
    public static func freePort() throws -> Int {
        let port = withSocket(port: 0) { descriptor, address, size -> Int? in
            guard bind(descriptor, address, size) == 0 else { return nil }
            var size = size
            guard getsockname(descriptor, address, &size) == 0 else { return nil }
            return address.withMemoryRebound(to: sockaddr_in.self, capacity: 1) {
                Int(UInt16(bigEndian: $0.pointee.sin_port))
            }
        }
        guard let port else { throw Failure(description: "no free port: errno \(errno)") }
        return port
    }

    /// Whether somebody listens on a port of 127.0.0.1.
    public static func isPortTaken(_ port: UInt16) -> Bool {
        withSocket(port: port) { connect($0, $1, $2) == 0 }
    }

    private static func withSocket<Result>(
        port: UInt16, _ body: (Int32, UnsafeMutablePointer<sockaddr>, socklen_t) -> Result
    ) -> Result {
        #if canImport(Glibc)
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        #else
        let descriptor = socket(AF_INET, SOCK_STREAM, 0)
        #endif
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        address.sin_port = port.bigEndian
        return withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
    }
}

extension ChildProcess {
    /// Starts a program that outlives ^C at the tests and says nothing.
    fileprivate static func silent(_ argv: [String], input: FileHandle? = nil) throws -> ChildProcess {
        guard let nowhere = FileHandle(forUpdatingAtPath: "/dev/null") else {
            throw RedisServer.Failure(description: "/dev/null cannot be opened")
        }
        return try ChildProcess(
            argv, environment: childEnvironment(), input: input ?? nowhere, output: nowhere, errors: nowhere,
            hasOwnGroup: true)
    }
}

/// A shell that waits at a pipe for our end and then ends the server and removes the folder.
private final class Watchdog: Sendable {
    private let shell: ChildProcess
    private let input: FileHandle

    init(folder: String) throws {
        let pipe = try BytePipe()
        // Each line is the server's new number, or `-` for none; an empty one says that all is in order.
        let script = """
            server=-
            while read -r line; do [ -z "$line" ] && exit 0; server=$line; done
            [ "$server" = - ] || kill -KILL "$server"
            rm -rf "$1"
            """
        shell = try .silent(["/bin/sh", "-c", script, "sh", folder], input: pipe.reading)
        input = pipe.writing
    }

    func guardProcess(_ identifier: pid_t?) {
        tell(identifier.map { "\($0)\n" } ?? "-\n")
    }

    func dismiss() {
        tell("\n")
        try? input.close()
        shell.block()
    }

    private func tell(_ line: String) {
        writeAll(Array(line.utf8), to: input)
    }
}
