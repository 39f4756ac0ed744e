import Foundation

/// Listens on a socket and greets the first client with words that are not Redis'.
final class LineServer: Sendable {
    let path: String
    private let listener: Int32

    init(greeting: String) throws {
        path = NSTemporaryDirectory() + "/joblog-line-\(UUID().uuidString.prefix(8)).sock"
        let listener = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        self.listener = listener
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let path = path
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8.prefix($0.count - 1)) }
        let bound = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) == 0 && listen(listener, 1) == 0
            }
        }
        guard bound else { throw CocoaError(.fileWriteUnknown) }
        Thread.detachNewThread {
            let client = accept(listener, nil, nil)
            _ = greeting.withCString { write(client, $0, strlen($0)) }
            // Closed at once, it could be gone before the client has written, and that is another error.
            var byte: UInt8 = 0
            while read(client, &byte, 1) > 0 {}
            close(client)
        }
    }

    deinit {
        shutdown(listener, Int32(SHUT_RDWR))
        close(listener)
        unlink(path)
    }
}
