import JobLogCore

extension JobLogClient {
    /// The newest entries of a job's log, then those that are written, for as long as it is read. A stream that is cut off is
    /// taken up again where it was.
    ///
    /// - Parameters:
    ///   - id: the job.
    ///   - limit: how many of the entries that are there come first.
    ///   - place: of an entry after which to begin, as ``LogStreamEvent/entry(_:place:)`` gives it; in place of `limit`.
    /// - Returns: a stream that begins when it is iterated.
    public func logStream(_ id: JobID, limit: Int = 100, after place: String? = nil) -> APIStream<LogStreamEvent> {
        APIStream { [self] in
            logReader(id, limit: limit, after: place ?? "")
        } decode: {
            LogStreamEvent.all(in: $0)
        }
    }

    /// The events of one's jobs, for as long as it is read. A stream that is cut off is taken up again where it was.
    ///
    /// - Parameter jobs: jobs that are told as they are now, and whenever they change; at most 300.
    /// - Returns: a stream that begins when it is iterated.
    public func eventStream(watching jobs: [JobID] = []) -> APIStream<JobStreamEvent> {
        APIStream { [self] in
            eventReader(watching: jobs)
        } decode: {
            JobStreamEvent.all(in: $0)
        }
    }

    func logReader(_ id: JobID, limit: Int, after lastID: String) -> StreamReader {
        StreamReader(
            self, HTTPCall(.logStream, id, query: [("limit", "\(limit)")]), after: lastID)
    }

    func eventReader(watching jobs: [JobID], after lastID: String = "") -> StreamReader {
        StreamReader(
            self, HTTPCall(.events, query: jobs.map { ("watch", Optional($0.argument)) }), after: lastID)
    }
}

/// What a stream of the API tells, in its order. It is read as fast as it is iterated: a server that is faster waits, and lets
/// go of who is too slow.
public struct APIStream<Element: Sendable>: AsyncSequence, Sendable {
    /// What waiting does not help against: the token is refused, the job is not there or someone else's.
    public typealias Failure = APIClientError

    let open: @Sendable () -> StreamReader
    let decode: @Sendable (StreamReader.News) -> [Element]

    /// Begins to read; each iterator has a stream of its own.
    public func makeAsyncIterator() -> Iterator { Iterator(reader: open(), decode: decode) }

    /// Reads a stream.
    public struct Iterator: AsyncIteratorProtocol {
        let reader: StreamReader
        let decode: @Sendable (StreamReader.News) -> [Element]
        private var ready: ArraySlice<Element> = []

        init(reader: StreamReader, decode: @escaping @Sendable (StreamReader.News) -> [Element]) {
            self.reader = reader
            self.decode = decode
        }

        /// What comes next; a stream has no end of its own.
        public mutating func next() async throws(APIClientError) -> Element? {
            while ready.isEmpty { ready = decode(try await reader.next())[...] }
            return ready.removeFirst()
        }
    }
}
