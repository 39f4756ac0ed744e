import RedisClient

/// Reads a stream of server-sent events that goes on by itself: where it is cut off, it is taken up again at the event
/// after the last one that was read.
///
/// One task reads at a time.
final class StreamReader {
    /// What is read.
    enum News: Sendable {
        /// The server has taken the stream up; again where it was cut off before.
        case connected(isAgain: Bool)
        /// Events, at least one.
        case events([ServerSentEvent])
        /// The stream was cut off; the attempt to come is of this number.
        case lost(APIClientError, attempt: Int)
    }

    private let client: JobLogClient
    private var call: HTTPCall
    private var stream: HTTPStream?
    private var parser: ServerSentEventParser
    private var backoff = RedisBackoff(initial: .milliseconds(100))
    private var wasConnected = false
    /// How long to wait before the next attempt.
    private var pauseBefore: Duration?

    /// A reader of what a call gives, after the event with an id; empty for the stream from its beginning on.
    init(_ client: JobLogClient, _ call: HTTPCall, after lastID: String = "") {
        self.client = client
        self.call = call
        parser = ServerSentEventParser(lastID: lastID)
    }

    /// The id of the last event that was read.
    var lastID: String { parser.lastID }

    /// What comes next. Waits before it connects once more.
    ///
    /// - Throws: What waiting does not help against: the token is refused, the job is not there or someone else's.
    func next() async throws(APIClientError) -> News {
        while true {
            do throws(APIClientError) {
                guard let stream else { return try await connect() }
                guard let bytes = try await stream.next() else {
                    throw APIClientError(.connectionLost, "The API at \(client.address) ended the stream.")
                }
                backoff.reset()
                let events = try parsed(bytes)
                if !events.isEmpty { return .events(events) }
            } catch {
                stream?.close()
                stream = nil
                guard error.mayPass, !Task.isCancelled else { throw error }
                let pause = backoff.next()
                pauseBefore = max(pause, error.retryAfter ?? parser.retry ?? .zero)
                return .lost(error, attempt: backoff.attempts)
            }
        }
    }

    /// Ends it.
    func close() { stream?.close() }

    private func connect() async throws(APIClientError) -> News {
        if let pauseBefore {
            self.pauseBefore = nil
            try? await Task.sleep(for: pauseBefore)
            guard !Task.isCancelled else { throw APIClientError(.cancelled, "The stream was cancelled.") }
        }
        call.lastEventID = parser.lastID
        switch try await client.transport.open(call) {
        case .stream(let stream):
            self.stream = stream
            parser = ServerSentEventParser(lastID: parser.lastID)
            defer { wasConnected = true }
            return .connected(isAgain: wasConnected)
        case .answer(let answer):
            throw client.error(for: answer, of: call)
        }
    }

    private func parsed(_ bytes: [UInt8]) throws(APIClientError) -> [ServerSentEvent] {
        do throws(ServerSentEventParser.Problem) {
            return try parser.take(bytes)
        } catch {
            throw APIClientError(.tooLarge, "The API at \(client.address) sends an event that is too large.")
        }
    }
}

extension APIClientError {
    /// Whether waiting may help.
    var mayPass: Bool { isUnreachable || isNotReady }
}
