import Foundation
import Testing

@testable import JobLogCore

/// The rules and tables of docs/permissions.md are those of the code.
struct PermissionsTests {
    private static let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().appending(path: "docs/permissions.md")

    /// What stands between a mark and the next end.
    private var parts: [(mark: String, text: String)] {
        AccessRole.allCases.map { role in
            ("<!-- rules: \(role.rawValue) -->", "```\n\(AccessRules(role).command)\n```")
        } + [
            ("<!-- table: essential -->", table { $0.isEssential }),
            ("<!-- table: fallback -->", table { !$0.isEssential && !$0.isExtra }),
            ("<!-- table: extra -->", table { $0.isExtra }),
        ]
    }

    private func table(_ isWanted: (AccessRight.Use) -> Bool) -> String {
        let rows = AccessRight.all.flatMap { right in
            right.uses.filter(isWanted).map { use in
                let roles = AccessRole.allCases.filter(use.roles.contains).map(\.rawValue).joined(separator: ", ")
                return "| `\(right.title)` | \(roles) | \(use.without) |"
            }
        }
        return (["| command | for | without it |", "|---|---|---|"] + rows).joined(separator: "\n")
    }

    @Test func theDocumentedRulesAreTheRules() throws {
        let text = try String(contentsOf: Self.file, encoding: .utf8)
        var expected = ""
        var rest = text[...]
        for (mark, part) in parts {
            let start = try #require(rest.range(of: mark + "\n"))
            let end = try #require(rest[start.upperBound...].range(of: "<!-- end -->"))
            expected += rest[..<start.upperBound] + part + "\n"
            rest = rest[end.lowerBound...]
        }
        expected += rest
        if ProcessInfo.processInfo.environment["JOBLOG_WRITE_DOCS"] == "1" {
            try Data(expected.utf8).write(to: Self.file)
        } else {
            #expect(
                text == expected,
                "docs/permissions.md is stale: JOBLOG_WRITE_DOCS=1 swift test --filter PermissionsTests")
        }
    }
}
