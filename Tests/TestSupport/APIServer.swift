import Foundation
import Synchronization

#if canImport(Glibc)
import Glibc
#endif

/// A joblog-server of the test's own on a free port of loopback. It ends when the last reference to it goes away.
public final class APIServer: Sendable {
    /// What signs the tokens.
    public static let secret = "kXo1-fJw7_Qz3bR9sLm5Tn8vYc2Ge6Hd0"

    /// The process.
    public let process: Spawned
    /// Where it listens.
    public let port: Int

    /// Starts a server and waits until it listens.
    ///
    /// - Parameters:
    ///   - redis: the URL of its Redis.
    ///   - arguments: more options.
    ///   - environment: more variables.
    /// - Throws: ``SubprocessError`` with what it said, where it does not listen.
    public init(redis: String, arguments: [String] = [], environment: [String: String] = [:]) async throws {
        process = try Spawned(
            [try BuiltProducts.path(of: "joblog-server"), "--port", "0"] + arguments,
            environment: ["REDIS_URL": redis, "JWT_SECRET": Self.secret].merging(environment) { $1 })
        var found: Int?
        for await line in process.lines where line.hasPrefix("joblog-server listens on http://") {
            found = line.split(separator: ":").last.flatMap { Int($0) }
            break
        }
        guard let found else {
            throw SubprocessError("joblog-server does not listen: \(String(decoding: process.stderr, as: UTF8.self))")
        }
        port = found
    }

    /// Its address.
    public var url: String { "http://127.0.0.1:\(port)" }

    /// A token of an hour.
    public static func token(user: String? = nil, isOperator: Bool = false) async throws -> String {
        let output = try await run(
            [try BuiltProducts.path(of: "joblog-server"), "token", "--expires", "1h"]
                + (user.map { ["--user", $0] } ?? []) + (isOperator ? ["--operator"] : []),
            environment: ["JWT_SECRET": secret])
        guard output.status == .exited(0) else { throw SubprocessError(output.errorText) }
        return output.text.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// Sends a request and reads the whole answer.
    public func send(
        _ method: String, _ path: String, token: String? = nil, headers: [String: String] = [:], body: String = ""
    ) async throws -> HTTPAnswer {
        let socket = try TCPSocket(port: port)
        socket.write(Self.head(method, path, token, headers.merging(["Connection": "close"]) { $1 }, body) + body)
        return try HTTPAnswer(await socket.readToEnd())
    }

    /// Opens a stream of events.
    public func events(_ path: String, token: String, headers: [String: String] = [:]) throws -> EventLines {
        let socket = try TCPSocket(port: port)
        socket.write(Self.head("GET", path, token, headers, ""))
        return EventLines(socket)
    }

    private static func head(
        _ method: String, _ path: String, _ token: String?, _ headers: [String: String], _ body: String
    ) -> String {
        var lines = ["\(method) \(path) HTTP/1.1", "Host: localhost"]
        if let token { lines.append("Authorization: Bearer \(token)") }
        lines += headers.map { "\($0): \($1)" }
        if !body.isEmpty { lines.append("Content-Length: \(body.utf8.count)") }
        return lines.joined(separator: "\r\n") + "\r\n\r\n"
    }
}

/// The answer to a request.
public struct HTTPAnswer: Sendable {
    /// The status.
    public let status: Int
    /// The header fields by their names in lower case.
    public let headers: [String: String]
    /// The body.
    public let body: String

