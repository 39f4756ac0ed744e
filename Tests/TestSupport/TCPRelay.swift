import Foundation
import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// A bad line to a redis-server: listens on a loopback port, hands on to the server's socket, and delays, cuts or swallows.
///
/// What a lost packet is to those at both ends: all that is sent after it waits until it has been sent once more.
public final class TCPRelay: Sendable {
    /// How the line is.
    public struct Line: Sendable {
        /// How long what is sent takes, one way.
        public var delay: Duration = .zero
        /// Of how many pieces one is lost, and sent once more after a while; 0 for none.
        public var lossOneIn = 0
        /// How many bytes the server's answers may have until the connection is cut; nil for any number.
        public var cutAfter: Int?
        /// Whether all that is sent is swallowed, while the connection stays.
        public var isHalfOpen = false
        /// Whether nobody listens.
        public var isClosed = false

        /// A good line.
        public init() {}
    }

    private struct State {
        var line = Line()
        var sockets: Set<Int32> = []
        var random = UInt64(1)
    }

    /// The port.
    public let port: Int
    /// The address, of 127.0.0.0/8.
    public let address: String
    private let target: String
    private let listener: Int32
    private let state = Mutex(State())

    /// Listens at a free port, or the one that is given, and hands on to the socket of a server.
    public init(to target: String, port: Int? = nil, address: String = "127.0.0.1") throws {
        self.target = target
        self.address = address
        self.port = try port ?? RedisServer.freePort()
        let listener = Self.stream(AF_INET)
        self.listener = listener
        var yes: Int32 = 1
        setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
        var place = sockaddr_in()
        place.sin_family = sa_family_t(AF_INET)
        place.sin_port = in_port_t(UInt16(self.port).bigEndian)
        inet_pton(AF_INET, address, &place.sin_addr)
        let bound = withUnsafePointer(to: &place) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0 && listen(listener, 16) == 0
            }
        }
        guard bound else { throw SubprocessError("no relay on \(address):\(self.port): errno \(errno)") }
        Thread.detachNewThread { [weak self] in
            while true {
                let client = accept(listener, nil, nil)
                guard client >= 0, let self else { break }
                self.relay(client)
            }
        }
    }

    deinit {
        shutdown(listener, Int32(SHUT_RDWR))
        close(listener)
        cut()
    }

    /// Changes the line, for the connections that are there, too.
    public func change(_ change: (inout Line) -> Void) {
        state.withLock { change(&$0.line) }
    }

    /// Ends all connections.
    public func cut() {
        state.withLock { state in
            for socket in state.sockets { shutdown(socket, Int32(SHUT_RDWR)) }
        }
    }

    private func relay(_ client: Int32) {
        guard !state.withLock(\.line.isClosed), let server = Self.connect(target) else {
            close(client)
            return
        }
        var yes: Int32 = 1
        setsockopt(client, Int32(IPPROTO_TCP), TCP_NODELAY, &yes, socklen_t(MemoryLayout<Int32>.size))
        state.withLock { $0.sockets.formUnion([client, server]) }
        let ends = Ends()
        let finish: @Sendable () -> Void = { [weak self] in
            shutdown(client, Int32(SHUT_RDWR))
            shutdown(server, Int32(SHUT_RDWR))
            guard ends.isLast() else { return }
            self?.state.withLock { $0.sockets.subtract([client, server]) }
            close(client)
            close(server)
        }
        carry(from: client, to: server, isAnswer: false, finish)
        carry(from: server, to: client, isAnswer: true, finish)
    }

    /// Both directions of a connection; whoever ends last closes it.
    private final class Ends: Sendable {
        private let count = Mutex(0)

        func isLast() -> Bool {
            count.withLock {
                $0 += 1
                return $0 == 2
            }
        }
    }

    /// What is on its way in one direction.
    private final class Way: @unchecked Sendable {
        // The condition's lock protects both.
        private let condition = NSCondition()
        private var pieces: [(bytes: [UInt8], due: ContinuousClock.Instant)] = []
        private var isOver = false

        func send(_ bytes: [UInt8], at due: ContinuousClock.Instant) {
            condition.withLock {
                // None overtakes another.
                pieces.append((bytes, max(due, pieces.last?.due ?? due)))
                condition.signal()
            }
        }

        func end() {
            condition.withLock {
                isOver = true
                condition.signal()
            }
        }

        /// Waits for the next piece and its time; nil at the end.
        func next() -> [UInt8]? {
            let piece = condition.withLock {
                while pieces.isEmpty, !isOver { condition.wait() }
                return pieces.isEmpty ? nil : pieces.removeFirst()
            }
            guard let piece else { return nil }
            let left = piece.due - .now
            if left > .zero { usleep(useconds_t(left / .microseconds(1))) }
            return piece.bytes
        }
    }

    private func carry(
        from source: Int32, to target: Int32, isAnswer: Bool, _ finish: @escaping @Sendable () -> Void
    ) {
        let way = Way()
        Thread.detachNewThread {
            while let bytes = way.next() {
                guard Self.writeAll(bytes, to: target) else { break }
            }
            finish()
        }
        Thread.detachNewThread { [weak self] in
            var buffer = [UInt8](repeating: 0, count: 16 * 1024)
            var passed = 0
            while true {
                let count = read(source, &buffer, buffer.count)
                guard count > 0, let self else { break }
                let (line, isLost) = self.state.withLock { state in
                    // Seeded, so that a run can be repeated.
                    state.random = state.random &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                    let one = state.line.lossOneIn
                    return (state.line, one > 0 && state.random >> 33 % UInt64(max(1, one)) == 0)
                }
                if line.isHalfOpen { continue }
                var bytes = Array(buffer[..<count])
                var isCut = false
                if isAnswer, let limit = line.cutAfter, passed + count > limit {
                    bytes = Array(bytes[..<max(0, limit - passed)])
                    isCut = true
                }
                passed += bytes.count
                // A lost packet is sent again after a timeout of some 200 ms and a way.
                let late = isLost ? line.delay + .milliseconds(200) : .zero
                way.send(bytes, at: .now + line.delay + late)
                if isCut { break }
            }
            way.end()
        }
    }

    private static func stream(_ family: Int32) -> Int32 {
        #if canImport(Glibc)
        socket(family, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        #else
        socket(family, SOCK_STREAM, 0)
        #endif
    }

    private static func connect(_ path: String) -> Int32? {
        let descriptor = stream(AF_UNIX)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8.prefix($0.count - 1)) }
        let isConnected = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                #if canImport(Glibc)
                Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) == 0
                #else
                Darwin.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) == 0
                #endif
            }
        }
        if !isConnected { close(descriptor) }
        return isConnected ? descriptor : nil
    }

    private static func writeAll(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
        var written = 0
        while written < bytes.count {
            let count = bytes[written...].withUnsafeBytes {
                send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return false }
            written += count
        }
        return true
    }
}
