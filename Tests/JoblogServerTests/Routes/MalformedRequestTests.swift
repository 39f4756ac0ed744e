import Foundation
import RedisClient
import TestSupport
import Testing

/// Bytes that are no request, or nearly one.
@Suite(.inTurn) struct MalformedRequestTests {
    /// Ten thousand of them get a 4xx or nothing, and the server goes on.
    @Test func noneIsAnsweredByAFailureOfTheServer() async throws {
        let place = try await APIPlace()
        try await place.add("job", user: "ann")
        var random = SeededBytes(seed: 0x10B1)
        var counts: [Int: Int] = [:]
        for round in 0..<500 {
            // As many as one connection after the other takes at once.
            let requests = (0..<20).map { _ in random.request(token: place.ann) }
            let statuses = try await withThrowingTaskGroup(of: (Int, [UInt8]).self) { group in
                for request in requests {
                    group.addTask { [port = place.server.port] in
                        let socket = try TCPSocket(port: port)
                        socket.write(request)
                        socket.endWriting()
                        return (Self.status(await socket.readToEnd()), request)
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            for (status, request) in statuses {
                counts[status, default: 0] += 1
                #expect(
                    status == 0 || (200..<500).contains(status),
                    "\(status) in round \(round) for \(String(decoding: request, as: UTF8.self).debugDescription)")
            }
            try #require(place.server.process.status == nil, "ended in round \(round)")
        }
        #expect((counts.filter { (400..<500).contains($0.key) }.values.max() ?? 0) > 100, "\(counts)")
        #expect(try await place.get("/api/jobs/job").status == 200)
    }

    private static func status(_ answer: [UInt8]) -> Int {
        let words = String(decoding: answer.prefix(16), as: UTF8.self).split(separator: " ")
        return words.count > 1 && words[0].hasPrefix("HTTP/") ? Int(words[1]) ?? 599 : answer.isEmpty ? 0 : 599
    }
}

/// Requests that are wrong in ways that a seed decides.
private struct SeededBytes {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    private mutating func next(_ bound: Int) -> Int {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int(state >> 33) % bound
    }

    private mutating func one(of texts: [String]) -> String { texts[next(texts.count)] }

    mutating func request(token: String) -> [UInt8] {
        let bytes = head(token: token)
        switch next(4) {
        case 0: return damaged(bytes)
        case 1: return Array(bytes.prefix(next(bytes.count + 1)))
        case 2: return (0..<next(400)).map { _ in UInt8(next(256)) }
        default: return bytes
        }
    }

    private mutating func head(token: String) -> [UInt8] {
        let method = one(of: [
            "GET", "POST", "PATCH", "DELETE", "PUT", "get", "TRACE", "CONNECT", "", "G\0T", "OPTIONS",
        ])
        let path = one(of: [
            "/api/jobs", "/api/jobs/job", "/api/jobs/%", "/api/jobs/%zz/logs", "/api/jobs/%ff", "//api//jobs",
            "/api/jobs/base64:!", "*", "http://x/api/jobs", "api", "/../..", "/api/jobs/\u{7f}", "/api/jobs//logs",
            "/api/jobs/job/logs", "/api/jobs/job/checkpoints/99999999999999999999", "/api/jobs/match", "",
            "/api/jobs/job/cancel", "/metrics", "/openapi.json",
        ])
        let query = one(of: [
            "", "?", "?limit=-1", "?limit=99999999999999999999", "?%", "?cursor=%00", "?before=-", "?grep=(",
            "?grep=(a*)*b",
            "?since=999999999999999999999d", "?state=,", "?detail=1&detail=1", "?prefix=%C3", "?=&=&", "?id=",
        ])
        let version = one(of: ["HTTP/1.1", "HTTP/1.1", "HTTP/1.1", "HTTP/1.0", "HTTP/9.9", "HTTQ", ""])
        let authorization = one(of: [
            "Bearer \(token)", "Bearer \(token)", "Bearer", "Bearer ..", "Basic eDp5",
            "Bearer eyJhbGciOiJub25lIn0.e30.",
            "Bearer \(String(repeating: "a.", count: 300))",
        ])
        let field = one(of: [
            "", "Content-Length: 5\r\n", "Content-Length: -1\r\n", "Content-Length: 99999999999999999999\r\n",
            "Transfer-Encoding: chunked\r\n", "Transfer-Encoding: x\r\nContent-Length: 2\r\n", "X\0: y\r\n", ": \r\n",
            "Last-Event-ID: \u{1}\r\n", " folded\r\n", "Expect: 100-continue\r\n", "Upgrade: h2c\r\n",
        ])
        let body = one(of: ["", "[]", "{\"type\":", "zz\r\n", "ffffffffffffffffff\r\nx", "{\"type\":1}"])
        let lines = ["\(method) \(path)\(query) \(version)", "Host: x", "Connection: close"]
        let head = (lines + ["Authorization: \(authorization)", ""]).joined(separator: "\r\n")
        return Array("\(head)\(field)\r\n\(body)".utf8)
    }

    private mutating func damaged(_ bytes: [UInt8]) -> [UInt8] {
        var bytes = bytes
        for _ in 0...next(6) where !bytes.isEmpty {
            let at = next(bytes.count)
            if next(2) == 0 { bytes[at] = UInt8(next(256)) } else { bytes.remove(at: at) }
        }
        return bytes
    }
}
