import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// Messages from anywhere to the one loop that waits for them on a descriptor.
public final class Mailbox<Message: Sendable>: Sendable {
    private let waiting = Mutex<[Message]>([])
    private let readEnd: Int32
    private let writeEnd: Int32

    /// An empty mailbox.
    public init() {
        var ends: [Int32] = [-1, -1]
        if pipe(&ends) != 0 { fatalError("No pipe can be made: \(String(cString: strerror(errno))).") }
        (readEnd, writeEnd) = (ends[0], ends[1])
        for end in ends {
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
            _ = fcntl(end, F_SETFL, O_NONBLOCK)
        }
    }

    deinit {
        close(readEnd)
        close(writeEnd)
    }

    /// Readable when there are messages.
    var descriptor: Int32 { readEnd }

    /// Adds a message; from any thread.
    public func post(_ message: Message) {
        let wasEmpty = waiting.withLock { waiting in
            waiting.append(message)
            return waiting.count == 1
        }
        guard wasEmpty else { return }
        var byte: UInt8 = 0
        _ = write(writeEnd, &byte, 1)
    }

    /// Takes all messages, in their order.
    func drain() -> [Message] {
        waiting.withLock { waiting in
            var bytes: (UInt64, UInt64) = (0, 0)
            _ = read(readEnd, &bytes, 16)
            defer { waiting = [] }
            return waiting
        }
    }
}
