import Synchronization
import TestSupport

@testable import JobLogAPI

/// A server that answers what a test says, and the client for it.
final class StubAPI: Sendable {
    /// An answer.
    struct Answer: Sendable {
        var status = 200
        var body = "{}"
        var headers: [String] = []

        static func json(_ body: String) -> Answer { Answer(body: body) }
        static func error(_ status: Int, _ sentence: String? = nil, _ headers: String...) -> Answer {
            Answer(status: status, body: sentence.map { "{\"error\":\"\($0)\"}" } ?? "", headers: headers)
        }

        var text: String {
            let lines = ["HTTP/1.1 \(status) Whatever", "Content-Type: application/json"] + headers
            return (lines + ["Content-Length: \(body.utf8.count)"]).joined(separator: "\r\n") + "\r\n\r\n" + body
        }
    }

    /// How a stream begins.
    static let streamHead = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"

    /// A piece of a stream.
    static func piece(_ text: String) -> String { String(text.utf8.count, radix: 16) + "\r\n" + text + "\r\n" }

    let stub: HTTPStub
    let client: JobLogClient
    private let log: RequestLog

    /// The requests so far.
    var requests: [HTTPStub.Request] { log.requests.withLock { $0 } }
    /// The first lines of the requests so far.
    var lines: [String] { requests.map(\.line) }

    /// A server that serves by a closure; a client that is as patient as `limits`.
    init(
        limits: HTTPTransport.Limits = HTTPTransport.Limits(),
        serve: @escaping @Sendable (HTTPStub.Request, HTTPStub.Connection) -> Bool
    ) throws {
        let log = RequestLog()
        stub = try HTTPStub { request, connection in
            log.requests.withLock { $0.append(request) }
            return serve(request, connection)
        }
        client = try JobLogClient(
            APIAddress("http://127.0.0.1:\(stub.port)"), token: APIToken("secret.token"), limits: limits)
        self.log = log
    }

    /// A server that gives answers one after the other, the last one for ever.
    convenience init(_ answers: Answer..., limits: HTTPTransport.Limits = HTTPTransport.Limits()) throws {
        let left = RequestLog.Left(answers)
        try self.init(limits: limits) { _, connection in connection.send(left.next().text) }
    }
}

/// The requests that came, and the answers that are left.
private final class RequestLog: Sendable {
    let requests = Mutex<[HTTPStub.Request]>([])

    final class Left: Sendable {
        private let answers: Mutex<[StubAPI.Answer]>

        init(_ answers: [StubAPI.Answer]) { self.answers = Mutex(answers) }

        func next() -> StubAPI.Answer {
            answers.withLock { $0.count > 1 ? $0.removeFirst() : $0[0] }
        }
    }
}
