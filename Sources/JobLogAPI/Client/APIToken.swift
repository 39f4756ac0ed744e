import JobLogCore

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// Who one is to the HTTP API. It is never printed.
public struct APIToken: Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The most bytes of a token.
    private static let most = 16_384

    /// What follows `Authorization: Bearer`.
    let value: String

    /// A token as it was made; blanks and line ends around it are left out.
    ///
    /// - Throws: ``APIClientError/Code/badToken`` where it cannot be one.
    public init(_ text: String) throws(APIClientError) {
        try self.init(text, from: "The token")
    }

    /// The token in a file that only its owner can read.
    ///
    /// - Throws: ``APIClientError/Code/badToken`` where the file is not there, others may read it, or it holds no token.
    public init(file: String) throws(APIClientError) {
        let name = "The token file \(file)"
        let descriptor = open(file, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw APIClientError(.badToken, "\(name) cannot be read: \(String(cString: strerror(errno))).")
        }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw APIClientError(.badToken, "\(name) is no file.")
        }
        guard status.st_mode & 0o077 == 0 else {
            throw APIClientError(
                .badToken, "\(name) can be read by others: give it the mode 0600 (chmod 600 \(file)).")
        }
        var bytes = [UInt8](repeating: 0, count: Self.most + 1)
        var count = 0
        while count < bytes.count {
            let more = bytes.withUnsafeMutableBytes { space in
                read(descriptor, space.baseAddress?.advanced(by: count), space.count - count)
            }
            if more < 0, errno == EINTR { continue }
            guard more > 0 else { break }
            count += more
        }
        try self.init(String(decoding: bytes[..<count], as: UTF8.self), from: name)
    }

    private init(_ text: String, from name: String) throws(APIClientError) {
        let isBlank: (UInt8) -> Bool = { $0 == 0x20 || (0x09...0x0D).contains($0) }
        let bytes = text.utf8.drop(while: isBlank).reversed().drop(while: isBlank).reversed()
        guard !bytes.isEmpty else { throw APIClientError(.badToken, "\(name) is empty.") }
        guard bytes.count <= Self.most, bytes.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            throw APIClientError(.badToken, "\(name) holds no token: a token is one word of letters, digits and signs.")
        }
        value = String(decoding: Array(bytes), as: UTF8.self)
    }

    /// Says nothing of it.
    public var description: String { "APIToken" }
    /// Says nothing of it.
    public var debugDescription: String { description }
    /// Shows nothing of it.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
