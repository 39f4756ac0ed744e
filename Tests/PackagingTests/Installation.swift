import Foundation
import TestSupport

/// What `.packaging/install.sh` has put below a prefix, of the programs of this build. All tests look at one.
final class Installation: Sendable {
    private static let shared = Task { try await Installation() }

    /// The installation, made when it is first asked for.
    static var common: Installation { get async throws { try await shared.value } }

    /// The repository.
    static let repository = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// It goes with the process: what is static is never let go of.
    private static let folder: Result<TemporaryFolder, any Error> = {
        atexit { try? FileManager.default.removeItem(atPath: Installation.folderPath) }
        return Result { try TemporaryFolder() }
    }()

    private static var folderPath: String { (try? folder.get().path) ?? "" }

    /// Where it is installed.
    let prefix: URL

    private init() async throws {
        let folder = try Self.folder.get()
        // DESTDIR stands in front: nothing may be written to the prefix itself.
        prefix = URL(filePath: folder.path).appending(path: "root/usr/local")
        let script = Self.repository.appending(path: ".packaging/install.sh").path()
        let output = try await run(
            [script, "/usr/local"],
            environment: ["DESTDIR": "\(folder.path)/root", "BUILD": BuiltProducts.folder.path()],
            timeout: .seconds(600))
        guard output.status == .exited(0) else { throw SubprocessError("install.sh: \(output.errorText)") }
    }

    /// The path of an installed file.
    func path(_ path: String) -> String { prefix.appending(path: path).path() }

    /// An installed file's text.
    func text(_ path: String) throws -> String {
        try String(contentsOf: prefix.appending(path: path), encoding: .utf8)
    }

    /// The names of a folder's files.
    func names(in folder: String) throws -> Set<String> {
        Set(try FileManager.default.contentsOfDirectory(atPath: path(folder)))
    }
}
