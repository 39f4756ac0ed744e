#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// Why a file could not be written, as a sentence.
package struct ExportError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What is behind it.
    package enum Code: Sendable, Hashable {
        /// There is a file of that name, and it was not to be replaced.
        case exists
        /// Anything else.
        case failed
    }

    /// What callers tell apart.
    package let code: Code
    /// The sentence.
    package let description: String

    init(_ code: Code, _ description: String) {
        self.code = code
        self.description = description
    }
}

/// A file that is there whole, or not at all, and that only its owner can read.
///
/// What is written goes into a file without the name beside it, which gets the name by ``finish()``. Where that is not
/// called, nothing is left.
package struct ExportFile: ~Copyable {
    private let path: String
    private let temporary: String
    private let replaces: Bool
    private let descriptor: Int32
    private var isFinished = false

    /// Begins a file.
    ///
    /// - Parameters:
    ///   - path: its name.
    ///   - replaces: whether a file of that name may be replaced. Other things than files never are.
    /// - Throws: ``ExportError``, where there is such a file or none can be made.
    package init(_ path: String, replaces: Bool = false) throws(ExportError) {
        let target = try Self.target(path, replaces: replaces)
        let slash = target.lastIndex(of: "/").map { target.index(after: $0) } ?? target.startIndex
        // Short: the name itself may be as long as names can be.
        let hidden = ".joblog-\(getpid())-\(UInt32.random(in: 0 ... .max)).part"
        let name = String(target[..<slash]) + hidden
        let opened = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard opened >= 0 else { throw Self.failure(path, errno) }
        self.path = target
        self.replaces = replaces
        temporary = name
        descriptor = opened
        // Whatever the mask of the process says.
        fchmod(descriptor, 0o600)
    }

    deinit {
        close(descriptor)
        if !isFinished { unlink(temporary) }
    }

    /// Whether a file could be begun under a name; throws where not. For saying it before there is anything to write.
    package static func check(_ path: String, replaces: Bool = false) throws(ExportError) {
        let file = try ExportFile(path, replaces: replaces)
        _ = consume file
    }

    /// Writes on.
    package borrowing func write(_ bytes: [UInt8]) throws(ExportError) {
        guard FileSizeLimit.allows(Int(lseek(descriptor, 0, SEEK_CUR)) + bytes.count) else {
            throw Self.failure(path, EFBIG)
        }
        var rest = bytes[...]
        while !rest.isEmpty {
            let written = rest.withUnsafeBytes { libcWrite(descriptor, $0.baseAddress, $0.count) }
            if written > 0 {
                rest = rest.dropFirst(written)
            } else if errno != EINTR {
                throw Self.failure(path, errno)
            }
        }
    }

    /// Gives the file its name.
    package mutating func finish() throws(ExportError) {
        guard fsync(descriptor) == 0 || errno == EINVAL else { throw Self.failure(path, errno) }
        if replaces {
            guard rename(temporary, path) == 0 else { throw Self.failure(path, errno) }
            isFinished = true
            return
        }
        // A second name, which is refused where there is a file by now; a name alone would replace it.
        if link(temporary, path) == 0 { return }
        if errno == EEXIST { throw Self.exists(path) }
        // File systems without second names: the name is taken first.
        let reserved = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard reserved >= 0 else { throw errno == EEXIST ? Self.exists(path) : Self.failure(path, errno) }
        close(reserved)
        guard rename(temporary, path) == 0 else {
            let failure = Self.failure(path, errno)
            unlink(path)
            throw failure
        }
        isFinished = true
    }

    /// The file that a name stands for: what a link points to, where that is to be replaced.
    private static func target(_ path: String, replaces: Bool) throws(ExportError) -> String {
        guard !path.isEmpty, !path.utf8.contains(0) else {
            throw ExportError(.failed, "A file needs a name.")
        }
        var status = stat()
        guard lstat(path, &status) == 0 else {
            if errno == ENOENT { return path }
            throw failure(path, errno)
        }
        guard replaces else { throw exists(path) }
        var target = path
        if status.st_mode & S_IFMT == S_IFLNK {
            guard let resolved = realpath(path, nil) else { throw failure(path, errno) }
            defer { free(resolved) }
            target = String(cString: resolved)
            guard stat(target, &status) == 0 else { throw failure(path, errno) }
        }
        switch status.st_mode & S_IFMT {
        case S_IFREG: return target
        case S_IFDIR: throw failure(path, EISDIR)
        default: throw ExportError(.failed, "\(TerminalText.line(path)) is not a file, and is left alone.")
        }
    }

    private static func exists(_ path: String) -> ExportError {
        ExportError(.exists, "There is a file \(TerminalText.line(path)) already.")
    }

    private static func failure(_ path: String, _ code: Int32) -> ExportError {
        ExportError(.failed, "\(TerminalText.line(path)) cannot be written: \(String(cString: strerror(code))).")
    }
}

/// `write(2)`, which goes by the same name as the method.
private func libcWrite(_ descriptor: Int32, _ bytes: UnsafeRawPointer?, _ count: Int) -> Int {
    write(descriptor, bytes, count)
}
