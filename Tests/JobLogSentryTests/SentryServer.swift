import Foundation
import JobLogCore
import Synchronization

/// A real HTTP server that speaks as much of Sentry's protocol as the tests need, on a port of its own.
///
/// Each request is answered by the next of the scripted answers, by 200 when there is none left.
final class SentryServer: Sendable {
    /// A request as it came.
    struct Request: Sendable {
        var line: String
        /// By name in lower case.
        var headers: [String: String]
        var body: [UInt8]

        /// The envelope's lines: its header, then for each item its header and its payload.
        var envelope: Envelope { get throws { try Envelope(body) } }
    }

    /// An envelope taken apart by its items' lengths.
    struct Envelope {
        var header: JSONValue
        var items: [(header: JSONValue, payload: JSONValue)] = []

        init(_ body: [UInt8]) throws {
            var rest = body[...]
            func line() throws -> JSONValue {
                let end = rest.firstIndex(of: UInt8(ascii: "\n")) ?? rest.endIndex
                defer { rest = rest[min(end + 1, rest.endIndex)...] }
                return try JSONValue(parsing: rest[..<end])
            }
            header = try line()
            while !rest.isEmpty {
                let itemHeader = try line()
                let length = itemHeader["length"]?.int ?? -1
                guard length >= 0, rest.count > length, rest[rest.startIndex + length] == UInt8(ascii: "\n") else {
                    throw CocoaError(.fileReadCorruptFile)
                }
                items.append((itemHeader, try JSONValue(parsing: rest.prefix(length))))
                rest = rest.dropFirst(length + 1)
            }
        }

        var event: JSONValue? { items.first { $0.header["type"] == "event" }?.payload }
        /// What the client reports to have dropped, by reason.
        var discarded: [String: Int] {
            let report = items.first { $0.header["type"] == "client_report" }?.payload
            return (report?["discarded_events"]?.array ?? []).reduce(into: [:]) {
                $0[$1["reason"]?.string ?? "", default: 0] += $1["quantity"]?.int ?? 0
            }
        }
    }

    enum Answer: Sendable {
        /// A status and further header lines.
        case status(Int, [String])
        /// Nothing, and the connection stays open.
        case silence
        /// The head, and a body that never ends.
        case endlessBody
        /// The connection is closed.
        case hangUp
    }

    let port: Int
    /// The requests, as they arrive; one reader only.
    let requests: AsyncStream<Request>
    private let listener: Int32
    private let isListening: Bool
    private let answers: Mutex<[Answer]>
    private let clients = Clients()

    /// A server; one that is not `listening` only holds a port where connections are refused.
    init(_ answers: [Answer] = [], listening: Bool = true) throws {
        self.answers = Mutex(answers)
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, length) == 0 && (!listening || listen(listener, 16) == 0)
                    && getsockname(listener, $0, &length) == 0
            }
        }
        guard isBound else { throw CocoaError(.fileWriteUnknown) }
        port = Int(UInt16(bigEndian: address.sin_port))
        self.listener = listener
        isListening = listening
        let (stream, continuation) = AsyncStream.makeStream(of: Request.self)
        requests = stream
        guard listening else { return }
        Thread.detachNewThread { [weak self, clients] in
            while true {
                let client = accept(listener, nil, nil)
                guard client >= 0 else { break }
                clients.add(client)
                Thread.detachNewThread { [weak self] in
                    while let request = Self.read(client) {
                        guard let answer = self?.nextAnswer() else { break }
                        continuation.yield(request)
                        guard Self.write(answer, to: client) else { break }
                    }
                    clients.close(client)
                }
            }
            // Closed by whom it belongs to: the number may be another server's the moment after.
            close(listener)
            continuation.finish()
        }
    }

    deinit {
        if isListening { shutdown(listener, Int32(SHUT_RDWR)) } else { close(listener) }
        clients.hangUp()
    }

    /// The next requests, in their order.
    func next(_ count: Int = 1) async -> [Request] {
        var found: [Request] = []
        guard count > 0 else { return found }
        for await request in requests {
            found.append(request)
            if found.count == count { break }
        }
        return found
    }

    private func nextAnswer() -> Answer {
        answers.withLock { $0.isEmpty ? .status(200, []) : $0.removeFirst() }
    }

    private static func read(_ client: Int32) -> Request? {
        var bytes: [UInt8] = []
        let mark = Array("\r\n\r\n".utf8)
        var head: Range<Int>?
        while head == nil {
            guard fill(&bytes, client) else { return nil }
            head = bytes.firstRange(of: mark)
        }
        guard let head else { return nil }
        var lines = String(decoding: bytes[..<head.lowerBound], as: UTF8.self).components(separatedBy: "\r\n")
        var request = Request(line: lines.removeFirst(), headers: [:], body: [])
        for line in lines {
            let parts = line.split(separator: ":", maxSplits: 1)
            request.headers[parts[0].lowercased()] = parts[1].trimmingCharacters(in: .whitespaces)
        }
        let length = Int(request.headers["content-length"] ?? "") ?? 0
        bytes.removeFirst(head.upperBound)
        while bytes.count < length {
            guard fill(&bytes, client) else { return nil }
        }
        request.body = Array(bytes.prefix(length))
        return request
    }

    private static func fill(_ bytes: inout [UInt8], _ client: Int32) -> Bool {
        var chunk = [UInt8](repeating: 0, count: 65_536)
        let count = recv(client, &chunk, chunk.count, 0)
        guard count > 0 else { return false }
        bytes += chunk.prefix(count)
        return true
    }

    private static func write(_ answer: Answer, to client: Int32) -> Bool {
        let text: String
        switch answer {
        case .status(let status, let headers):
            let lines =
                ["HTTP/1.1 \(status) Whatever", "Content-Type: application/json", "Content-Length: 2"] + headers
            text = lines.joined(separator: "\r\n") + "\r\n\r\n{}"
        case .silence: return true
        case .endlessBody: text = "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"
        case .hangUp: return false
        }
        return Array(text.utf8).withUnsafeBytes { send(client, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) } > 0
    }
}

/// The open connections of a server: a descriptor is closed once, by the thread that reads from it.
private final class Clients: Sendable {
    private let open = Mutex<Set<Int32>>([])

    func add(_ client: Int32) { open.withLock { _ = $0.insert(client) } }

    func close(_ client: Int32) {
        open.withLock { open in
            open.remove(client)
            _ = closeDescriptor(client)
        }
    }

    func hangUp() {
        open.withLock { open in
            for client in open { shutdown(client, Int32(SHUT_RDWR)) }
        }
    }
}

private func closeDescriptor(_ descriptor: Int32) -> Int32 { close(descriptor) }
