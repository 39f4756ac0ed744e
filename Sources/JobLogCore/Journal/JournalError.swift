#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// Why a journal could not be made or did not take records.
struct JournalError: Error, Sendable, CustomStringConvertible {
    /// What kind of trouble it is.
    enum Code: Sendable, Hashable {
        /// The file system, a quota or the process's file size limit leaves no room.
        case noSpace
        /// The records that wait have reached the journal's own limit.
        case full
        /// The folder or file may not be written, or is none.
        case notWritable
        /// One record is larger than a journal takes.
        case tooLarge
        /// The device reports an error.
        case damaged
        /// No file descriptor or no file name is free.
        case busy
        /// The journal was closed.
        case closed
    }

    /// What kind of trouble it is.
    var code: Code
    /// A sentence that names the file and one that says what to do.
    var message: String

    /// The message.
    var description: String { message }

    /// The error of a system call: `action` is what could not be done to `path`, as in "cannot be written".
    init(system number: Int32, _ action: String, path: String, isFolder: Bool = false) {
        let remedy: String
        switch number {
        case ENOSPC, EDQUOT, EFBIG:
            code = .noSpace
            remedy = "Free space there, raise the quota or file size limit, or configure another journal folder."
        case EMFILE, ENFILE, EEXIST, EWOULDBLOCK:
            code = .busy
            remedy = "Close files or raise the limit of open files, then try again."
        case EIO, ENXIO:
            code = .damaged
            remedy = "Check the device, or configure a journal folder on another one."
        case ENOTDIR:
            code = .notWritable
            remedy = "Configure a folder: there is a file of that name."
        default:
            code = .notWritable
            remedy = "Configure a journal folder that the worker may write."
        }
        message =
            "The journal \(isFolder ? "folder " : "")\(path) \(action): \(String(cString: strerror(number))). \(remedy)"
    }

    /// An error of the journal's own rules.
    init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }
}
