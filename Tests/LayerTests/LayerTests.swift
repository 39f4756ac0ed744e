import Foundation
import TestSupport
import Testing

/// The repository as it is.
@Suite struct LayerTests {
    private let repository: URL = {
        var url = URL(filePath: #filePath)
        for _ in 0..<3 {
            url.deleteLastPathComponent()
        }
        return url
    }()

    @Test func importsPointDownOnly() throws {
        let files = try sources()
        #expect(files.contains { $0.path == "Tests/LayerTests/LayerTests.swift" })
        for violation in LayerChecker(table: .joblog).violations(in: files) {
            Issue.record("\(violation)")
        }
    }

    @Test func targetsDependOnLowerOnesOnly() throws {
        let text = try String(contentsOf: repository.appending(path: "Package.swift"), encoding: .utf8)
        let manifest = Manifest(source: text)
        let modules = try Set(sources().filter(\.isSwift).map(\.module))
        #expect(modules.subtracting(manifest.targets.map(\.name.moduleName)) == [], "not declared")
        for violation in LayerChecker(table: .joblog).violations(in: manifest) {
            Issue.record("\(violation)")
        }
    }

    @Test func theTopLevelStaysSmall() async throws {
        // In a container the checkout often belongs to somebody else, which git refuses to read otherwise.
        let git = ["git", "-c", "safe.directory=*", "-C", repository.path(), "ls-files"]
        let listing = try await run(git)
        try #require(listing.status == .exited(0), "\(listing.errorText)")
        let top = Set(listing.text.split(separator: "\n").map { $0.prefix { $0 != "/" } })
        let strangers = top.filter { !$0.hasPrefix(".") }
            .subtracting(["Package.swift", "Sources", "Tests", "docs", "README.md"])
        #expect(strangers.isEmpty, "not wanted at the top level: \(strangers.sorted())")
        #expect(top.contains("Package.swift"))
    }

    /// All Swift and C files below Sources and Tests, in the order of their paths.
    private func sources() throws -> [LayerChecker.File] {
        let kinds: Set = ["swift", "c", "h"]
        var files: [LayerChecker.File] = []
        for folder in ["Sources", "Tests"] {
            let inside = try FileManager.default.subpathsOfDirectory(atPath: repository.appending(path: folder).path())
            for path in inside.sorted() where kinds.contains(URL(filePath: path).pathExtension) {
                // No modules: a script compiles each fuzzer with the sources that it looks at.
                if folder == "Tests", path.hasPrefix("Fuzz/") { continue }
                let url = repository.appending(path: folder).appending(path: path)
                files.append(
                    LayerChecker.File(path: "\(folder)/\(path)", text: try String(contentsOf: url, encoding: .utf8)))
            }
        }
        return files
    }
}
