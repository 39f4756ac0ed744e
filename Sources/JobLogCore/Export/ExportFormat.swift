/// How the lines of logs are written out.
package enum ExportFormat: String, Sendable, Hashable, CaseIterable {
    /// What the screen shows, for people.
    case text
    /// An array of the stored entries.
    case json
    /// A stored entry a line.
    case jsonl
    /// A table with a line a log entry.
    case csv
    /// A page that needs nothing else.
    case html

    /// The format that the end of a file's name stands for; nil where it stands for none.
    package init?(fileName: String) {
        guard let dot = fileName.lastIndex(of: ".") else { return nil }
        switch fileName[fileName.index(after: dot)...].lowercased() {
        case "txt", "log", "text", "diff", "patch": self = .text
        case "json": self = .json
        case "jsonl", "ndjson": self = .jsonl
        case "csv": self = .csv
        case "html", "htm": self = .html
        default: return nil
        }
    }

    /// The format in a word or two.
    package var name: String {
        switch self {
        case .text: "text"
        case .json: "JSON"
        case .jsonl: "JSON lines"
        case .csv: "CSV"
        case .html: "HTML"
        }
    }
}
