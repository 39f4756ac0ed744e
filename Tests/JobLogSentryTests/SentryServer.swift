import Foundation
import JobLogCore
import Synchronization
import TestSupport

/// A real HTTP server that speaks as much of Sentry's protocol as the tests need, on a port of its own.
///
/// Each request is answered by the next of the scripted answers, by 200 when there is none left.
final class SentryServer: Sendable {
    /// A request as it came.
    typealias Request = HTTPStub.Request

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

    /// The requests, as they arrive; one reader only.
    let requests: AsyncStream<Request>
    private let stub: HTTPStub

    /// A server; one that is not `listening` only holds a port where connections are refused.
    init(_ answers: [Answer] = [], listening: Bool = true) throws {
        let (stream, continuation) = AsyncStream.makeStream(of: Request.self)
        requests = stream
        let answers = Mutex(answers)
        stub = try HTTPStub(listening: listening) { request, connection in
            let answer = answers.withLock { $0.isEmpty ? Answer.status(200, []) : $0.removeFirst() }
            continuation.yield(request)
            return Self.write(answer, to: connection)
        }
    }

    var port: Int { stub.port }

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

    private static func write(_ answer: Answer, to client: HTTPStub.Connection) -> Bool {
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
        return client.send(text)
    }
}

extension HTTPStub.Request {
    /// The envelope's lines: its header, then for each item its header and its payload.
    var envelope: SentryServer.Envelope { get throws { try SentryServer.Envelope(body) } }
}
