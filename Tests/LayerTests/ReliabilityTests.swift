import Foundation
import Testing

/// The tables of docs/reliability.md name tests that there are.
@Suite struct ReliabilityTests {
    private static let sections = ["The server and the way to it", "Contents", "The terminal"]
    private let repository: URL

    init() {
        repository = (0..<3).reduce(URL(filePath: #filePath)) { url, _ in url.deletingLastPathComponent() }
    }

    /// The rows of a section's table, each with its last cell; not its head.
    private func rows(of section: String, in text: String) -> [(row: Substring, tests: Substring)] {
        let parts = text.components(separatedBy: "\n## ").filter { $0.hasPrefix(section + "\n") }
        return parts.flatMap { part in
            part.split(separator: "\n").filter { $0.hasPrefix("|") }.dropFirst(2).compactMap { row in
                row.split(separator: "|").dropFirst().last.map { (row, $0) }
            }.map { (Substring(String($0.0)), Substring(String($0.1))) }
        }
    }

    /// All tests, as `Suite.function`: a function belongs to the suites of its file.
    private func tests() throws -> Set<String> {
        let folder = repository.appending(path: "Tests")
        var found: Set<String> = []
        for path in try FileManager.default.subpathsOfDirectory(atPath: folder.path()) where path.hasSuffix(".swift") {
            let text = try String(contentsOf: folder.appending(path: path), encoding: .utf8)
            guard text.contains("@Test") else { continue }
            let suites = text.matches(of: /(?:struct|extension) (\w+)/).map(\.1)
            for function in text.matches(of: /func (\w+)\(/).map(\.1) {
                for suite in suites { found.insert("\(suite).\(function)") }
            }
        }
        return found
    }

    @Test func everyTestThatItsTablesNameExists() throws {
        let text = try String(contentsOf: repository.appending(path: "docs/reliability.md"), encoding: .utf8)
        let tests = try tests()
        for section in Self.sections {
            let rows = rows(of: section, in: text)
            #expect(rows.count > 5, "the table of \(section)")
            for (row, names) in rows {
                let named = names.matches(of: /`([^`]+)`/).map { String($0.1) }
                #expect(!named.isEmpty, "no test is named: \(row)")
                for name in named { #expect(tests.contains(name), "there is no \(name), which is named in: \(row)") }
            }
        }
    }
}
