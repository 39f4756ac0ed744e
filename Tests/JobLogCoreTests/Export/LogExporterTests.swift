import Testing

@testable import JobLogCore

/// Lines of logs in each format.
@Suite struct LogExporterTests {
    private func line(_ json: String, job: String = "job", at time: Int64 = 1_000) -> ExportLine {
        ExportLine(job: JobID(job), record: LogRecord(json), time: time)
    }

    private func text(_ lines: [ExportLine], _ format: ExportFormat, namesJobs: Bool = false) -> String {
        String(
            decoding: LogExporter.text(
                lines, as: format, .init(namesJobs: namesJobs, isUTC: true, title: "Logs for job <job>")),
            as: UTF8.self)
    }

    @Test func theEndOfANameSaysTheFormat() {
        let names = ["a.txt", "a.log", "A.JSONL", "a.ndjson", "x/y.csv", "a.html", "a.htm", "a.json", "a.tar.gz", "a"]
        #expect(
            names.map { ExportFormat(fileName: $0) }
                == [.text, .text, .jsonl, .jsonl, .csv, .html, .html, .json, nil, nil])
    }

    @Test func jsonIsTheStoredData() {
        let lines = [line(#"{"message":"a\u001b","x":1.50}"#), line("no JSON", job: "b")]
        #expect(text(lines, .jsonl) == #"{"message":"a\u001b","x":1.50}"# + "\n" + #"{"raw":"no JSON"}"# + "\n")
        #expect(
            text(lines, .jsonl, namesJobs: true)
                == #"{"message":"a\u001b","x":1.50,"jobId":"job"}"# + "\n" + #"{"raw":"no JSON","jobId":"b"}"# + "\n")
        #expect(text([], .json) == "[]\n")
    }

    @Test(arguments: [
        ("=1+1", "'=1+1"), ("+cmd|' /C calc'!A0", "'+cmd|' /C calc'!A0"), ("-2+3", "'-2+3"), ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'    =1"), ("＝1", "'＝1"), ("-5", "-5"), ("- item", "'- item"), ("a=b", "a=b"), ("", ""),
        ("a,b", "\"a,b\""), ("a;b", "\"a;b\""), ("say \"x\"", "\"say \"\"x\"\"\""), ("one\r\ntwo", "\"one\ntwo\""),
        ("=a\n=b", "\"'=a\n=b\""), ("\u{1B}[2J", "␛[2J"),
    ])
    func cellsAreTextToSpreadsheets(content: String, cell: String) {
        #expect(CSV.row([content, "x"]) == cell + ",x\n")
    }

    @Test func aPageEscapesAllAndFetchesNothing() {
        let page = text(
            [
                line(
                    #"{"timestamp":1000,"type":"error","message":"<script>alert('1')</script>\n\u001b[2J","#
                        + #""metadata":{"a\"><b>":["</pre>",{}]}}"#),
                line("plain & simple"),
            ], .html)
        #expect(page.contains("&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;\n␛[2J</pre>"))
        #expect(page.contains("<title>Logs for job &lt;job&gt;</title>"))
        #expect(page.contains("<details><summary>metadata</summary><pre>{\n  &quot;a\\&quot;&gt;&lt;b&gt;&quot;: ["))
        #expect(page.contains("plain &amp; simple"))
        #expect(page.contains("<div class=\"error\"><time datetime=\"1970-01-01T00:00:01.000Z\">"))
        #expect(page.contains("prefers-color-scheme: dark") && page.contains("default-src 'none'"))
        for tag in ["<script", "src=", "href=", "url(", "@import"] { #expect(!page.contains(tag), "\(tag)") }
        #expect(page.hasSuffix("</main>\n<footer>2 lines</footer>\n</body>\n</html>\n"))
    }

    @Test func nothingSteersATerminal() {
        let hostile = (0..<0x20).map { String(Unicode.Scalar(UInt8($0))) }.joined() + "\u{7F}\u{9B}31m\u{202E}\u{2066}"
        let quoted = JSONValue.string(hostile).text()
        let lines = [
            line(
                #"{"timestamp":1,"type":\#(quoted),"message":\#(quoted),"metadata":{\#(quoted):\#(quoted)}}"#,
                job: hostile),
            line(hostile, job: hostile),
        ]
        for format in ExportFormat.allCases {
            let text = text(lines, format, namesJobs: true)
            let harmful = text.unicodeScalars.filter {
                $0 != "\n" && ($0.properties.generalCategory == .control || $0.properties.generalCategory == .format)
            }
            #expect(harmful.isEmpty, "\(format): \(harmful.map { String($0.value, radix: 16) })")
        }
    }
}
