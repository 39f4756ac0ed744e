import HTTPTypes
import Hummingbird
import NIOCore

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// Answers every request for `/` with the line that it was given on stdin: what the HTTP server costs by itself, against which
/// Tests/API/load.py sets joblog-server. It looks at no token, counts nothing and writes no log.
@main
enum HTTPBaseline {
    static func main() async throws {
        guard let line = readLine() else { return print("HTTPBaseline takes a line on stdin.") }
        let body = ByteBuffer(string: line)
        let router = Router()
        router.get("/") { _, _ in
            Response(
                status: .ok, headers: [.contentType: "application/json; charset=utf-8"],
                body: ResponseBody(byteBuffer: body))
        }
        let application = Application(
            router: router, configuration: ApplicationConfiguration(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { channel in
                print("HTTPBaseline listens on http://127.0.0.1:\(channel.localAddress?.port ?? 0)")
                // Whoever waits for it reads a pipe.
                fflush(nil)
            })
        try await application.runService()
    }
}
