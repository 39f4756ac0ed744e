import JobLogCore

/// What is wrong in a file of settings: a sentence that names the file, and the line and column in it.
public struct SettingsError: Error, Hashable, CustomStringConvertible {
    /// The file's name.
    public let file: String
    /// The line, from 1; nil when the whole file is meant.
    public let line: Int?
    /// The column of the line, in characters from 1.
    public let column: Int?
    /// What is wrong, and what to do.
    public let message: String

    /// An error of a whole file.
    public init(file: String, message: String) {
        (self.file, self.message) = (file, message)
        (line, column) = (nil, nil)
    }

    /// An error at a place of a file.
    package init(file: String, line: Int, column: Int, message: String) {
        (self.file, self.message) = (file, message)
        (self.line, self.column) = (line, column)
    }

    /// An error at a byte of a file's text.
    init(file: String, text: [UInt8], offset: Int, message: String) {
        (self.file, self.message) = (file, message)
        let before = text.prefix(offset)
        let start = before.lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
        line = 1 + before.reduce(0) { $0 + ($1 == 0x0A ? 1 : 0) }
        column = 1 + String(decoding: before[start...], as: UTF8.self).count
    }

    /// `themes/mine.json:3:12: there is no colour reed`.
    public var description: String {
        let place = [line, column].compactMap { $0 }.map { ":\($0)" }.joined()
        return "\(TerminalText.line(file))\(place): \(message)"
    }
}

/// A JSON object that people write, and where in its text things stand.
struct SettingsFile {
    let name: String
    let object: JSONObject
    private let text: [UInt8]

    /// Parses a file's text. Throws a `SettingsError` for what is no JSON object.
    init(_ text: [UInt8], name: String) throws(SettingsError) {
        self.name = name
        self.text = text
        do throws(JSONError) {
            guard let object = try JSONParser.parse(text[...], maximumDepth: 8).object else {
                throw JSONError(code: .unexpected, offset: 0)
            }
            self.object = object
        } catch {
            let problem =
                switch error.code {
                case .trailing: "there is more behind the JSON object"
                case .tooDeep: "this is nested too deep"
                case .unexpected where error.offset >= text.count: "the file ends in the middle of its JSON object"
                case .unexpected: "this does not fit in a JSON object; a comma, quote or bracket may be missing"
                }
            throw SettingsError(file: name, text: text, offset: error.offset, message: problem)
        }
    }

    /// An error at a member; at its value when `isValue`, else at its name.
    /// `path` are the names that lead to it, from the outermost object.
    func error(_ message: String, at path: [String], isValue: Bool = false) -> SettingsError {
        var walk = JSONWalk(text)
        guard let offset = walk.offset(of: path, isValue: isValue) else {
            return SettingsError(file: name, message: message)
        }
        return SettingsError(file: name, text: text, offset: offset, message: message)
    }
}

/// Finds where the members of objects stand in a text that is known to be JSON.
private struct JSONWalk {
    private let text: [UInt8]
    private var at = 0

    init(_ text: [UInt8]) { self.text = text }

    /// The first byte of a member's name, or of its value; of several of one name, those of the last.
    mutating func offset(of path: [String], isValue: Bool) -> Int? {
        var found: Int?
        walk(path[...], isValue) { found = $0 }
        return found
    }

    private mutating func skipSpace() {
        while at < text.count, [0x20, 0x09, 0x0A, 0x0D, 0x2C, 0x3A].contains(text[at]) { at += 1 }
    }

    /// Goes over a value; `path` leads on from here, and is nil where nothing is looked for.
    private mutating func walk(_ path: ArraySlice<String>?, _ isValue: Bool, _ found: (Int) -> Void) {
        skipSpace()
        guard at < text.count else { return }
        switch text[at] {
        case UInt8(ascii: "{"):
            at += 1
            while true {
                skipSpace()
                guard at < text.count, text[at] != UInt8(ascii: "}") else { break }
                let start = at
                let name = string()
                skipSpace()
                let isOnPath = path?.first == name
                if isOnPath, path?.count == 1 { found(isValue ? at : start) }
                walk(isOnPath ? path?.dropFirst() : nil, isValue, found)
            }
            at += 1
        case UInt8(ascii: "["):
            at += 1
            while true {
                skipSpace()
                guard at < text.count, text[at] != UInt8(ascii: "]") else { break }
                walk(nil, isValue, found)
            }
            at += 1
        case UInt8(ascii: "\""): _ = string()
        default:
            while at < text.count, ![0x2C, 0x5D, 0x7D, 0x20, 0x09, 0x0A, 0x0D].contains(text[at]) { at += 1 }
        }
    }

    private mutating func string() -> String? {
        let start = at
        at += 1
        while at < text.count, text[at] != UInt8(ascii: "\"") { at += text[at] == UInt8(ascii: "\\") ? 2 : 1 }
        at = min(at + 1, text.count)
        return (try? JSONParser.parse(text[start..<at]))?.string
    }
}
