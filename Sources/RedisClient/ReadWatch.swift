import Dispatch

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// Calls back on a queue or a thread whenever a socket can be read, until it is released.
///
/// It watches a duplicate of the descriptor, so that the socket's owner may close its own at any time.
final class ReadWatch {
    private enum Base {
        case source(any DispatchSourceRead)
        case thread(PollThread, PollThread.Watch, duplicate: Int32)
    }

    private let base: Base

    /// Starts watching; `nil` when no descriptor is free.
    init?(_ descriptor: Int32, on queue: DispatchQueue, handler: @escaping @Sendable () -> Void) {
        guard let duplicate = Self.duplicate(of: descriptor) else { return nil }
        let source = DispatchSource.makeReadSource(fileDescriptor: duplicate, queue: queue)
        source.setEventHandler(handler: handler)
        source.setCancelHandler { @Sendable in close(duplicate) }
        source.activate()
        base = .source(source)
    }

    /// Starts watching; `nil` when no descriptor is free.
    init?(_ descriptor: Int32, on thread: PollThread, handler: @escaping @Sendable () -> Void) {
        guard let duplicate = Self.duplicate(of: descriptor) else { return nil }
        base = .thread(thread, thread.watch(duplicate, handler), duplicate: duplicate)
    }

    deinit {
        switch base {
        case .source(let source): source.cancel()
        case .thread(let thread, let watch, let duplicate):
            thread.stop(watch)
            // Not while the thread may be waiting for it: another socket could get its number.
            thread.add { close(duplicate) }
        }
    }

    private static func duplicate(of descriptor: Int32) -> Int32? {
        let duplicate = fcntl(descriptor, F_DUPFD_CLOEXEC, 0)
        return duplicate >= 0 ? duplicate : nil
    }
}
