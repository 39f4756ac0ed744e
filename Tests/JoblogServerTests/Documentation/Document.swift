import Foundation

/// docs/http-api.md, as it stands there.
enum Document {
    static func text() throws -> String {
        let path = URL(filePath: #filePath).appending(path: "../../../../docs/http-api.md").standardized
        return try String(contentsOf: path, encoding: .utf8)
    }

    /// The blocks that begin with this mark.
    static func blocks(_ mark: String) throws -> [String] {
        try text().components(separatedBy: "\n```\(mark)\n").dropFirst().map { block in
            String(block[..<(block.range(of: "\n```")?.lowerBound ?? block.endIndex)])
        }
    }
}
