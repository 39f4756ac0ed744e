import Foundation
import JobLogAPI
import JobLogCore
import TestSupport
import Testing

/// The examples of docs/http-api.md, on a real server over a real Redis, in their order.
@Suite(.inTurn) struct ExampleTests {
    /// What an answer looks like: its status, and the members that it has; nil for an array, none for no JSON.
    private struct Shape {
        var status = 200
        var members: [String]? = []

        func fits(_ body: String) throws -> Bool {
            guard let members else { return try JSONValue(parsing: body).array != nil }
            guard !members.isEmpty else { return true }
            let object = try JSONValue(parsing: body).object
            return members.allSatisfy { object?[$0] != nil }
        }
    }

    private func shape(of route: APIRoute) -> Shape {
        switch route {
        case .jobs: Shape(members: ["jobs"])
        case .create: Shape(status: 201, members: ["jobId", "state", "progress", "message"])
        case .recent, .resumable: Shape(members: nil)
        case .match: Shape(members: ["ids"])
        case .job: Shape(members: ["id", "userId", "type", "state", "progress", "logCount"])
        case .logs: Shape(members: ["logs", "length"])
        case .deleteLogs: Shape(status: 204)
        case .checkpoints: Shape(members: ["sequences"])
        case .checkpoint: Shape(members: ["jobId", "sequence"])
        case .cancel, .pause, .resume, .restart, .clearCheckpoint: Shape(members: ["jobId", "state", "message"])
        case .health, .ready: Shape(members: ["status"])
        case .openapi: Shape(members: ["openapi", "paths"])
        case .metrics, .logStream, .events: Shape()
        }
    }

    /// The route that a line asks.
    private func asked(by line: String) -> APIRoute? {
        let words = line.split(separator: " ")
        let method =
            words.firstIndex(of: "-X").map { String(words[words.index(after: $0)]) }
            ?? (words.contains("-d") ? "POST" : "GET")
        guard let target = words.first(where: { $0.contains("$J") || $0.contains("http://localhost:3000") }) else {
            return nil
        }
        let path = target.replacing("\"", with: "").replacing("$J", with: "/api/jobs")
            .replacing("http://localhost:3000", with: "").prefix { $0 != "?" }.split(separator: "/")
        let fitting = APIRoute.allCases.filter { route in
            let parts = route.path.split(separator: "/")
            return route.method.rawValue == method && parts.count == path.count
                && zip(parts, path).allSatisfy { $0.hasPrefix(":") || $0 == $1 }
        }
        return fitting.min { $0.path.count { $0 == ":" } < $1.path.count { $0 == ":" } }
    }

    @Test func eachExampleGivesWhatItSays() async throws {
        let place = try await APIPlace()
        let blocks = try Document.blocks("sh")
        let seeds = try #require(blocks.first { $0.contains("redis-cli SET") })
        let examples = try #require(blocks.first { $0.contains("curl -H") }).replacing(
            "http://localhost:3000", with: place.server.url)
        let lines = examples.split(separator: "\n").map(String.init)
        let setting = lines.filter { !$0.hasPrefix("curl") }.joined(separator: "\n")
        // Words of the document that mean this test's own programs.
        let programs = """
            redis-cli() { timeout 60 redis-cli -s "\(place.redis.server.socketPath)" "$@"; }
            joblog-server() { "\(try BuiltProducts.path(of: "joblog-server"))" "$@"; }
            """
        func bash(_ script: String) -> [String] { ["bash", "-c", "set -e\n\(programs)\n\(script)"] }
        let environment = ["JWT_SECRET": APIServer.secret]
        let seeded = try await run(bash(seeds), environment: environment)
        #expect(seeded.status == .exited(0), "\(seeded.errorText)")
        var seen: Set<APIRoute> = []
        for line in lines where line.hasPrefix("curl") {
            let route = try #require(
                asked(by: line.replacing(place.server.url, with: "http://localhost:3000")), "\(line)")
            seen.insert(route)
            if route.isStream {
                let script = bash(setting + "\nexec curl -sS -i" + line.dropFirst("curl".count))
                let stream = try Spawned(script, environment: environment)
                var head: [String] = []
                for await text in stream.lines {
                    head.append(text)
                    if text.hasPrefix("data: ") { break }
                }
                #expect(
                    head.first?.contains(" 200 ") == true && head.last?.hasPrefix("data: {") == true, "\(line): \(head)"
                )
                stream.terminate()
                continue
            }
            let script = bash(setting + "\ncurl -sS -w '\\n%{http_code}'" + line.dropFirst("curl".count))
            let output = try await run(script, environment: environment)
            let parts = output.text.split(separator: "\n", omittingEmptySubsequences: false)
            let body = parts.dropLast().joined(separator: "\n")
            #expect(parts.last == "\(shape(of: route).status)", "\(line): \(output.text) \(output.errorText)")
            #expect(try shape(of: route).fits(body), "\(line): \(body)")
        }
        #expect(seen == Set(APIRoute.allCases), "every route has an example")
    }
}
