import ArgumentParser
import JobLogCore
import RedisClient
import RedisTLS

/// Appends, one awaited at a time, over what carries a connection or leads to a server, beside the same to one server over
/// a plain port of 127.0.0.1.
struct RoundTripBench {
    /// So many jobs take turns that each node of a cluster has some.
    private static let jobs = (0..<16).map { JobID("bench-turn-\($0)") }
    private static let nodes = 3
    private static let line = LogLine(.info, BenchData.message, metadata: BenchData.metadata)

    let sizes: BenchSizes
    /// A folder for files of the run.
    let folder: String

    /// Over TLS, to the same server.
    func tls() async throws -> [Measurement] {
        let certificate = try BenchCertificate(in: folder)
        defer { certificate.remove() }
        let (port, tlsPort) = (try BenchServer.freePort(), try BenchServer.freePort())
        let server = try await BenchServer(
            [
                "--port", "\(port)", "--bind", "127.0.0.1", "--tls-port", "\(tlsPort)", "--tls-cert-file",
                certificate.file,
                "--tls-key-file", certificate.key, "--tls-ca-cert-file", certificate.file, "--tls-auth-clients", "no",
            ], need: "the row tls takes one that is built with TLS")
        defer { server.stop() }
        var settings = TLSSettings()
        settings.authorityFile = certificate.file
        var carried = RedisConfiguration(url: try RedisURL(parsing: "rediss://127.0.0.1:\(tlsPort)"))
        carried.transport = try TLSTransport(settings)
        return [
            try await appends(
                "append over TLS, one awaited at a time", carried, beside: "the same client without TLS", port)
        ]
    }

    /// In a cluster of three nodes.
    func cluster() async throws -> [Measurement] {
        let port = try BenchServer.freePort()
        var servers = [try await BenchServer(["--port", "\(port)", "--bind", "127.0.0.1"])]
        defer { for server in servers { server.stop() } }
        let nodes = try (0..<Self.nodes).map { _ in "127.0.0.1:\(try BenchServer.freePort())" }
        for node in nodes {
            servers.append(
                try await BenchServer(
                    [
                        "--port", String(node.split(separator: ":")[1]), "--bind", "127.0.0.1", "--cluster-enabled",
                        "yes",
                        "--cluster-config-file", BenchServer.clusterFile, "--cluster-port",
                        "\(try BenchServer.freePort())",
                    ], need: "the row cluster takes Redis 7"))
        }
        _ = try Spawn.output(of: ["redis-cli", "--cluster", "create"] + nodes + ["--cluster-yes"], in: folder)
        let url = try RedisURL(parsing: "redis+cluster://" + nodes.joined(separator: ","))
        return [
            try await appends(
                "append in a cluster of three, one awaited at a time", RedisConfiguration(url: url),
                beside: "the same client, one server", port)
        ]
    }

    private func appends(
        _ name: String, _ configuration: RedisConfiguration, beside other: String, _ port: Int
    ) async throws -> Measurement {
        let plain = RedisConfiguration(url: try RedisURL(parsing: "redis://127.0.0.1:\(port)"))
        let managers = [configuration, plain].map { JobLogManager(connection: RedisConnection($0)) }
        // Connections are made, and slots learned, before anything counts.
        for manager in managers { try await stored(by: manager) }
        let figures = try await Measurement.alternating(sizes.runs) {
            try await stored(by: managers[0])
        } theirs: {
            try await stored(by: managers[1])
        }
        for manager in managers { await manager.close() }
        return Measurement(name, .microseconds, figures, beside: other)
    }

    /// The median time of an append; one that Redis did not take is no measurement.
    @discardableResult
    private func stored(by manager: JobLogManager) async throws -> Double {
        var times: [Double] = []
        for round in 0..<sizes.rounds {
            var delivery: LogDelivery?
            times.append(
                await seconds { delivery = await manager.append(Self.jobs[round % Self.jobs.count], Self.line) })
            guard case .stored = delivery else {
                throw ValidationError("Redis did not take an entry: \(delivery as Any).")
            }
        }
        return times.median
    }
}
