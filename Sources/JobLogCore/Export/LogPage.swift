/// Lines of logs as a page that needs nothing else: no script, no picture, nothing that is fetched.
///
/// All text is sanitised as for a terminal and escaped. Colours go by the reader's choice of dark or light; levels stand
/// there in words too.
enum LogPage {
    /// All that is before the first entry.
    static func head(title: String, remark: String?) -> String {
        let title = escaped(TerminalText.line(title))
        let remark = remark.map { "<p>\(escaped(TerminalText.line($0)))</p>\n" } ?? ""
        // The policy holds even if something in the page could get past the escapes.
        return """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <title>\(title)</title>
            <style>
            \(style)
            </style>
            </head>
            <body>
            <h1>\(title)</h1>
            \(remark)<main>

            """
    }

    /// What stands where lines are left out.
    static let gap = "<hr>\n"

    /// An entry: the side of a comparison, time, whose it is, level, message; metadata unfolds.
    static func entry(_ entry: LogEntry, time: Int64, isUTC: Bool, lane: String?, side: LogComparison.Side?) -> String {
        let level = entry.level?.wire ?? "none"
        let stamp = LogText.stamp(time, isUTC: isUTC)
        let machine = ISO8601.text(time)
        let message = escaped(TerminalText.lines(entry.message).joined(separator: "\n"))
        let sign = side.map { "<s class=\"\($0.word)\">\($0.sign)</s> " } ?? ""
        var html = "<div class=\"\(level)\">\(sign)<time datetime=\"\(machine)\">\(stamp)</time> "
        if let lane { html += "<i>\(escaped(lane))</i> " }
        html += "<b>\(escaped(entry.badge))</b> <pre>\(message)</pre>"
        if let metadata = entry.metadata {
            let tree = escaped(TerminalText.lines(metadata.indented()).joined(separator: "\n"))
            html += "<details><summary>metadata</summary><pre>\(tree)</pre></details>"
        }
        return html + "</div>\n"
    }

    /// All that is behind the last entry.
    static func foot(_ count: Int) -> String {
        let nothing = count == 0 ? "<p>No logs available yet</p>\n" : ""
        return "\(nothing)</main>\n<footer>\(count) \(count == 1 ? "line" : "lines")</footer>\n</body>\n</html>\n"
    }

    /// Text that means nothing but itself, in content and in attributes.
    static func escaped(_ text: String) -> String {
        var output: [UInt8] = []
        output.reserveCapacity(text.utf8.count + 16)
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "&"): output += "&amp;".utf8
            case UInt8(ascii: "<"): output += "&lt;".utf8
            case UInt8(ascii: ">"): output += "&gt;".utf8
            case UInt8(ascii: "\""): output += "&quot;".utf8
            case UInt8(ascii: "'"): output += "&#39;".utf8
            default: output.append(byte)
            }
        }
        return String(decoding: output, as: UTF8.self)
    }

    private static let style = """
        :root { --ground: #fff; --text: #1c2024; --faint: #62686e; --line: #e4e7ea;
          --error: #b3261e; --warn: #8a5a00; --info: #0b6177; --this: #1a6b2d; --other: #8b2a86; }
        @media (prefers-color-scheme: dark) {
          :root { --ground: #16191c; --text: #dfe3e6; --faint: #9aa1a8; --line: #2b3035;
            --error: #ff8a80; --warn: #f2c14e; --info: #6fd0e3; --this: #7ddc8f; --other: #e49be0; }
        }
        body { background: var(--ground); color: var(--text); margin: 1.5rem;
          font: 13px/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; }
        h1 { font-size: 1.2rem; margin: 0 0 .3rem; overflow-wrap: anywhere; }
        p, footer, time, summary, i { color: var(--faint); }
        i { font-style: normal; }
        s { text-decoration: none; white-space: pre; font-weight: bold; }
        .this { color: var(--this); } .other { color: var(--other); }
        pre { font: inherit; margin: 0; white-space: pre-wrap; overflow-wrap: anywhere; display: inline; }
        main > div { border-top: 1px solid var(--line); padding: .1rem 0; overflow-wrap: anywhere; }
        b { display: inline-block; min-width: 3.2rem; }
        details { margin-left: 2rem; } details pre { display: block; }
        .error, .error b { color: var(--error); } .warn b { color: var(--warn); } .info b { color: var(--info); }
        .debug, .debug b { color: var(--faint); }
        hr { border: 0; border-top: 1px dashed var(--faint); }
        """
}

extension JSONValue {
    /// The JSON on many lines, two blanks a level; what could steer a terminal is escaped.
    func indented(_ level: Int = 0) -> String {
        let margin = String(repeating: "  ", count: level + 1)
        let end = "\n" + String(repeating: "  ", count: level)
        switch self {
        case .array(let values) where !values.isEmpty:
            return "[\n" + values.map { margin + $0.indented(level + 1) }.joined(separator: ",\n") + end + "]"
        case .object(let object) where !object.members.isEmpty:
            let members = object.members.map { member in
                margin + JSONValue.string(member.key).text(escapeTerminal: true) + ": "
                    + member.value.indented(level + 1)
            }
            return "{\n" + members.joined(separator: ",\n") + end + "}"
        default: return text(escapeTerminal: true)
        }
    }
}
