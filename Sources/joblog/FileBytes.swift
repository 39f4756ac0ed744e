#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// Reads files as a whole.
enum FileBytes {
    /// Why a file was not read.
    enum Trouble: Error, Hashable {
        /// The system's number for it.
        case system(Int32)
        case tooLarge

        /// The reason, for the end of a sentence.
        var reason: String {
            switch self {
            case .system(let number): String(cString: strerror(number))
            case .tooLarge: "it is too large"
            }
        }
    }

    /// The content of a file.
    ///
    /// - Parameters:
    ///   - path: its name.
    ///   - limit: the most bytes that are read: an endless file must not take all memory.
    ///   - flags: what `open(2)` is told besides.
    /// - Returns: all of it.
    /// - Throws: ``Trouble``, where it cannot be read or is larger.
    static func read(_ path: String, limit: Int, flags: Int32 = 0) throws(Trouble) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | flags)
        guard descriptor >= 0 else { throw .system(errno) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw .system(errno) }
        if status.st_mode & S_IFMT == S_IFREG, Int(status.st_size) > limit { throw .tooLarge }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(min(limit, max(0, Int(status.st_size)) + 1))
        var piece = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = libcRead(descriptor, &piece, piece.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw .system(errno) }
            guard count > 0 else { return bytes }
            bytes += piece[..<count]
            if bytes.count > limit { throw .tooLarge }
        }
    }
}

/// `read(2)`, which goes by the same name as the function.
private func libcRead(_ descriptor: Int32, _ bytes: UnsafeMutableRawPointer?, _ count: Int) -> Int {
    read(descriptor, bytes, count)
}
