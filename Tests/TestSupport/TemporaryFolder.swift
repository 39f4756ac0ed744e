import Foundation

/// A folder of one test, removed with its content when the last reference to it goes away.
public final class TemporaryFolder: Sendable {
    /// Its path, short enough for unix sockets in it (they end at about 100 bytes).
    public let path: String

    /// - Throws: ``SubprocessError`` when /tmp can't be written.
    public init() throws {
        // Not TMPDIR: that can be long.
        var template = Array("/tmp/joblog-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else {
            throw SubprocessError("no temporary folder: \(String(cString: strerror(errno)))")
        }
        path = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
    }

    /// The path of something in the folder.
    public func file(_ name: String) -> String {
        "\(path)/\(name)"
    }

    /// Writes a file in the folder.
    ///
    /// - Returns: its path.
    /// - Throws: what FileManager throws.
    @discardableResult
    public func write(_ text: String, to name: String) throws -> String {
        try text.write(toFile: file(name), atomically: false, encoding: .utf8)
        return file(name)
    }
}
