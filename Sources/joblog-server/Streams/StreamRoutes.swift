import HTTPTypes
import Hummingbird
import JobLogAPI
import JobLogCore
import NIOCore
import ServiceLifecycle

/// What is told as it happens, as server-sent events.
struct StreamRoutes {
    /// How often something is sent on a stream that rests.
    private static let keepAlive = Duration.seconds(15)
    /// How long a reader that was too slow is waited for, so that it is told why, until its connection is cut.
    private static let patience = Duration.seconds(30)

    let desk: JobDesk
    let hub: FeedHub
    let relay: EventRelay
    let metrics: ServerMetrics

    func add(to api: RouterGroup<APIContext>) {
        api.get("/jobs/:id/logs/stream", use: log)
        api.get("/events", use: events)
    }

    private func log(_ request: Request, _ context: APIContext) async throws -> Response {
        let query = try RequestQuery(request, knows: ["limit"])
        let id = try desk.id(context.parameters.require("id"))
        let newest = try query.count("limit", unlessGiven: APILimits.entries, most: SharedLog.most)
        let position = try request.headers[.lastEventID].map { text in
            guard let position = LogPosition(text) else { throw Self.badPosition }
            return position
        }
        _ = try await desk.job(id, for: try context.requireCaller())
        return stream(context) { queue, body in
            try await hub.watching(log: id, after: position, newest: newest, on: queue, body)
        }
    }

    private func events(_ request: Request, _ context: APIContext) async throws -> Response {
        let caller = try context.requireCaller()
        let query = try RequestQuery(request, knows: [], repeated: ["watch"])
        let watched = try query.ids("watch", most: APILimits.mostWatched, cannotBe: "watched by one stream")
        let position = try request.headers[.lastEventID].map { text in
            guard let position = EventPosition(text) else { throw Self.badPosition }
            return position
        }
        let mine = Set(try await desk.jobs(watched, for: caller).map(\.snapshot.id))
        let user = caller.isOperator ? nil : caller.user
        return stream(context) { queue, body in
            try await relay.watching(user: user, after: position, on: queue) {
                for id in watched where !mine.contains(id) { queue.push(.gone(id), bytes: 0) }
                if mine.isEmpty { return try await body() }
                try await hub.watching(jobs: mine, on: queue, body)
            }
        }
    }

    private static let badPosition = APIError(
        status: 400, message: "Last-Event-ID takes the id of an event of this stream.")

    /// Sends what comes into a queue while `watching` has it told, until the reader leaves or the queue ends.
    private func stream(
        _ context: APIContext,
        _ watching: @escaping @Sendable (StreamQueue, () async throws -> Void) async throws -> Void
    ) -> Response {
        let channel = context.channel
        return Response(
            status: .ok,
            headers: [
                .contentType: "text/event-stream; charset=utf-8", .cacheControl: "no-store", .xAccelBuffering: "no",
                .xContentTypeOptions: "nosniff",
            ],
            body: ResponseBody { writer in
                let queue = StreamQueue { metrics.countDropped() }
                let clock = Task {
                    while !Task.isCancelled, !queue.isOver {
                        try await Task.sleep(for: Self.keepAlive)
                        queue.push(.rest, bytes: 0)
                    }
                    // It ends by itself, unless nobody reads what is sent.
                    try await Task.sleep(for: Self.patience)
                    channel.close(promise: nil)
                }
                defer { clock.cancel() }
                // The head goes out at once, so that the reader knows that it is listened to.
                try await writer.write(ByteBuffer(string: ServerSentEvent.keepAlive))
                var sink = writer
                try await withGracefulShutdownHandler {
                    try await watching(queue) {
                        for await step in queue {
                            try await sink.write(ByteBuffer(string: StreamText.text(of: step, at: relay)))
                        }
                    }
                } onGracefulShutdown: {
                    // The server waits for its connections before anything else ends.
                    queue.finish(.end)
                }
                try await writer.finish(nil)
            })
    }
}
