#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// Makes a connected, blocking socket that child processes do not inherit.
///
/// hiredis would connect too, but only to the first family of addresses and with a socket that children inherit.
struct SocketConnector {
    let url: RedisURL
    let timeout: Duration
    let interrupter: SocketInterrupter

    private enum Attempt {
        case connected(Int32)
        case refused(errno: Int32)
        case timedOut
    }

    /// - Throws: ``RedisError/Code/connectionFailed``, ``RedisError/Code/timedOut``, or
    ///   ``RedisError/Code/connectionLost`` after an interruption.
    func connect() throws(RedisError) -> Int32 {
        // Writing to a socket whose other end is gone must be an error, not the end of the process.
        Self.ignoreBrokenPipes
        switch url.target {
        case .unix(let path): return try outcome(connectUnix(path))
        case .tcp(let host, let port): return try connectTCP(host: host, port: port)
        case .sentinel, .cluster:
            throw .connectionFailed(url, reason: "one connection cannot lead to several servers")
        }
    }

    private static let ignoreBrokenPipes: Void = {
        var action = sigaction()
        guard sigaction(SIGPIPE, nil, &action) == 0 else { return }
        // A program that handles the signal itself is left alone.
        #if canImport(Glibc)
        let isDefault = action.__sigaction_handler.sa_handler == nil
        #else
        let isDefault = action.__sigaction_u.__sa_handler == nil
        #endif
        if isDefault { signal(SIGPIPE, SIG_IGN) }
    }()

    private func outcome(_ attempt: Attempt) throws(RedisError) -> Int32 {
        if case .connected(let descriptor) = attempt { return descriptor }
        if interrupter.wasInterrupted { throw .interrupted(url, command: nil) }
        switch attempt {
        case .connected(let descriptor): return descriptor
        case .timedOut: throw .connectTimedOut(url, after: timeout)
        case .refused(let number): throw .connectionFailed(url, reason: String(cString: strerror(number)))
        }
    }

    private func connectUnix(_ path: String) -> Attempt {
        attempt(family: AF_UNIX) { descriptor in
            // A full queue makes connect wait, for as long as a write may.
            var limit = timeval(timeout)
            setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
            var address = sockaddr_un()
            address.sun_family = sa_family_t(AF_UNIX)
            withUnsafeMutableBytes(of: &address.sun_path) { target in
                target.copyBytes(from: path.utf8.prefix(target.count - 1))
            }
            let result = withUnsafePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                    retrying { Self.connect(descriptor, generic, socklen_t(MemoryLayout<sockaddr_un>.size)) }
                }
            }
            if result == 0 { return nil }
            return errno == EAGAIN ? .timedOut : .refused(errno: errno)
        }
    }

    private func connectTCP(host: String, port: Int) throws(RedisError) -> Int32 {
        var hints = addrinfo()
        hints.ai_family = AF_UNSPEC
        #if canImport(Glibc)
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        #else
        hints.ai_socktype = SOCK_STREAM
        #endif
        var list: UnsafeMutablePointer<addrinfo>?
        let status = getaddrinfo(host, String(port), &hints, &list)
        guard status == 0, let list else {
            let reason = String(cString: gai_strerror(status))
            throw .connectionFailed(url, reason: "the host's name leads nowhere (\(reason))")
        }
        defer { freeaddrinfo(list) }
        let addresses = Array(sequence(first: list, next: { $0.pointee.ai_next }))
        let deadline = ContinuousClock.now + timeout
        var last = Attempt.timedOut
        for (index, address) in addresses.enumerated() {
            // Each address gets its share, so that a silent first one leaves time for the others.
            let share = (deadline - ContinuousClock.now) / (addresses.count - index)
            guard share > .zero, !interrupter.wasInterrupted else { break }
            last = connectTCP(address.pointee, within: share)
            if case .connected = last { break }
        }
        return try outcome(last)
    }

    private func connectTCP(_ address: addrinfo, within share: Duration) -> Attempt {
        attempt(family: address.ai_family) { descriptor in
            Self.set(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, 1)
            Self.enableKeepAlive(descriptor)
            let flags = fcntl(descriptor, F_GETFL)
            _ = fcntl(descriptor, F_SETFL, flags | O_NONBLOCK)
            if Self.connect(descriptor, address.ai_addr, address.ai_addrlen) != 0 {
                guard errno == EINPROGRESS else { return .refused(errno: errno) }
                var poll = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                let ready = retrying { Self.poll(&poll, 1, Int32(clamping: share.wholeMilliseconds)) }
                guard ready > 0 else { return .timedOut }
                var failure: Int32 = 0
                var size = socklen_t(MemoryLayout<Int32>.size)
                getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &failure, &size)
                guard failure == 0 else { return .refused(errno: failure) }
            }
            _ = fcntl(descriptor, F_SETFL, flags)
            return nil
        }
    }

    /// Lets the kernel notice a peer that vanished: after 15 seconds of silence it is asked, three times at most.
    private static func enableKeepAlive(_ descriptor: Int32) {
        set(descriptor, SOL_SOCKET, SO_KEEPALIVE, 1)
        #if canImport(Glibc)
        set(descriptor, Int32(IPPROTO_TCP), TCP_KEEPIDLE, 15)
        #else
        set(descriptor, Int32(IPPROTO_TCP), TCP_KEEPALIVE, 15)
        #endif
        set(descriptor, Int32(IPPROTO_TCP), TCP_KEEPINTVL, 5)
        set(descriptor, Int32(IPPROTO_TCP), TCP_KEEPCNT, 3)
    }

    private static func set(_ descriptor: Int32, _ level: Int32, _ option: Int32, _ value: Int32) {
        var value = value
        setsockopt(descriptor, level, option, &value, socklen_t(MemoryLayout<Int32>.size))
    }

    /// Opens a socket and lets `body` connect it; `nil` from it means that it did.
    private func attempt(family: Int32, _ body: (Int32) -> Attempt?) -> Attempt {
        #if canImport(Glibc)
        let descriptor = socket(family, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        #else
        let descriptor = socket(family, SOCK_STREAM, 0)
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        #endif
        guard descriptor >= 0 else { return .refused(errno: errno) }
        interrupter.adopt(descriptor)
        guard let failure = body(descriptor) else { return .connected(descriptor) }
        interrupter.release(descriptor)
        close(descriptor)
        return failure
    }

    private func retrying(_ call: () -> Int32) -> Int32 {
        while true {
            let result = call()
            if result >= 0 || errno != EINTR { return result }
        }
    }

    // The names of this type hide the system's own.
    #if canImport(Glibc)
    private static let connect = Glibc.connect
    private static let poll = Glibc.poll
    #else
    private static let connect = Darwin.connect
    private static let poll = Darwin.poll
    #endif
}

extension timeval {
    /// A length of time as socket options take it; never 0, which would mean for ever.
    init(_ duration: Duration) {
        let milliseconds = duration.wholeMilliseconds
        self.init(tv_sec: milliseconds / 1000, tv_usec: .init(milliseconds % 1000 * 1000))
    }
}
