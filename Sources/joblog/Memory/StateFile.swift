import JobLogCore
import JobLogTUI

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// The file in which the screen's memory lies between runs: `joblog/state.json` among the user's state files.
struct StateFile: Sendable {
    /// What is in it.
    enum Content {
        case nothing
        case remembered(Remembered)
        /// A newer joblog's.
        case newer
        /// Nothing that can be used; a sentence.
        case refused(String)
    }

    /// The largest file that is read, in bytes; what is written is smaller by far.
    private static let limit = 8_000_000

    let path: String
    /// How the screen looks where nothing is remembered.
    let usual = Settings.current.usualLooks
    private let folder: String

    /// The user's own, by `XDG_STATE_HOME`, else below the home folder; nil where there is neither.
    static var own: StateFile? {
        Environment.folder("XDG_STATE_HOME", belowHome: ".local/state").map { StateFile(in: $0) }
    }

    private init(in home: String) {
        folder = home + "/joblog"
        path = folder + "/state.json"
    }

    // MARK: - Reading

    /// Reads it.
    func read() -> Content {
        if let stranger { return .refused("\(Self.foreign(stranger)), and was not read") }
        var status = stat()
        // A pipe of that name is not waited for.
        if stat(path, &status) == 0, status.st_mode & S_IFMT != S_IFREG { return damaged }
        do throws(InputFile.Trouble) {
            let bytes = try InputFile.read(path, limit: Self.limit, what: "state.json")
            return content(bytes)
        } catch {
            switch error {
            case .missing: return .nothing
            case .failed(let sentence): return .refused(sentence)
            }
        }
    }

    private func content(_ bytes: [UInt8]) -> Content {
        do throws(Remembered.Refusal) {
            return .remembered(try Remembered(parsing: bytes[...], over: usual))
        } catch {
            return error == .newer ? .newer : damaged
        }
    }

    /// Why a newer joblog's is not used; a sentence.
    var newer: String { "state.json is of a newer joblog and is left alone: \(TerminalText.line(path))" }

    private var damaged: Content { .refused("state.json is damaged and was ignored: \(TerminalText.line(path))") }

    // MARK: - Writing

    /// Writes it, as a whole or not at all. What a newer joblog wrote is not replaced.
    func write(_ remembered: Remembered) throws(Failure) {
        if let stranger { throw Failure(.error, Self.foreign(stranger)) }
        if case .newer = read() { throw Failure(.error, newer) }
        try SettingsFolder.make(folder)
        do throws(ExportError) {
            var file = try ExportFile(path, replaces: true)
            try file.write(remembered.encode(over: usual))
            try file.finish()
        } catch {
            throw Failure(.error, error.description)
        }
    }

    /// The members of the file as they stand there; nil where it has none that count.
    var members: JSONObject? {
        guard case .remembered = read(), let bytes = try? InputFile.read(path, limit: Self.limit, what: "state.json")
        else { return nil }
        return (try? JSONValue(parsing: bytes[...], maximumDepth: 16))?.object
    }

    // MARK: - Whose it is

    /// The link on the way to the file, or the innermost folder or file that is there, in whose place another user can put
    /// what he likes; nil where there is none.
    private var stranger: String? {
        var innermost: (name: String, owner: uid_t)?
        for name in SettingsFolder.prefixes(of: path) {
            var status = stat()
            guard lstat(name, &status) == 0 else { break }
            if status.st_mode & S_IFMT == S_IFLNK {
                if !Self.isTrusted(status.st_uid) { return name }
                guard stat(name, &status) == 0 else { break }
            }
            innermost = (name, status.st_uid)
        }
        return innermost.flatMap { Self.isTrusted($0.owner) ? nil : $0.name }
    }

    /// Root's links and folders are those of the system. Root itself leaves other users' alone: what it wrote there they
    /// could not read.
    private static func isTrusted(_ owner: uid_t) -> Bool { owner == geteuid() || owner == 0 }

    private static func foreign(_ name: String) -> String { "\(TerminalText.line(name)) belongs to another user" }
}
