#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// Standard output in whole lines. When the reader of a pipe has gone the process ends quietly.
struct StandardOutput {
    private var buffer: [UInt8] = []

    /// Whether it is a terminal.
    static var isTerminal: Bool { isatty(STDOUT_FILENO) == 1 }

    /// The columns of the terminal; nil where there is none.
    static var columns: Int? {
        var size = winsize()
        guard isTerminal, ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
        return Int(size.ws_col)
    }

    /// Adds a line; it is written with the next `flush`, at the latest when much has gathered.
    mutating func line(_ text: String) {
        line(bytes: Array(text.utf8))
    }

    /// Adds text that ends its lines itself.
    mutating func add(_ text: String) {
        buffer += text.utf8
        if buffer.count >= 1 << 16 { flush() }
    }

    /// Adds a line given as bytes.
    mutating func line(bytes: [UInt8]) {
        buffer += bytes
        buffer.append(UInt8(ascii: "\n"))
        if buffer.count >= 1 << 16 { flush() }
    }

    /// Writes what was added.
    mutating func flush() {
        var rest = buffer[...]
        while !rest.isEmpty {
            let written = rest.withUnsafeBytes { write(STDOUT_FILENO, $0.baseAddress, $0.count) }
            if written > 0 {
                rest = rest.dropFirst(written)
            } else if errno == EPIPE {
                exit(0)
            } else if errno != EINTR, errno != EAGAIN {
                StandardError.say("Standard output cannot be written: \(String(cString: strerror(errno))).")
                exit(Failure.Status.error.rawValue)
            }
        }
        buffer.removeAll(keepingCapacity: true)
    }
}
