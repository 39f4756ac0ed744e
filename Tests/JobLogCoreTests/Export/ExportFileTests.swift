import Foundation
import TestSupport
import Testing

@testable import JobLogCore

/// Files that are there whole or not at all.
@Suite struct ExportFileTests {
    private func write(_ text: String, to path: String, replaces: Bool = false) throws(ExportError) {
        var file = try ExportFile(path, replaces: replaces)
        try file.write(Array(text.utf8))
        try file.finish()
    }

    private func content(_ path: String) throws -> String { try String(contentsOfFile: path, encoding: .utf8) }

    private func names(in folder: TemporaryFolder) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
    }

    private func mode(_ path: String) throws -> Int {
        try #require(try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int)
    }

    @Test func onlyItsOwnerReadsIt() throws {
        let folder = try TemporaryFolder()
        try write("text", to: folder.file("a"))
        #expect(try content(folder.file("a")) == "text")
        #expect(try mode(folder.file("a")) == 0o600)
        #expect(try names(in: folder) == ["a"])
    }

    @Test func noFileIsReplacedUnlessAsked() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("old", to: "a")
        let error = #expect(throws: ExportError.self) { try write("new", to: path) }
        #expect(error?.code == .exists)
        #expect(try content(path) == "old")
        try write("new", to: path, replaces: true)
        #expect(try content(path) == "new")
        #expect(try mode(path) == 0o600)
        #expect(try names(in: folder) == ["a"])
    }

    @Test func oneThatCameMeanwhileStays() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("a")
        var file = try ExportFile(path)
        try file.write(Array("mine".utf8))
        _ = try folder.write("theirs", to: "a")
        var code: ExportError.Code?
        do { try file.finish() } catch { code = error.code }
        _ = consume file
        #expect(code == .exists)
        #expect(try content(path) == "theirs")
        #expect(try names(in: folder) == ["a"])
    }

    @Test func aFileThatIsNotFinishedLeavesNothing() throws {
        let folder = try TemporaryFolder()
        do {
            let file = try ExportFile(folder.file("a"))
            try file.write(Array("half".utf8))
        }
        #expect(try names(in: folder) == [])
    }

    @Test func whatIsNoFileIsLeftAlone() throws {
        let folder = try TemporaryFolder()
        let refused = [
            ("/dev/null", "is not a file"), (folder.path, "Is a directory"),
            (folder.file("none/a"), "No such file or directory"), ("", "needs a name"),
            ("/proc/x", "cannot be written"),
        ]
        for (path, reason) in refused {
            let error = #expect(throws: ExportError.self) { try write("x", to: path, replaces: true) }
            #expect(error?.description.contains(reason) == true, "\(error?.description ?? "")")
        }
    }

    @Test func aLinkStaysALink() throws {
        let folder = try TemporaryFolder()
        let target = try folder.write("old", to: "target")
        let link = folder.file("link")
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: target)
        #expect(throws: ExportError.self) { try write("new", to: link) }
        try write("new", to: link, replaces: true)
        #expect(try content(target) == "new")
        #expect(try FileManager.default.destinationOfSymbolicLink(atPath: link) == target)
    }
}
