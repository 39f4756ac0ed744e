/// Finds the frames of stack traces in the lines of a message, as TypeScript, Python, Java, Swift and Go print them.
enum StackFrames {
    /// The fewest lines that are folded.
    private static let least = 3

    /// The runs of lines that are frames, long enough to be folded; the first frame of each stays.
    static func runs(in lines: [String]) -> [Range<Int>] {
        var runs: [Range<Int>] = []
        var index = 0
        while index < lines.count {
            let start = index
            while index < lines.count {
                let length = frame(at: index, in: lines)
                if length == 0 { break }
                index = min(lines.count, index + length)
            }
            if index - start > least { runs.append(start + 1..<index) }
            if index == start { index += 1 }
        }
        return runs
    }

    /// How many lines the frame that begins at a line takes; 0 where none begins.
    static func frame(at index: Int, in lines: [String]) -> Int {
        let line = lines[index]
        let text = line.drop { $0 == " " }
        let indent = line.utf8.count - text.utf8.count
        let next = index + 1 < lines.count ? lines[index + 1] : ""
        // TypeScript and Java: "    at f (file.ts:1:2)", "    at a.B.c(B.java:12)"; Java: "    ... 12 more".
        if text.hasPrefix("at "), indent > 0 || hasPlace(text) { return 1 }
        if text.hasPrefix("... "), text.hasSuffix(" more") || text.hasSuffix(" common frames omitted") { return 1 }
        // Python: '  File "x.py", line 3, in f', the code, and carets below it.
        if text.hasPrefix("File \""), text.contains("\", line ") {
            guard next.prefix(while: { $0 == " " }).count > indent else { return 1 }
            let third = index + 2 < lines.count ? lines[index + 2] : ""
            let isUnderlined = !third.isEmpty && third.allSatisfy { "^~ ".contains($0) }
            return isUnderlined ? 3 : 2
        }
        // Swift: "0   Module   0x0000000100003f2c main + 44", "3 [ra] 0x000055… f() in tool at /src/f.swift:3:5".
        if let number = text.first, number.isASCII, number.isNumber, text.contains(" 0x") { return 1 }
        // Debuggers: "#3  0x00007f… in f () at f.c:3".
        if text.first == "#", text.dropFirst().first?.isNumber == true, text.contains(" in ") || text.contains("0x") {
            return 1
        }
        // Go: "main.f(0x1, …)" and below it "    /src/main.go:12 +0x1d".
        if isGoPlace(next), text.contains("("), !isGoPlace(line) { return 2 }
        if isGoPlace(line) { return 1 }
        return 0
    }

    /// Whether a line ends with `(file:line)` or `file:line:column`.
    private static func hasPlace(_ text: Substring) -> Bool {
        let end = text.hasSuffix(")") ? text.dropLast() : text
        let parts = end.split(separator: ":")
        return parts.count > 1 && parts.last?.allSatisfy(\.isNumber) == true
    }

    private static func isGoPlace(_ line: String) -> Bool {
        guard line.hasPrefix("    "), line.contains(".go:") else { return false }
        return line.drop { $0 == " " }.first.map { $0 == "/" || $0.isLetter || $0 == "." } ?? false
    }
}
