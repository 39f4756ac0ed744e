import Testing

/// The checker itself, on made-up sources.
@Suite struct LayerCheckerTests {
    private let checker = LayerChecker(table: .joblog)

    private func violations(_ path: String, _ text: String) -> [String] {
        checker.violations(in: [LayerChecker.File(path: path, text: text)])
    }

    @Test(arguments: [
        "import JobLogCore", "@testable import JobLogCore", "@_spi(Testing) import JobLogCore",
        "package import JobLogCore", "@preconcurrency public import struct JobLogCore.Job", "    import JobLogCore",
        "import Dispatch; import JobLogCore", "/* why */ import JobLogCore // because", "import `JobLogCore`",
        "#if canImport(Glibc)\nimport JobLogCore\n#endif",
    ])
    func everySpellingOfAnImportIsSeen(_ text: String) {
        let found = violations("Sources/TerminalUI/Program.swift", text)
        #expect(found.count == 1)
        #expect(found.first?.hasSuffix("TerminalUI may not import JobLogCore") == true)
    }

    @Test(arguments: [
        "// import JobLogCore", "/// import JobLogCore", "/* import JobLogCore /* nested */\nimport JobLogCore */",
        "let text = \"\"\"\nimport JobLogCore\n\"\"\"", "let text = #\"\"\"\nimport \"\"\"\nimport JobLogCore\n\"\"\"#",
        "let quoted = \"\\\"; import JobLogCore\"", "let important = 1", "importJobs()",
    ])
    func whatIsNoImportIsNotSeen(_ text: String) {
        #expect(violations("Sources/TerminalUI/Program.swift", text) == [])
    }

    @Test func theLineIsCountedThroughStringsAndComments() {
        let text = "let a = \"\"\"\n  x\n  \"\"\"\n/* 1\n2 */\n// \"\nlet quote = /\"/\nimport CNcurses\n"
        #expect(
            violations("Sources/JobLogTUI/Screen.swift", text)
                == ["Sources/JobLogTUI/Screen.swift:8: JobLogTUI may not import CNcurses"])
    }

    @Test(arguments: [
        ("Sources/RedisClient/A.swift", "JobLogCore"), ("Sources/JobLogCore/Logs/A.swift", "JobLogTUI"),
        ("Sources/JobLogCore/A.swift", "CHiredis"), ("Sources/JobLogTUI/A.swift", "RedisClient"),
        ("Sources/JobLogTUI/A.swift", "NcursesBackend"), ("Sources/TerminalUI/A.swift", "Logging"),
        ("Sources/joblog/A.swift", "CNcurses"), ("Sources/joblog/A.swift", "JobLogSentry"),
        ("Sources/joblog-bench/A.swift", "JobLogTUI"),
        ("Sources/JobLogCore/A.swift", "Foundation"), ("Sources/JobLogCore/A.swift", "Testing"),
        ("Sources/JobLogAPI/A.swift", "Hummingbird"), ("Sources/joblog-server/A.swift", "JobLogTUI"),
        ("Tests/TerminalUITests/A.swift", "JobLogCore"), ("Tests/RedisClientTests/A.swift", "CHiredis"),
        ("Tests/TestSupport/A.swift", "JobLogTUI"), ("Sources/Stranger/A.swift", "Dispatch"),
    ])
    func upwardSidewaysAndUnknownAreRefused(path: String, module: String) {
        #expect(violations(path, "import \(module)").count == 1)
    }

    @Test(arguments: [
        ("Sources/RedisClient/A.swift", "CHiredis"), ("Sources/NcursesBackend/A.swift", "CTerminal"),
        ("Sources/JobLogTUI/A.swift", "JobLogCore"), ("Sources/JobLogCore/A.swift", "Synchronization"),
        ("Sources/joblog-bench/A.swift", "CBaseline"), ("Sources/joblog-server/A.swift", "Hummingbird"),
        ("Sources/RedisTLS/A.swift", "NIOSSL"), ("Tests/JobLogTUITests/A.swift", "JobLogCore"),
        ("Sources/JobLogSentry/A.swift", "NIOHTTP1"), ("Tests/JobLogCoreTests/A.swift", "Foundation"),
        ("Tests/EndToEndTests/A.swift", "joblog"),
    ])
    func downwardIsAllowed(path: String, module: String) {
        #expect(violations(path, "import \(module)") == [])
    }

    @Test func aSecondFileOverHiredisIsRefused() {
        let found = checker.violations(in: [
            LayerChecker.File(path: "Sources/RedisClient/Connection.swift", text: "import CHiredis"),
            LayerChecker.File(path: "Sources/RedisClient/Reply.swift", text: "\nimport CHiredis"),
        ])
        #expect(found.count == 1)
        #expect(found.first?.hasPrefix("Sources/RedisClient/Reply.swift:2: ") == true)
    }

    @Test(arguments: ["@_exported import RedisClient", "@_exported\nimport RedisClient"])
    func exportingAModuleIsRefused(_ text: String) {
        #expect(violations("Sources/JobLogCore/A.swift", text).count == 1)
    }

    @Test func headersOfWrappedLibrariesStayWithTheirWrappers() {
        #expect(violations("Sources/CNcurses/shim.h", "#include <ncurses.h>") == [])
        #expect(violations("Sources/CBaseline/CBaseline.c", "#include <hiredis/hiredis.h>") == [])
        #expect(violations("Sources/CTerminal/CTerminal.c", "#include <termios.h>\n# include <curses.h>").count == 1)
    }

    @Test func dependenciesOfTargetsAreChecked() {
        let manifest = Manifest(
            source: """
                let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
                let package = Package(targets: [
                    .systemLibrary(name: "CHiredis", providers: [.apt(["libhiredis-dev"])]),
                    .target(name: "RedisClient", dependencies: ["CHiredis", logging]),
                    .target(
                        name: "TerminalUI",
                        dependencies: [.product(name: "Logging", package: "swift-log"), "JobLogCore"]),
                    .target(name: "Stranger"),
                ])
                """)
        #expect(manifest.targets.map(\.name) == ["CHiredis", "RedisClient", "TerminalUI", "Stranger"])
        #expect(manifest.targets[1].dependencies.map(\.module) == ["CHiredis", "Logging"])
        #expect(
            checker.violations(in: manifest) == [
                "Package.swift:7: TerminalUI may not depend on Logging",
                "Package.swift:7: TerminalUI may not depend on JobLogCore",
                "Package.swift:8: Stranger is not in the table of layers",
            ])
    }
}
