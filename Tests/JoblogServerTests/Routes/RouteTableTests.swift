import Foundation
import JobLogAPI
import JobLogCore
import TestSupport
import Testing

/// One table names the routes: the server has them, its description too, and docs/http-api.md.
@Suite(.inTurn) struct RouteTableTests {
    @Test func theServerHasEachRouteAndDescribesIt() async throws {
        let place = try await APIPlace()
        try await place.add("job", user: "ann")
        let description = try await place.json("/openapi.json")
        for route in APIRoute.allCases where !route.isStream {
            let path = route.path.replacing(":jobId", with: "job").replacing(":sequence", with: "1")
            let answer = try await place.server.send(route.method.rawValue, path, token: place.ann)
            #expect(answer.status != 405 && !answer.body.contains("no such route"), "\(route): \(answer.body)")
            #expect(
                (try await place.server.send(route.method.rawValue, path)).status == 401 || !route.needsToken,
                "\(route)")
        }
        for route in APIRoute.allCases {
            let path = route.path.split(separator: "/", omittingEmptySubsequences: false)
                .map { $0.hasPrefix(":") ? "{\($0.dropFirst())}" : String($0) }.joined(separator: "/")
            #expect(description["paths"]?[path]?[route.method.rawValue.lowercased()] != nil, "\(path)")
        }
        let wrong = try await place.server.send("PUT", "/api/jobs/job", token: place.ann)
        #expect(wrong.status == 405 && wrong.headers["allow"]?.contains("GET") == true)
    }

    /// Status and header fields are those of GET; there is no body.
    @Test func headIsGetWithoutTheBody() async throws {
        let place = try await APIPlace()
        try await place.add("job", user: "ann")
        try await place.log("job", "one line", "another")
        var paths = APIRoute.allCases.filter { $0.method == .get && !$0.isStream }
            .map { $0.path.replacing(":jobId", with: "job").replacing(":sequence", with: "1") }
        paths += ["/api/jobs/none", "/api/jobs?limit=0"]
        for path in paths where path != "/metrics" {
            let get = try await place.get(path)
            let head = try await place.server.send("HEAD", path, token: place.ann)
            #expect(head.status == get.status, "\(path)")
            #expect(head.body.isEmpty, "\(path)")
            let fields = (get.headers, head.headers)
            #expect(
                fields.0.filter { $0.key != "date" } == fields.1.filter { $0.key != "date" }, "\(path)")
            #expect(head.headers["content-length"] == "\(get.body.utf8.count)", "\(path)")
        }
        // What it counts has grown by the first request.
        #expect(try await place.server.send("HEAD", "/metrics").status == 200)
        #expect(try await place.server.send("HEAD", "/api/jobs/job").status == 401)
    }

    @Test func theDocumentNamesEachRoute() throws {
        let path = URL(filePath: #filePath).appending(path: "../../../../docs/http-api.md").standardized
        let document = try String(contentsOf: path, encoding: .utf8)
        for route in APIRoute.allCases {
            #expect(document.contains("| `\(route.method.rawValue) \(route.path)` | \(route.summary) |"), "\(route)")
        }
    }
}
