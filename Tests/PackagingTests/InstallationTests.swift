import Foundation
import TestSupport
import Testing

/// What whoever installs joblog gets.
@Suite(.inTurn) struct InstallationTests {
    @Test func theProgramsSayTheVersion() async throws {
        let installation = try await Installation.common
        for program in ["joblog", "joblog-server"] {
            let output = try await run([installation.path("bin/\(program)"), "--version"])
            #expect(output.status == .exited(0))
            #expect(output.text.contains(/^\d+\.\d+\.\d+(-\d+-g[0-9a-f]+)?(-dirty)?\n$/), "\(program): \(output.text)")
        }
    }

    @Test func theVersionIsWhatTheBuildWasTold() async throws {
        let folder = try TemporaryFolder()
        let main = try folder.write(
            "#include <stdio.h>\n#include \"CVersion.h\"\nint main(void) { return puts(joblog_version()) < 0; }\n",
            to: "main.c")
        let sources = Installation.repository.appending(path: "Sources/CVersion").path()
        let compiled = try await run(
            [
                "clang", #"-DJOBLOG_VERSION="0.1.0-12-gabc1234""#, "-I\(sources)/include", main, "\(sources)/version.c",
                "-o",
                folder.file("version"),
            ])
        try #require(compiled.status == .exited(0), "\(compiled.errorText)")
        #expect(try await run([folder.file("version")]).text == "0.1.0-12-gabc1234\n")
    }

    /// A clone with commits since a tag, one at it, and sources without git's data.
    @Test func theVersionIsWhatGitDescribes() async throws {
        let folder = try TemporaryFolder()
        let files = ["Sources/CVersion/version.c", ".packaging/version.sh"]
        for file in files {
            let copy = URL(filePath: folder.file(file))
            try FileManager.default.createDirectory(
                at: copy.deletingLastPathComponent(), withIntermediateDirectories: true)
            try FileManager.default.copyItem(at: Installation.repository.appending(path: file), to: copy)
        }
        func version() async throws -> String { try await run([folder.file(files[1])]).text }
        func git(_ words: String...) async throws {
            let identity = ["-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "commit.gpgsign=false"]
            let output = try await run(["git", "-C", folder.path] + identity + words)
            try #require(output.status == .exited(0), "\(output.errorText)")
        }
        #expect(try await version().contains(/^\d+\.\d+\.\d+\n$/))
        try await git("init", "--quiet")
        try await git("add", ".")
        try await git("commit", "--quiet", "-m", "one")
        #expect(try await version().contains(/^\d+\.\d+\.\d+-1-g[0-9a-f]+\n$/))
        try await git("tag", "v4.5.6")
        #expect(try await version() == "4.5.6\n")
        try await git("commit", "--quiet", "--allow-empty", "-m", "two")
        #expect(try await version().contains(/^4\.5\.6-1-g[0-9a-f]+\n$/))
        try folder.write("// changed\n", to: files[0])
        #expect(try await version().contains(/^4\.5\.6-1-g[0-9a-f]+-dirty\n$/))
    }

    @Test func noticesOfAllPackages() async throws {
        let notices = try await Installation.common.text("share/doc/joblog/copyright")
        let resolved = try Data(contentsOf: Installation.repository.appending(path: "Package.resolved"))
        let pins = try #require(
            (JSONSerialization.jsonObject(with: resolved) as? [String: Any])?["pins"] as? [[String: Any]])
        let packages = pins.compactMap { $0["identity"] as? String }
        #expect(packages.count > 10)
        let lines = notices.components(separatedBy: "\n").filter { $0.count < 1_000 }
        let owners = Set(lines.flatMap { $0.components(separatedBy: ", ") })
        for package in packages + ["libhiredis-dev", "libncurses-dev", "libyaml-dev", "zlib1g", "Swift's libraries"] {
            #expect(owners.contains(package), "\(package)")
        }
        for words in [
            "Apache License", "Permission is hereby granted", "Redistribution and use", "SwiftNIO", "hiredis",
        ] {
            #expect(notices.contains(words), "\(words)")
        }
    }

    @Test func theServiceIsTheOneOfTheDocumentation() async throws {
        let file = Installation.repository.appending(path: ".packaging/joblog-server.service")
        let unit = try String(contentsOf: file, encoding: .utf8)
        let page = try String(contentsOf: Installation.repository.appending(path: "docs/http-api.md"), encoding: .utf8)
        #expect(page.contains("```ini\n\(unit)```"))
        let installed = try await Installation.common.text("lib/systemd/system/joblog-server.service")
        #expect(installed.contains("ExecStart=/usr/local/bin/joblog-server "))
    }

    @Test func whatIsMissingIsNamed() async throws {
        let folder = try TemporaryFolder()
        let script = Installation.repository.appending(path: ".packaging/install.sh").path()
        let nothing = try await run(
            [script, "/usr"], environment: ["BUILD": folder.path, "DESTDIR": folder.file("to")])
        #expect(nothing.status == .exited(1))
        #expect(nothing.errorText == "\(folder.path)/joblog is missing: run .packaging/build.sh first.\n")
        #expect(!FileManager.default.fileExists(atPath: folder.file("to")))
        let relative = try await run([script, "usr"])
        #expect(relative.status == .exited(64))
        #expect(relative.errorText.contains("an absolute path"))
    }
}
