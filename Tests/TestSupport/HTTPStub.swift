import Foundation
import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// A real HTTP server on a port of its own that answers as a test has it.
public final class HTTPStub: Sendable {
    /// A request as it came.
    public struct Request: Sendable {
        /// The first line.
        public var line: String
        /// By name in lower case.
        public var headers: [String: String]
        /// What followed.
        public var body: [UInt8]
    }

    /// The connection on which a request came.
    public struct Connection: Sendable {
        fileprivate let descriptor: Int32
        /// Which connection it is.
        public let number: Int

        /// Sends bytes; false where the client has gone.
        @discardableResult
        public func send(_ bytes: [UInt8]) -> Bool {
            var rest = bytes[...]
            while !rest.isEmpty {
                let count = rest.withUnsafeBytes {
                    sendBytes(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
                }
                guard count > 0 else { return false }
                rest = rest.dropFirst(count)
            }
            return true
        }

        /// Sends text; false where the client has gone.
        @discardableResult
        public func send(_ text: String) -> Bool { send(Array(text.utf8)) }

        /// Cuts the connection off.
        public func cut() { shutdown(descriptor, Int32(SHUT_RDWR)) }
    }

    /// The port, of 127.0.0.1.
    public let port: Int
    private let listener: Int32
    private let isListening: Bool
    private let clients = Clients()

    /// A server; one that is not `listening` only holds a port where connections are refused.
    ///
    /// - Parameters:
    ///   - listening: whether it answers.
    ///   - serve: answers a request, on a thread of the connection's own; false ends the connection.
    /// - Throws: `CocoaError` where there is no port.
    public init(listening: Bool = true, serve: @escaping @Sendable (Request, Connection) -> Bool) throws {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, length) == 0 && (!listening || listen(listener, 16) == 0)
                    && getsockname(listener, $0, &length) == 0
            }
        }
        guard isBound else { throw CocoaError(.fileWriteUnknown) }
        port = Int(UInt16(bigEndian: address.sin_port))
        self.listener = listener
        isListening = listening
        guard listening else { return }
        Thread.detachNewThread { [clients] in
            for number in 1... {
                let client = accept(listener, nil, nil)
                guard client >= 0 else { break }
                clients.add(client)
                Thread.detachNewThread {
                    while let request = Self.read(client) {
                        guard serve(request, Connection(descriptor: client, number: number)) else { break }
                    }
                    clients.close(client)
                }
            }
            // Closed by whom it belongs to: the number may be another server's the moment after.
            close(listener)
        }
    }

    deinit {
        if isListening { shutdown(listener, Int32(SHUT_RDWR)) } else { close(listener) }
        clients.hangUp()
    }

    private static func read(_ client: Int32) -> Request? {
        var bytes: [UInt8] = []
        let mark = Array("\r\n\r\n".utf8)
        var head: Range<Int>?
        while head == nil {
            guard fill(&bytes, client) else { return nil }
            head = bytes.firstRange(of: mark)
        }
        guard let head else { return nil }
        var lines = String(decoding: bytes[..<head.lowerBound], as: UTF8.self).components(separatedBy: "\r\n")
        var request = Request(line: lines.removeFirst(), headers: [:], body: [])
        for line in lines {
            let parts = line.split(separator: ":", maxSplits: 1)
            request.headers[parts[0].lowercased()] = parts[1].trimmingCharacters(in: .whitespaces)
        }
        let length = Int(request.headers["content-length"] ?? "") ?? 0
        bytes.removeFirst(head.upperBound)
        while bytes.count < length {
            guard fill(&bytes, client) else { return nil }
        }
        request.body = Array(bytes.prefix(length))
        return request
    }

    private static func fill(_ bytes: inout [UInt8], _ client: Int32) -> Bool {
        var chunk = [UInt8](repeating: 0, count: 65_536)
        let count = recv(client, &chunk, chunk.count, 0)
        guard count > 0 else { return false }
        bytes += chunk.prefix(count)
        return true
    }
}

/// The open connections of a server: a descriptor is closed once, by the thread that reads from it.
private final class Clients: Sendable {
    private let open = Mutex<Set<Int32>>([])

    func add(_ client: Int32) { open.withLock { _ = $0.insert(client) } }

    func close(_ client: Int32) {
        open.withLock { open in
            open.remove(client)
            _ = closeDescriptor(client)
        }
    }

    func hangUp() {
        open.withLock { open in
            for client in open { shutdown(client, Int32(SHUT_RDWR)) }
        }
    }
}

private func closeDescriptor(_ descriptor: Int32) -> Int32 { close(descriptor) }

private func sendBytes(_ descriptor: Int32, _ bytes: UnsafeRawPointer?, _ count: Int, _ flags: Int32) -> Int {
    send(descriptor, bytes, count, flags)
}
