/// One `import` (or, in C, one `#include` of a wrapped library) as it stands in a file.
struct ImportLine: Equatable {
    var module: String
    /// Counted from 1.
    var line: Int
    /// `@_exported`: whoever imports the importer gets this module as well, which would undo the layers.
    var isExported = false
}

/// Finds the import lines of a source file without compiling it.
enum SourceScanner {
    /// The imports of a Swift file. Comments and string literals are not read as code.
    static func swiftImports(in source: String) -> [ImportLine] {
        // Built here: a Regex is not Sendable and cannot be a static constant.
        let importLine =
            #/
            (?<attributes> (?: @\w+ (?: \( [^)]* \) )? \s+ )*)
            (?: (?: public | package | internal | fileprivate | private ) \s+ )?
            import \s+
            (?: (?: struct | class | actor | enum | protocol | typealias | func | let | var ) \s+ )?
            `? (?<module> \w+ ) `? .*
            /#
        var found: [ImportLine] = []
        var exportedAbove = false
        for (index, line) in lines(of: withoutCommentsAndStrings(source)).enumerated() {
            for statement in line.split(separator: ";") {
                let code = statement.trimmed
                if let match = code.wholeMatch(of: importLine) {
                    let isExported = exportedAbove || match.attributes.contains("@_exported")
                    found.append(ImportLine(module: String(match.module), line: index + 1, isExported: isExported))
                }
                // An attribute may stand on the line above its import.
                exportedAbove = code.hasSuffix("@_exported")
            }
        }
        return found
    }

    /// The wrapped C libraries that a C file includes, under the name of the module that wraps them.
    static func includes(in source: String) -> [ImportLine] {
        let wrapped = ["hiredis": "CHiredis", "ncurses": "CNcurses", "curses": "CNcurses", "ncursesw": "CNcurses"]
        return lines(of: source).enumerated().compactMap { index, line in
            guard let match = line.trimmed.wholeMatch(of: /#\s*include\s*[<"](?<library>\w+)[.\/].*/),
                let module = wrapped[String(match.library)]
            else { return nil }
            return ImportLine(module: module, line: index + 1)
        }
    }

    /// The same text with every comment and string literal replaced by nothing, line breaks kept.
    static func withoutCommentsAndStrings(_ source: String) -> String {
        var text = Blanker(source)
        return text.run()
    }

    private static func lines(of text: String) -> [Substring] {
        text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    }
}

/// Walks over Swift source and leaves comments and strings out.
private struct Blanker {
    private let bytes: [UInt8]
    private var position = 0
    private var code: [UInt8] = []

    init(_ source: String) {
        bytes = Array(source.utf8)
    }

    mutating func run() -> String {
        while position < bytes.count {
            if starts(with: "//") {
                skip { $0.bytes[$0.position] == UInt8(ascii: "\n") }
            } else if starts(with: "/*") {
                skipBlockComment()
            } else if let hashes = hashesBeforeQuote() {
                skipString(hashes: hashes)
            } else {
                code.append(bytes[position])
                position += 1
            }
        }
        return String(decoding: code, as: UTF8.self)
    }

    private func starts(with text: String) -> Bool {
        bytes[position...].starts(with: text.utf8)
    }

    /// Moves on until `end` or the end of the file; keeps line breaks, so that line numbers stay right.
    private mutating func skip(until end: (Blanker) -> Bool) {
        while position < bytes.count, !end(self) {
            keepNewline()
            position += 1
        }
    }

    private mutating func keepNewline() {
        if bytes[position] == UInt8(ascii: "\n") {
            code.append(bytes[position])
        }
    }

    private mutating func skipBlockComment() {
        var depth = 0
        repeat {
            if starts(with: "/*") {
                depth += 1
                position += 2
            } else if starts(with: "*/") {
                depth -= 1
                position += 2
            } else {
                keepNewline()
                position += 1
            }
        } while depth > 0 && position < bytes.count
        code.append(UInt8(ascii: " "))
    }

    /// The number of `#` when a string literal begins here.
    private func hashesBeforeQuote() -> Int? {
        let hashes = bytes[position...].prefix { $0 == UInt8(ascii: "#") }.count
        let quote = position + hashes
        return quote < bytes.count && bytes[quote] == UInt8(ascii: "\"") ? hashes : nil
    }

    private mutating func skipString(hashes: Int) {
        let marks = String(repeating: "#", count: hashes)
        position += hashes
        let isLong = starts(with: "\"\"\"")
        let end = (isLong ? "\"\"\"" : "\"") + marks
        let escape = "\\" + marks
        position += isLong ? 3 : 1
        while position < bytes.count, !starts(with: end) {
            if starts(with: escape) {
                position += escape.utf8.count
                guard position < bytes.count else { return }
            } else if !isLong, bytes[position] == UInt8(ascii: "\n") {
                // Not a string after all (a quote in a regex literal): the damage stays in its line.
                return
            }
            keepNewline()
            position += 1
        }
        position = min(position + end.utf8.count, bytes.count)
    }
}

extension Substring {
    /// Without white space at both ends.
    var trimmed: Substring {
        let start = drop(while: \.isWhitespace)
        return start.lastIndex { !$0.isWhitespace }.map { start[...$0] } ?? start.prefix(0)
    }
}
