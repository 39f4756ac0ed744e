import Foundation
import Testing

/// A block of commands in a page.
struct CommandBlock: CustomTestStringConvertible, Sendable {
    let page: String
    /// Its lines, but for empty ones.
    let lines: [String]

    var testDescription: String { "\(page): \(lines.first ?? "")" }

    private static let root = URL(filePath: #filePath).appending(path: "../../../..").standardized

    /// All of README and docs.
    static let all: [CommandBlock] = {
        let docs = (try? FileManager.default.contentsOfDirectory(atPath: root.appending(path: "docs").path())) ?? []
        let pages = ["README.md"] + docs.filter { $0.hasSuffix(".md") }.sorted().map { "docs/\($0)" }
        return pages.flatMap { page in
            ((try? String(contentsOf: root.appending(path: page), encoding: .utf8)).map { blocks(in: $0) } ?? []).map {
                CommandBlock(page: page, lines: $0)
            }
        }
    }()

    /// The fenced blocks that are marked as a shell's.
    static func blocks(in text: String) -> [[String]] {
        var blocks: [[String]] = []
        var block: [String]?
        for line in text.components(separatedBy: "\n") {
            if line.hasPrefix("```") {
                if let block { blocks.append(block) }
                block = block == nil && ["```sh", "```bash", "```shell", "```console"].contains(line) ? [] : nil
            } else if !line.isEmpty {
                block?.append(line)
            }
        }
        return blocks
    }
}
