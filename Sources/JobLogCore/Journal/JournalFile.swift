#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// A folder of journals, held open so that its files are found again when the process changes its working directory.
final class JournalFolder {
    let path: String
    fileprivate let descriptor: Int32

    /// Opens a folder that is there.
    init(path: String) throws(JournalError) {
        self.path = path
        descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        if descriptor < 0 { throw JournalError(system: errno, "cannot be opened", path: path, isFolder: true) }
    }

    deinit { close(descriptor) }

    /// Makes a folder that only its owner may read, and those above it, unless it is there.
    static func make(_ path: String) throws(JournalError) {
        if path.isEmpty { throw JournalError(.notWritable, "The journal folder has no name: configure a path.") }
        if mkdir(path, 0o700) == 0 || errno == EEXIST { return }
        let number = errno
        if number == ENOENT, let slash = path.dropLast().lastIndex(of: "/"), slash > path.startIndex {
            try make(String(path[..<slash]))
            if mkdir(path, 0o700) == 0 || errno == EEXIST { return }
        }
        throw JournalError(system: number, "cannot be made", path: path, isFolder: true)
    }

    /// The names of its files that end with `suffix`, in their order.
    func names(endingIn suffix: String) -> [String] {
        // A descriptor of its own, because closedir closes it and because the place in the folder belongs to it.
        let copy = openat(descriptor, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard copy >= 0 else { return [] }
        guard let stream = fdopendir(copy) else {
            close(copy)
            return []
        }
        defer { closedir(stream) }
        var names: [String] = []
        while let item = readdir(stream) {
            let name = withUnsafePointer(to: &item.pointee.d_name) { field in
                field.withMemoryRebound(to: CChar.self, capacity: MemoryLayout.size(ofValue: field.pointee)) {
                    String(cString: $0)
                }
            }
            if name.hasSuffix(suffix) { names.append(name) }
        }
        return names.sorted()
    }

    /// Makes the names of its files outlive a power cut.
    func synchronize() -> Bool { fsync(descriptor) == 0 }
}

/// A file that this process holds by an exclusive lock until the last reference goes away.
///
/// The lock belongs to the open file, not to the process: another opening of the file, here or elsewhere, does not get
/// it, and the kernel lets go of it when the process dies.
final class JournalFile {
    static let suffix = ".journal"
    /// A file that is being written to take another's place; nobody reads it.
    static let temporarySuffix = ".journal-new"

    let folder: JournalFolder
    private(set) var name: String
    private let descriptor: Int32
    /// Whether a read has failed; what could not be read is zeros then.
    private(set) var hasFailedToRead = false

    var path: String { "\(folder.path)/\(name)" }

    private init(folder: JournalFolder, name: String, descriptor: Int32) {
        self.folder = folder
        self.name = name
        self.descriptor = descriptor
    }

    deinit {
        // Closing is not enough: a child that was just forked has the same open file until it becomes another program.
        flock(descriptor, LOCK_UN)
        close(descriptor)
    }

