// swift-tools-version: 6.2
import PackageDescription

/// The layers of docs/architecture.md: an import may only point down. LayerTests reads the import lines.
let swift: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
let arguments: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")

let http: Target.Dependency = .product(name: "AsyncHTTPClient", package: "async-http-client")
let nio: Target.Dependency = .product(name: "NIOCore", package: "swift-nio")
let nioHTTP: Target.Dependency = .product(name: "NIOHTTP1", package: "swift-nio")

/// What `--version` says, where whoever builds knows more than Sources/CVersion/version.c.
let version: [CSetting] =
    Context.environment["JOBLOG_VERSION"].map { [.define("JOBLOG_VERSION", to: "\"\($0)\"")] } ?? []

let package = Package(
    name: "joblog",
    platforms: [.macOS(.v15)],
    products: [
        .library(name: "JobLogCore", targets: ["JobLogCore"]),
        .library(name: "RedisTLS", targets: ["RedisTLS"]),
        .library(name: "JobLogSentry", targets: ["JobLogSentry"]),
        .library(name: "JobLogAPI", targets: ["JobLogAPI"]),
        .executable(name: "joblog", targets: ["joblog"]),
        .executable(name: "joblog-server", targets: ["joblog-server"]),
        .executable(name: "joblog-bench", targets: ["joblog-bench"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.100.0"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.0"),
        .package(url: "https://github.com/vapor/jwt-kit", from: "5.7.0"),
    ],
    targets: [
        .systemLibrary(name: "CHiredis", providers: [.apt(["libhiredis-dev"]), .brew(["hiredis"])]),
        .systemLibrary(name: "CNcurses", providers: [.apt(["libncurses-dev"]), .brew(["ncurses"])]),
        .systemLibrary(name: "CYAML", providers: [.apt(["libyaml-dev"]), .brew(["libyaml"])]),
        .target(name: "CTerminal"),
        .target(name: "CVersion", cSettings: version),
        .target(name: "RedisClient", dependencies: ["CHiredis", logging], swiftSettings: swift),
        .target(
            name: "RedisTLS",
            dependencies: [
                "RedisClient", nio, .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOTLS", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ],
            swiftSettings: swift),
        .target(name: "JobLogCore", dependencies: ["RedisClient", logging], swiftSettings: swift),
        .target(name: "JobLogSentry", dependencies: ["JobLogCore", http, nio, nioHTTP], swiftSettings: swift),
        .target(name: "YAMLReader", dependencies: ["CYAML"], swiftSettings: swift),
        .target(name: "TerminalUI", swiftSettings: swift),
        .target(
            name: "NcursesBackend", dependencies: ["TerminalUI", "CNcurses", "CTerminal"], swiftSettings: swift),
        .target(name: "JobLogTUI", dependencies: ["JobLogCore", "TerminalUI"], swiftSettings: swift),
        .executableTarget(
            name: "joblog",
            dependencies: [
                "RedisClient", "RedisTLS", "JobLogCore", "JobLogAPI", "TerminalUI", "NcursesBackend", "JobLogTUI",
                "YAMLReader", "CVersion", arguments,
            ],
            swiftSettings: swift),
        .target(
            name: "JobLogAPI",
            dependencies: [
                "JobLogCore", "RedisClient", "RedisTLS", nio, nioHTTP, .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOTLS", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ],
            swiftSettings: swift),
        .executableTarget(
            name: "joblog-server",
            dependencies: [
                "JobLogAPI", "JobLogCore", "RedisClient", "RedisTLS", "CVersion", arguments,
                .product(name: "Hummingbird", package: "hummingbird"), .product(name: "JWTKit", package: "jwt-kit"),
            ],
            swiftSettings: swift),
        .target(
            name: "CBaseline", dependencies: ["CHiredis", "CNcurses"],
            linkerSettings: [.linkedLibrary("hiredis"), .linkedLibrary("ncursesw"), .linkedLibrary("tinfo")]),
        .executableTarget(name: "CBaselineList", dependencies: ["CBaseline"]),
        .executableTarget(name: "DecodeBaseline", path: "Tests/DecodeBaseline", swiftSettings: swift),
        .executableTarget(name: "ManualPages", path: "Tests/ManualPages", swiftSettings: swift),
        .executableTarget(
            name: "HTTPBaseline", dependencies: [.product(name: "Hummingbird", package: "hummingbird"), nio],
            path: "Tests/HTTPBaseline", swiftSettings: swift),
        .executableTarget(
            name: "joblog-bench",
            dependencies: [
                "JobLogCore", "RedisClient", "RedisTLS", "TerminalUI", "NcursesBackend", "CBaseline", arguments,
            ],
            swiftSettings: swift),
        .target(
            name: "TestSupport", dependencies: ["RedisClient", "JobLogCore", "TerminalUI"],
            path: "Tests/TestSupport", exclude: ["Certificates"], swiftSettings: swift),
        .testTarget(name: "RedisClientTests", dependencies: ["RedisClient", "TestSupport"], swiftSettings: swift),
        .testTarget(
            name: "RedisTLSTests", dependencies: ["RedisTLS", "RedisClient", "JobLogCore", "TestSupport"],
            swiftSettings: swift),
        .executableTarget(
            name: "WorkerProbe", dependencies: ["JobLogCore", "RedisClient", logging], path: "Tests/WorkerProbe",
            swiftSettings: swift),
        .testTarget(
            name: "JobLogCoreTests", dependencies: ["JobLogCore", "TestSupport", "WorkerProbe"], swiftSettings: swift),
        .testTarget(
            name: "JobLogSentryTests", dependencies: ["JobLogSentry", "JobLogCore", "RedisClient", "TestSupport"],
            swiftSettings: swift),
        .testTarget(name: "YAMLReaderTests", dependencies: ["YAMLReader"], swiftSettings: swift),
        .testTarget(name: "TerminalUITests", dependencies: ["TerminalUI", "TestSupport"], swiftSettings: swift),
        .executableTarget(
            name: "TerminalProbe", dependencies: ["NcursesBackend", "TerminalUI"], path: "Tests/TerminalProbe",
            swiftSettings: swift),
        .testTarget(
            name: "NcursesBackendTests", dependencies: ["NcursesBackend", "TestSupport", "TerminalProbe"],
            swiftSettings: swift),
        .testTarget(
            name: "JobLogTUITests", dependencies: ["JobLogTUI", "TestSupport"], exclude: ["Screens/Golden"],
            swiftSettings: swift),
        .testTarget(
            name: "JobLogAPITests",
            dependencies: ["JobLogAPI", "JobLogCore", "RedisClient", "RedisTLS", "TestSupport", "joblog-server"],
            swiftSettings: swift),
        .testTarget(
            name: "JoblogServerTests", dependencies: ["joblog-server", "JobLogAPI", "TestSupport"], swiftSettings: swift
        ),
        .testTarget(
            name: "EndToEndTests",
            dependencies: [
                "TestSupport", "JobLogTUI", "TerminalUI", "joblog", "joblog-server", "joblog-bench", "CBaselineList",
                "DecodeBaseline",
                "WorkerProbe",
            ],
            swiftSettings: swift),
        .testTarget(
            name: "PackagingTests",
            dependencies: ["TestSupport", "RedisClient", "joblog", "joblog-server", "ManualPages"],
            swiftSettings: swift),
        .testTarget(name: "LayerTests", dependencies: ["TestSupport"], swiftSettings: swift),
    ]
)
