import Foundation
import Testing

/// Every Swift sample of the documentation stands in a source that is compiled and run by a test.
@Suite struct SampleTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../..")
        .standardized
    /// What runs them: `GuideTests`, and the documentation's tests of JobLogSentry, RedisTLS and JobLogAPI.
    private static let sources = [
        "Tests/WorkerProbe/Guide.swift", "Tests/JobLogSentryTests/DocumentationTests.swift",
        "Tests/RedisTLSTests/DocumentationTests.swift", "Tests/JobLogAPITests/DocumentationTests.swift",
    ]

    /// The README, the pages of docs, and those of the catalogue.
    private static let pages = ["README.md"] + pages(in: "docs") + pages(in: "Sources/JobLogCore/JobLogCore.docc")

    private static func pages(in folder: String) -> [String] {
        let names = try? FileManager.default.contentsOfDirectory(atPath: root.appending(path: folder).path())
        return (names ?? []).filter { $0.hasSuffix(".md") }.sorted().map { "\(folder)/\($0)" }
    }

    private static func lines(of file: String) throws -> [String] {
        try String(contentsOf: root.appending(path: file), encoding: .utf8).components(separatedBy: "\n")
    }

    /// The lines of each fenced block of Swift.
    private static func samples(in lines: [String]) -> [[String]] {
        var samples: [[String]] = []
        var sample: [String]?
        for line in lines {
            if line.hasPrefix("```") {
                if let sample { samples.append(sample) }
                sample = line == "```swift" ? [] : nil
            } else {
                sample?.append(line)
            }
        }
        return samples
    }

    /// Whether a sample stands in a source as it is, at one depth of indentation, its imports above everything.
    private static func stands(_ sample: [String], in source: [String]) -> Bool {
        let imports = sample.prefix { $0.hasPrefix("import ") }
        guard imports.allSatisfy(source.contains) else { return false }
        let body = sample.dropFirst(imports.count).drop { $0.isEmpty }
        guard let first = body.first else { return false }
        return source.indices.contains { start in
            guard source[start].hasSuffix(first), source.count - start >= body.count else { return false }
            let indentation = source[start].dropLast(first.count)
            guard indentation.allSatisfy({ $0 == " " }) else { return false }
            return zip(body, source[start...]).allSatisfy { $1 == ($0.isEmpty ? "" : indentation + $0) }
        }
    }

    @Test(arguments: Self.pages) func whatAPageShowsIsRun(page: String) throws {
        let sources = try Self.sources.map { try Self.lines(of: $0) }
        for sample in Self.samples(in: try Self.lines(of: page)) {
            #expect(
                sources.contains { Self.stands(sample, in: $0) },
                "\(page) shows what is in none of \(Self.sources):\n\(sample.joined(separator: "\n"))")
        }
    }

    @Test func thereAreSamples() throws {
        for page in ["README.md", "docs/workers.md", "Sources/JobLogCore/JobLogCore.docc/WritingAWorker.md"] {
            #expect(try !Self.samples(in: Self.lines(of: page)).isEmpty)
        }
    }

    @Test func aSampleIsFoundAsItIs() {
        let source = ["import JobLogCore", "func f() {", "    let a = 1", "", "    let b = 2", "}"]
        #expect(Self.stands(["let a = 1", "", "let b = 2"], in: source))
        #expect(Self.stands(["import JobLogCore", "", "let b = 2"], in: source))
        #expect(!Self.stands(["import Logging", "", "let b = 2"], in: source))
        #expect(!Self.stands(["let a = 1", "let b = 2"], in: source))
        #expect(!Self.stands(["a = 1"], in: source))
        #expect(Self.samples(in: ["```sh", "ls", "```", "```swift", "let a = 1", "```"]) == [["let a = 1"]])
    }
}
