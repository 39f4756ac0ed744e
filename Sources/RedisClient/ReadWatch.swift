import Dispatch

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// Calls back on a queue whenever a socket can be read, until it is released.
///
/// It watches a duplicate of the descriptor, so that the socket's owner may close its own at any time.
final class ReadWatch {
    private let source: any DispatchSourceRead

    /// Starts watching; `nil` when no descriptor is free.
    init?(_ descriptor: Int32, on queue: DispatchQueue, handler: @escaping @Sendable () -> Void) {
        let duplicate = fcntl(descriptor, F_DUPFD_CLOEXEC, 0)
        guard duplicate >= 0 else { return nil }
        source = DispatchSource.makeReadSource(fileDescriptor: duplicate, queue: queue)
        source.setEventHandler(handler: handler)
        source.setCancelHandler { @Sendable in close(duplicate) }
        source.activate()
    }

    deinit {
        source.cancel()
    }
}
