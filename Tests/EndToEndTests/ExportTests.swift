import Foundation
import JobLogCore
import TestSupport
import Testing

/// `joblog export` on a real server.
@Suite(.inTurn) struct ExportTests {
    private func place() async throws -> Workplace {
        let place = try Workplace()
        for number in 1...3 {
            try await place.say("line \(number)", level: number == 2 ? "error" : "info", at: number * 1_000, to: "job")
        }
        return place
    }

    @Test func standardOutputIsWhatLogsPrints() async throws {
        let place = try await place()
        for format in ["text", "jsonl", "json", "csv"] {
            let output = try await place.output("export", "job", "-o", format)
            #expect(output == (try await place.output("logs", "job", "-o", format)) && !output.isEmpty)
        }
        #expect(try await place.lines("export", "job", "-l", "error", "-o", "csv").count == 2)
        #expect(try await place.output("export", "job", "-o", "html").hasPrefix("<!DOCTYPE html>"))
    }

    @Test func allLinesAreWritten() async throws {
        let place = try Workplace()
        try await place.append((1...150).map { Array(Workplace.entry("line \($0)", at: $0).utf8) }, to: JobID("job"))
        #expect(try await place.lines("export", "job", "-o", "jsonl").count == 150)
        #expect(try await place.lines("export", "job", "-o", "jsonl", "-n", "7").count == 7)
    }

    @Test func aFileIsItsOwnersAndIsNotReplaced() async throws {
        let place = try await place()
        let folder = try TemporaryFolder()
        let path = folder.file("log.csv")
        #expect(try await place.output("export", "job", "--output", path) == "")
        let text = try String(contentsOfFile: path, encoding: .utf8)
        #expect(text.hasPrefix("timestamp,type,message,metadata\n1000,info,line 1,\n"))
        #expect(try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int == 0o600)
        let refused = try await place.run("export", "job", "--output", path, "-o", "text")
        #expect(refused.status == .exited(1))
        #expect(refused.errorText == "joblog: There is a file \(path) already. --force replaces it.\n")
        #expect(try String(contentsOfFile: path, encoding: .utf8) == text)
        #expect(try await place.output("export", "job", "--output", path, "-o", "jsonl", "--force") == "")
        #expect(try String(contentsOfFile: path, encoding: .utf8).hasPrefix("{"))
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["log.csv"])
    }

    @Test func whatCannotBeWrittenSaysWhy() async throws {
        let place = try await place()
        let folder = try TemporaryFolder()
        let cases: [(arguments: [String], status: Int32, reason: String)] = [
            (["job", "--output", folder.file("none/x")], 1, "No such file or directory"),
            (["job", "--output", folder.path, "--force"], 1, "Is a directory"),
            (["none", "--output", folder.file("x")], 3, "no job none"), (["job", "--force"], 64, "--force goes with"),
            (["job", "-o", "xml"], 64, "xml"), (["job", "--output", ""], 64, "needs a name"),
        ]
        for (arguments, status, reason) in cases {
            let output = try await place.run(["export"] + arguments)
            #expect(output.status == .exited(status), "\(arguments)")
            #expect(output.errorText.contains(reason), "\(output.errorText)")
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == [])
    }
}
