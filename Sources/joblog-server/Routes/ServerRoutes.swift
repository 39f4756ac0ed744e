import HTTPTypes
import Hummingbird
import JobLogCore
import NIOCore

/// What says how the server is; none of it needs a token.
struct ServerRoutes {
    let desk: JobDesk
    let hub: FeedHub
    let relay: EventRelay
    let metrics: ServerMetrics

    func add(to router: Router<APIContext>) {
        router.get("/health") { _, _ in Answer.json(["status": "ok"]) }
        router.get("/openapi.json") { _, _ in Answer.json(OpenAPI.document()) }
        router.get("/ready") { _, _ in
            let isReady = await desk.isReady()
            var response = Answer.json(
                ["status": isReady ? "ok" : "Redis cannot answer now."], status: isReady ? .ok : .serviceUnavailable)
            if !isReady { response.headers[.retryAfter] = "1" }
            return response
        }
        router.get("/metrics") { _, _ in
            let text = metrics.text(
                streams: [("logs and jobs", hub.count), ("events", relay.count)], isReady: await desk.isReady())
            return Response(
                status: .ok, headers: [.contentType: "text/plain; version=0.0.4; charset=utf-8"],
                body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
        }
    }
}
