import Synchronization

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

private let standardError = Mutex<Int32?>(nil)

extension NcursesBackend {
    /// Sends standard error to the end of a file, so that nothing stray gets onto the screen.
    ///
    /// Does nothing where standard error is no terminal, or goes to a file already.
    ///
    /// - Parameter path: the file; made readable for its owner only when it is not there.
    /// - Throws: `TerminalError` when the file cannot be opened.
    public static func redirectStandardError(to path: String) throws(TerminalError) {
        guard isatty(STDERR_FILENO) == 1 else { return }
        let file = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        guard file >= 0 else {
            throw TerminalError(.system, "\(path) cannot be opened: \(String(cString: strerror(errno)))")
        }
        defer { close(file) }
        standardError.withLock { saved in
            guard saved == nil else { return }
            let copy = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3)
            guard copy >= 0, dup2(file, STDERR_FILENO) >= 0 else { return }
            saved = copy
        }
    }

    /// Lets standard error go again where it went before.
    public static func restoreStandardError() {
        standardError.withLock { saved in
            guard let copy = saved else { return }
            dup2(copy, STDERR_FILENO)
            close(copy)
            saved = nil
        }
    }
}
