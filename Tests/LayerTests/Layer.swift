/// What one module may import. The table below is the table of docs/architecture.md as data.
struct Layer {
    /// Modules of this package.
    var ours: Set<String> = []
    /// Modules of other packages.
    var packages: Set<String> = []
}

/// The whole table and the rules that go with it.
struct LayerTable {
    /// By module name, as it is written in an import line.
    var layers: [String: Layer]
    /// What the toolchain brings and every module may use.
    var system: Set<String>
    /// What only test code may use.
    var systemOfTests: Set<String>
    /// C libraries that a single file of the module that wraps them may touch.
    var oneFileOnly: Set<String>
}

extension LayerTable {
    /// The table of joblog, with the modules that are planned and not written yet.
    static let joblog: LayerTable = {
        let swiftModules: Set = [
            "RedisClient", "RedisTLS", "JobLogCore", "JobLogSentry", "TerminalUI", "NcursesBackend", "JobLogTUI",
            "JobLogAPI", "YAMLReader",
        ]
        let layers: [String: Layer] = [
            "CHiredis": Layer(),
            "CNcurses": Layer(),
            "CTerminal": Layer(),
            "CYAML": Layer(),
            "CVersion": Layer(),
            "YAMLReader": Layer(ours: ["CYAML"]),
            "CBaseline": Layer(ours: ["CHiredis", "CNcurses"]),
            "CBaselineList": Layer(ours: ["CBaseline"]),
            // Foundation is what it measures.
            "DecodeBaseline": Layer(),
            // What it reads is what the programs say of themselves.
            "ManualPages": Layer(),
            "PackagingTests": Layer(ours: ["TestSupport", "RedisClient", "joblog", "joblog_server", "ManualPages"]),
            "HTTPBaseline": Layer(packages: ["Hummingbird", "HTTPTypes", "NIOCore"]),
            "RedisClient": Layer(ours: ["CHiredis"], packages: ["Logging"]),
            "RedisTLS": Layer(
                ours: ["RedisClient"],
                packages: ["NIOCore", "NIOPosix", "NIOSSL", "NIOTLS"]),
            "JobLogCore": Layer(ours: ["RedisClient"], packages: ["Logging"]),
            "JobLogSentry": Layer(ours: ["JobLogCore"], packages: ["AsyncHTTPClient", "NIOCore", "NIOHTTP1"]),
            "TerminalUI": Layer(),
            "NcursesBackend": Layer(ours: ["TerminalUI", "CNcurses", "CTerminal"]),
            "JobLogTUI": Layer(ours: ["JobLogCore", "TerminalUI"]),
            // Not over AsyncHTTPClient, which brings Foundation: joblog, which has NIO for TLS anyhow, starts without it.
            // How TLS is spoken and its faults are said is the same as for Redis.
            "JobLogAPI": Layer(
                ours: ["JobLogCore", "RedisClient", "RedisTLS"],
                packages: ["NIOCore", "NIOPosix", "NIOHTTP1", "NIOSSL", "NIOTLS"]),
            // Without the HTTP client: joblog builds and starts fast.
            "joblog": Layer(
                ours: swiftModules.subtracting(["JobLogSentry"]).union(["CVersion"]), packages: ["ArgumentParser"]),
            "joblog_bench": Layer(
                ours: ["JobLogCore", "RedisClient", "RedisTLS", "TerminalUI", "NcursesBackend", "CBaseline"],
                packages: ["ArgumentParser"]),
            "joblog_server": Layer(
                ours: ["JobLogAPI", "JobLogSentry", "JobLogCore", "RedisClient", "RedisTLS", "CVersion"],
                packages: [
                    "Hummingbird", "HTTPTypes", "NIOCore", "JWTKit", "Logging", "ArgumentParser", "ServiceLifecycle",
                    "UnixSignals",
                ]),
            "JoblogServerTests": Layer(
                ours: ["joblog_server", "JobLogAPI", "JobLogCore", "RedisClient", "TestSupport"],
                packages: ["ArgumentParser", "Hummingbird", "JWTKit", "NIOCore"]),
            "JobLogAPITests": Layer(
                ours: ["JobLogAPI", "JobLogCore", "RedisClient", "RedisTLS", "joblog_server", "TestSupport"]),
            "WorkerProbe": Layer(ours: ["JobLogCore", "RedisClient"], packages: ["Logging"]),
            "JobLogCoreTests": Layer(
                ours: ["JobLogCore", "RedisClient", "TestSupport", "WorkerProbe"], packages: ["Logging"]),
            "RedisTLSTests": Layer(ours: ["RedisTLS", "RedisClient", "JobLogCore", "TestSupport"]),
            "TerminalProbe": Layer(ours: ["NcursesBackend", "TerminalUI"]),
            "NcursesBackendTests": Layer(
                ours: ["NcursesBackend", "TerminalUI", "CTerminal", "TerminalProbe", "TestSupport"]),
            "JobLogSentryTests": Layer(ours: ["JobLogSentry", "JobLogCore", "RedisClient", "TestSupport"]),
            "TestSupport": Layer(ours: ["RedisClient", "JobLogCore", "TerminalUI"]),
            "LayerTests": Layer(ours: ["TestSupport"]),
            "ScreenBench": Layer(ours: ["CHiredis", "CNcurses"]),
            "EndToEndTests": Layer(
                ours: swiftModules.union([
                    "TestSupport", "WorkerProbe", "joblog", "joblog_bench", "joblog_server", "CBaselineList",
                    "DecodeBaseline",
                ])),
        ]
        return LayerTable(
            layers: layers,
            system: [
                "Swift", "Glibc", "Musl", "Darwin", "Dispatch", "Synchronization", "RegexBuilder", "_StringProcessing",
            ],
            systemOfTests: ["Foundation", "FoundationNetworking", "Testing"],
            oneFileOnly: ["CHiredis", "CYAML"])
    }()

    /// What `module` may import, or nil when the table does not know it. `XTests` may import X, what X may import
    /// except for the C libraries (those stay in one place), and TestSupport.
    func layer(of module: String) -> Layer? {
        if let layer = layers[module] {
            return layer
        }
        guard module.hasSuffix("Tests") else { return nil }
        let tested = String(module.dropLast("Tests".count))
        guard let layer = layers[tested] else { return nil }
        return Layer(
            ours: layer.ours.subtracting(["CHiredis", "CNcurses", "CYAML"]).union([tested, "TestSupport"]),
            packages: layer.packages)
    }
}
