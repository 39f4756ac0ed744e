import JobLogCore

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// Reads files that someone names.
enum InputFile {
    /// Why there is no text to be had.
    enum Trouble: Error {
        /// There is no such file.
        case missing
        /// Any other reason; a sentence that names the file.
        case failed(String)
    }

    /// All bytes of a file of at most `limit` bytes: an endless one must not take all memory. `what` says what has no more.
    static func read(_ path: String, limit: Int, what: String) throws(Trouble) -> [UInt8] {
        let name = TerminalText.line(path)
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw errno == ENOENT || errno == ENOTDIR ? .missing : trouble(name) }
        defer { close(descriptor) }
        let tooLarge = Trouble.failed("\(name) is too large: \(what) has at most \(ByteCount.text(limit)).")
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw trouble(name) }
        if status.st_mode & S_IFMT == S_IFREG, Int(status.st_size) > limit { throw tooLarge }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(min(limit, max(0, Int(status.st_size)) + 1))
        var piece = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = Glibc.read(descriptor, &piece, piece.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw trouble(name) }
            guard count > 0 else { return bytes }
            bytes += piece[..<count]
            if bytes.count > limit { throw tooLarge }
        }
    }

    private static func trouble(_ name: String) -> Trouble {
        .failed("\(name) cannot be read: \(String(cString: strerror(errno))).")
    }
}