    /// Makes a file under a name that sorts by age and tells whose it is.
    static func create(in folder: JournalFolder, suffix: String = suffix) throws(JournalError) -> JournalFile {
        var number = EEXIST
        for _ in 0..<8 {
            let chance = String(UInt64.random(in: .min ... .max), radix: 36)
            let name = "\(Timestamp.now())-\(hostName)-\(getpid())-\(chance)\(suffix)"
            let descriptor = openat(
                folder.descriptor, name, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
            if descriptor < 0 {
                number = errno
                if number == EEXIST { continue }
                throw JournalError(system: number, "cannot be made", path: "\(folder.path)/\(name)")
            }
            let file = JournalFile(folder: folder, name: name, descriptor: descriptor)
            // Before it is locked it looks like an orphan without records, which another process may remove.
            if flock(descriptor, LOCK_EX | LOCK_NB) == 0 {
                if file.isInPlace { return file }
            } else if errno != EWOULDBLOCK && errno != EINTR {
                number = errno
                file.remove()
                throw JournalError(system: number, "cannot be locked", path: file.path)
            }
        }
        throw JournalError(system: number, "cannot be used", path: folder.path, isFolder: true)
    }

    /// A file of a process that has died; nil when somebody holds it, it is gone, or it is none of ours: a link, a
    /// pipe, another user's file.
    static func adopt(_ name: String, in folder: JournalFolder) -> JournalFile? {
        // Not blocking: what has that name may be a pipe.
        let descriptor = openat(folder.descriptor, name, O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        let file = JournalFile(folder: folder, name: name, descriptor: descriptor)
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG, status.st_nlink == 1,
            status.st_uid == geteuid(), flock(descriptor, LOCK_EX | LOCK_NB) == 0, file.isInPlace
        else { return nil }
        return file
    }

    /// Whether the name still leads to this file: whoever held it before may have removed or replaced it.
    private var isInPlace: Bool {
        var own = stat()
        var named = stat()
        return fstat(descriptor, &own) == 0
            && fstatat(folder.descriptor, name, &named, AT_SYMLINK_NOFOLLOW) == 0
            && own.st_ino == named.st_ino && own.st_dev == named.st_dev
    }

    var size: Int {
        var status = stat()
        return fstat(descriptor, &status) == 0 ? Int(status.st_size) : 0
    }

    /// Writes all of it, or says with `errno` why it did not; then a part may have been written.
    func write(_ bytes: [UInt8], at offset: Int) -> Int32 {
        guard FileSizeLimit.allows(offset + bytes.count) else { return EFBIG }
        return bytes.withUnsafeBytes { bytes in
            var done = 0
            while done < bytes.count {
                let count = pwrite(
                    descriptor, bytes.baseAddress?.advanced(by: done), bytes.count - done, off_t(offset + done))
                if count < 0 {
                    if errno == EINTR { continue }
                    return errno
                }
                if count == 0 { return ENOSPC }
                done += count
            }
            return 0
        }
    }

    /// Reads exactly `count` bytes. What the device cannot give is zeros, which no frame's checks accept: the records
    /// around it are still found.
    func read(_ count: Int, at offset: Int) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
            let bytes = UnsafeMutableRawBufferPointer(buffer)
            var done = 0
            var step = count
            while done < count {
                let wanted = min(step, count - done)
                let read = pread(descriptor, bytes.baseAddress?.advanced(by: done), wanted, off_t(offset + done))
                if read > 0 {
                    done += read
                } else if read < 0, errno == EINTR {
                    continue
                } else if read < 0, step > 4096 {
                    // By pages, so that one bad sector costs no more than its page.
                    step = 4096
                } else {
                    hasFailedToRead = true
                    bytes[done..<done + wanted].initializeMemory(as: UInt8.self, repeating: 0)
                    done += wanted
                }
            }
            initialized = count
        }
    }

    func truncate(to size: Int) -> Bool {
        while ftruncate(descriptor, off_t(size)) != 0 {
            if errno != EINTR { return false }
        }
        return true
    }

    /// Brings what was written to the device; answers with `errno`.
    func synchronize() -> Int32 {
        #if canImport(Darwin)
        let result = fsync(descriptor)
        #else
        let result = fdatasync(descriptor)
        #endif
        return result == 0 ? 0 : errno
    }

    /// Removes the file's name; the file itself goes with its last opening.
    func remove() {
        if isInPlace { unlinkat(folder.descriptor, name, 0) }
    }

    /// Takes the place of a file of the same folder.
    func replace(_ other: JournalFile) -> Bool {
        guard renameat(folder.descriptor, name, folder.descriptor, other.name) == 0 else { return false }
        name = other.name
        return true
    }

    private static let hostName: String = {
        var buffer = [CChar](repeating: 0, count: 256)
        guard gethostname(&buffer, buffer.count - 1) == 0 else { return "unknown" }
        let name = buffer.prefix { $0 != 0 }.prefix(64).map { UInt8(bitPattern: $0) }
        let plain = name.map { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."):
                byte
            default: UInt8(ascii: "_")
            }
        }
        return String(decoding: plain, as: UTF8.self)
    }()
}
