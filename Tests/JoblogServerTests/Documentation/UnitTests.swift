import Foundation
import TestSupport
import Testing

/// The unit of systemd in docs/http-api.md.
@Suite(.inTurn) struct UnitTests {
    private static let analyzer = "/usr/bin/systemd-analyze"

    private func unit() throws -> String { try #require(try Document.blocks("ini").first) }

    @Test func theServerKnowsTheOptionsThatItIsStartedWith() async throws {
        let line = try #require(try unit().split(separator: "\n").first { $0.hasPrefix("ExecStart=") })
        let options = line.split(separator: " ").filter { $0.hasPrefix("-") }
        #expect(!options.isEmpty)
        let help = try await run([try BuiltProducts.path(of: "joblog-server"), "serve", "--help"])
        for option in options { #expect(help.text.contains("\(option) <"), "\(option)") }
    }

    @Test(
        .enabled(
            if: FileManager.default.isExecutableFile(atPath: analyzer),
            "systemd-analyze is not installed: whether systemd takes the unit of docs/http-api.md is NOT tested"))
    func systemdTakesIt() async throws {
        let folder = try TemporaryFolder()
        // There the program is where it was built.
        let text = try unit().replacing(
            "/usr/local/bin/joblog-server", with: try BuiltProducts.path(of: "joblog-server"))
        try text.write(toFile: folder.file("joblog-server.service"), atomically: false, encoding: .utf8)
        let output = try await run([Self.analyzer, "verify", "--man=no", folder.file("joblog-server.service")])
        #expect(output.status == .exited(0), "\(output.errorText)")
        #expect(!output.errorText.contains("joblog-server.service"), "\(output.errorText)")
    }
}