    init(_ bytes: [UInt8]) throws {
        let text = String(decoding: bytes, as: UTF8.self)
        guard let end = text.range(of: "\r\n\r\n"),
            let status = text.split(separator: " ", maxSplits: 2).dropFirst().first.flatMap({ Int($0) })
        else { throw SubprocessError("no answer in HTTP, but \(text.debugDescription)") }
        self.status = status
        body = String(text[end.upperBound...])
        headers = Dictionary(
            text[..<end.lowerBound].split(separator: "\r\n").dropFirst().compactMap { line in
                line.firstIndex(of: ":").map {
                    (line[..<$0].lowercased(), line[line.index(after: $0)...].trimmingCharacters(in: .whitespaces))
                }
            }, uniquingKeysWith: { first, _ in first })
    }
}

/// Server-sent events as they come.
public final class EventLines: Sendable {
    /// An event.
    public struct Event: Sendable, Hashable {
        /// Its name.
        public var name = ""
        /// Its id, where it has one.
        public var id: String?
        /// Its data.
        public var data = ""
    }

    private let socket: TCPSocket
    private let stream: AsyncStream<Event>

    fileprivate init(_ socket: TCPSocket) {
        self.socket = socket
        stream = AsyncStream { continuation in
            Thread.detachNewThread {
                var event = Event()
                // Between them stand the sizes of chunks, which are no fields.
                while let line = socket.readLine() {
                    if line.hasPrefix("event: ") { event.name = String(line.dropFirst(7)) }
                    if line.hasPrefix("id: ") { event.id = String(line.dropFirst(4)) }
                    if line.hasPrefix("data: ") {
                        event.data = String(line.dropFirst(6))
                        continuation.yield(event)
                        event = Event()
                    }
                }
                continuation.finish()
            }
        }
    }

    /// The next event; nil when the stream has ended.
    public func next() async -> Event? {
        for await event in stream { return event }
        return nil
    }

    /// Ends it from this side.
    public func close() { socket.shutDown() }
}

/// A connection to a port of loopback, as bytes.
public final class TCPSocket: Sendable {
    private let descriptor: Int32
    private let pending = Mutex<[UInt8]>([])

    /// Connects.
    public init(port: Int) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard result == 0 else {
            throw SubprocessError("port \(port) cannot be reached: \(String(cString: strerror(errno)))")
        }
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        var limit = timeval(tv_sec: Int(Duration.seconds(60).patient / .seconds(1)), tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    }

    deinit {
        close(descriptor)
    }

    /// Sends text.
    public func write(_ text: String) { write(Array(text.utf8)) }

    /// Sends bytes; what cannot be sent any more is left out.
    public func write(_ bytes: [UInt8]) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes {
                send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }

    /// No more is sent; the other side may go on.
    public func endWriting() { shutdown(descriptor, Int32(SHUT_WR)) }

    /// Ends the connection for whoever reads it.
    public func shutDown() { shutdown(descriptor, Int32(SHUT_RDWR)) }

    /// Waits until something has come, which is not taken; false where the other side has closed.
    public func hasBytes() async -> Bool {
        await withCheckedContinuation { continuation in
            Thread.detachNewThread {
                var byte: UInt8 = 0
                continuation.resume(returning: recv(self.descriptor, &byte, 1, Int32(MSG_PEEK)) == 1)
            }
        }
    }

    /// All that comes until the other side closes, beside the test's threads.
    public func readToEnd() async -> [UInt8] {
        await withCheckedContinuation { continuation in
            Thread.detachNewThread {
                var all: [UInt8] = []
                var buffer = [UInt8](repeating: 0, count: 65_536)
                while true {
                    let count = recv(self.descriptor, &buffer, buffer.count, 0)
                    guard count > 0 else { break }
                    all += buffer[..<count]
                }
                continuation.resume(returning: all)
            }
        }
    }

    /// A line without its end; nil at the end. Blocks.
    func readLine() -> String? {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let line: String? = pending.withLock { pending in
                guard let end = pending.firstIndex(of: UInt8(ascii: "\n")) else { return nil }
                defer { pending.removeFirst(end + 1) }
                let line = pending[..<end]
                return String(decoding: line.last == UInt8(ascii: "\r") ? line.dropLast() : line, as: UTF8.self)
            }
            if let line { return line }
            let count = recv(descriptor, &buffer, buffer.count, 0)
            guard count > 0 else { return nil }
            pending.withLock { $0 += buffer[..<count] }
        }
    }
}
