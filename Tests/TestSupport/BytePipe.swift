import Foundation
import Synchronization

/// A pipe whose ends no other child inherits.
struct BytePipe: Sendable {
    let reading: FileHandle
    let writing: FileHandle

    /// - Throws: ``SubprocessError`` when the process is out of descriptors.
    init() throws {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else {
            throw SubprocessError("no pipe: \(String(cString: strerror(errno)))")
        }
        for end in ends {
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
        }
        reading = FileHandle(fileDescriptor: ends[0], closeOnDealloc: true)
        writing = FileHandle(fileDescriptor: ends[1], closeOnDealloc: true)
    }

    /// What arrives at the reading end, as it arrives, until every writer has closed. To be called once.
    func chunks() -> AsyncStream<[UInt8]> {
        let (stream, continuation) = AsyncStream.makeStream(of: [UInt8].self)
        let reading = reading
        Thread.detachNewThread {
            var buffer = [UInt8](repeating: 0, count: 65536)
            while true {
                let count = read(reading.fileDescriptor, &buffer, buffer.count)
                if count > 0 {
                    continuation.yield(Array(buffer[..<count]))
                } else if count == 0 || errno != EINTR {
                    break
                }
            }
            continuation.finish()
        }
        return stream
    }
}

/// Writes all bytes; an end that nobody reads any more swallows the rest.
func writeAll(_ bytes: [UInt8], to handle: FileHandle) {
    var rest = bytes[...]
    while !rest.isEmpty {
        let count = rest.withUnsafeBytes { write(handle.fileDescriptor, $0.baseAddress, $0.count) }
        if count > 0 {
            rest = rest.dropFirst(count)
        } else if errno != EINTR {
            return
        }
    }
}

/// Bytes that one task gathers and others look at.
final class ByteCollector: Sendable {
    private let gathered = Mutex<[UInt8]>([])

    var bytes: [UInt8] { gathered.withLock { $0 } }

    func append(_ chunk: [UInt8]) {
        gathered.withLock { $0 += chunk }
    }
}
