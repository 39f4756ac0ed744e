import JobLogCore

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// A pipe of which no other program inherits an end.
struct Pipe: ~Copyable {
    private(set) var read: Int32
    private(set) var write: Int32

    init() throws(Failure) {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else {
            throw Failure(.error, "No pipe can be made: \(String(cString: strerror(errno))).")
        }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        (read, write) = (ends[0], ends[1])
    }

    deinit {
        if read >= 0 { close(read) }
        if write >= 0 { close(write) }
    }

    mutating func closeReadEnd() {
        if read >= 0 { close(read) }
        read = -1
    }

    mutating func closeWriteEnd() {
        if write >= 0 { close(write) }
        write = -1
    }

    /// Takes the write end out: whoever calls closes it.
    mutating func takeWriteEnd() -> Int32 {
        defer { write = -1 }
        return write
    }

    /// Writes all, unless that takes longer; false then. That nobody reads it is no trouble.
    borrowing func write(_ bytes: [UInt8], until deadline: Int64) -> Bool {
        _ = fcntl(write, F_SETFL, O_NONBLOCK)
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { writeSome(write, $0.baseAddress, $0.count) }
            if count > 0 {
                rest = rest.dropFirst(count)
            } else if errno == EAGAIN {
                var descriptor = pollfd(fd: write, events: Int16(POLLOUT), revents: 0)
                let left = deadline - Timestamp.now()
                guard left > 0, poll(&descriptor, 1, Int32(clamping: left)) != 0 else { return false }
            } else if errno != EINTR {
                return errno == EPIPE
            }
        }
        return true
    }

    /// What waits to be read, at most 4 KB of it.
    borrowing func readWhatIsThere() -> String {
        _ = fcntl(read, F_SETFL, O_NONBLOCK)
        var bytes = [UInt8](repeating: 0, count: 4_096)
        let count = readSome(read, &bytes, bytes.count)
        return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
    }
}

private func writeSome(_ descriptor: Int32, _ bytes: UnsafeRawPointer?, _ count: Int) -> Int {
    write(descriptor, bytes, count)
}

private func readSome(_ descriptor: Int32, _ bytes: UnsafeMutableRawPointer?, _ count: Int) -> Int {
    read(descriptor, bytes, count)
}
