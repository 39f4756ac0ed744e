import Foundation

/// Writes the manual pages: `ManualPages DUMPS PARTS OUTPUT VERSION DATE`.
///
/// DUMPS is a folder with what the programs say of themselves, `joblog.json` and `joblog-server.json` of `--experimental-dump-help`
/// and `keys.md` of `joblog keys -o markdown`; PARTS one with what people have written, by the pages' names: `joblog-wait.1` has the
/// sections that stand behind the generated ones, `joblog.7` a whole page but for its keys.
@main
enum ManualPages {
    static func main() throws {
        let arguments = CommandLine.arguments.dropFirst().map { URL(filePath: $0) }
        guard arguments.count == 5 else {
            FileHandle.standardError.write(Data("ManualPages DUMPS PARTS OUTPUT VERSION DATE\n".utf8))
            exit(64)
        }
        let (dumps, parts, output) = (arguments[0], arguments[1], arguments[2])
        let (version, date) = (CommandLine.arguments[4], CommandLine.arguments[5])
        let edition = CommandPage.Edition(date: date, version: version, parts: try texts(in: parts, suffix: ".1"))
        for program in ["joblog", "joblog-server"] {
            let dump = try Data(contentsOf: dumps.appending(path: "\(program).json"))
            let command = try JSONDecoder().decode(CommandDump.Program.self, from: dump).command
            for page in CommandPage(command: command, words: [program], edition: edition).withSubcommands {
                try page.source.write(to: output.appending(path: "\(page.name).1"), atomically: true, encoding: .utf8)
            }
        }
        let keys = try String(contentsOf: dumps.appending(path: "keys.md"), encoding: .utf8)
        for (name, text) in try texts(in: parts, suffix: ".7") {
            let page = text.replacing(".\\\" DATE", with: ".Dd \(date)")
                .replacing(".\\\" VERSION", with: ".Os joblog \(version)")
                .replacing(".\\\" KEYS\n", with: KeySections.source(markdown: keys))
            try page.write(to: output.appending(path: "\(name).7"), atomically: true, encoding: .utf8)
        }
    }

    /// The texts of a folder's files whose names end so, by what stands before.
    private static func texts(in folder: URL, suffix: String) throws -> [String: String] {
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path()).filter { $0.hasSuffix(suffix) }
        return try names.reduce(into: [:]) { texts, name in
            texts[String(name.dropLast(suffix.count))] = try String(
                contentsOf: folder.appending(path: name), encoding: .utf8)
        }
    }
}
