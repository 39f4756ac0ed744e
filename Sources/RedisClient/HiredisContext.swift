import CHiredis

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// Why a connection cannot be used any more.
enum HiredisFailure: Error {
    case timedOut
    case lost(String)
    case protocolViolation(String)
}

/// The one owner of a hiredis context; no pointer of it leaves this file.
///
/// hiredis keeps the output buffer, writes it and parses replies; they are put straight into a ``ReplyArena`` instead
/// of hiredis' own objects, which take an allocation an element. The socket is blocking. After an error it is of no
/// further use. Not `Sendable`: it lives inside one actor.
final class HiredisContext {
    // Both sides' socket buffers hold this much, so that neither waits for the other with all of them full.
    private static let flushBytes = 64 * 1024
    private static let flushCommands = 1000
    private static let readBytes = 64 * 1024
    /// How long `recv` waits by itself.
    static let glance = Duration.milliseconds(1)
    /// How much hiredis keeps of its input buffer: it gives back more each time that it is empty.
    private static let keptBytes = 1 << 20

    private let context: UnsafeMutablePointer<redisContext>
    private let arena: UnsafeMutablePointer<ReplyArena>
    private let functions: UnsafeMutablePointer<redisReplyObjectFunctions>
    private let input: UnsafeMutableRawBufferPointer
    private let traffic: RedisTraffic?
    private var timeout = Duration.seconds(10)
    /// What was put into the output buffer and is not counted as sent.
    private var unsent = (commands: 0, bytes: 0)

    /// Takes over a connected socket and closes it in the end; `nil`, and the socket closed, when memory ran out.
    init?(adopting descriptor: Int32, traffic: RedisTraffic?) {
        guard let context = redisConnectFd(descriptor) else {
            close(descriptor)
            return nil
        }
        self.context = context
        self.traffic = traffic
        arena = .allocate(capacity: 1)
        arena.initialize(to: ReplyArena())
        functions = .allocate(capacity: 1)
        functions.initialize(to: Self.makeFunctions())
        input = .allocate(byteCount: Self.readBytes, alignment: 16)
        context.pointee.reader.pointee.fn = functions
        context.pointee.reader.pointee.privdata = UnsafeMutableRawPointer(arena)
        context.pointee.reader.pointee.maxbuf = Self.keptBytes
    }

    deinit {
        redisFree(context)
        functions.deallocate()
        arena.deinitialize(count: 1)
        arena.deallocate()
        input.deallocate()
    }

    var descriptor: Int32 { context.pointee.fd }

    /// How long a read or a write may wait.
    func setTimeout(_ timeout: Duration) {
        self.timeout = timeout
        var writing = timeval(timeout)
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &writing, socklen_t(MemoryLayout<timeval>.size))
        // A reply that comes at once takes one system call; `poll` waits for the others.
        var reading = timeval(Self.glance)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &reading, socklen_t(MemoryLayout<timeval>.size))
    }

    /// Whether the connection is open and nothing is on it that nobody asked for.
    var isQuiet: Bool {
        guard context.pointee.reader.pointee.pos == context.pointee.reader.pointee.len else { return false }
        var byte: UInt8 = 0
        return recv(descriptor, &byte, 1, Int32(MSG_PEEK) | Int32(MSG_DONTWAIT)) < 0
            && (errno == EAGAIN || errno == EINTR)
    }

    /// Sends the commands and returns their replies, in order.
    func exchange(
        _ commands: [RedisCommand], shortening shortener: ReplyShortener?
    ) throws(HiredisFailure) -> [RedisReply] {
        do throws(HiredisFailure) {
            return try exchangeAll(commands, shortening: shortener)
        } catch {
            if case .lost = error, let words = lastWords() { throw .lost(words) }
            throw error
        }
    }

    /// Why a server has hung up that said one thing only, as one does that takes no more clients.
    private func lastWords() -> String? {
        // Where what we sent was not read, the first attempt to read tells that and no more.
        while (try? receive(.notWaiting)) == true {}
        while (try? parseReply()) == true {}
        let replies = arena.pointee.take()
        return replies.count == 1 ? replies[0].error?.serverMessage : nil
    }

    private func exchangeAll(
        _ commands: [RedisCommand], shortening shortener: ReplyShortener?
    ) throws(HiredisFailure) -> [RedisReply] {
        arena.pointee.shortener = shortener
        arena.pointee.reserve(nodes: commands.count)
        var next = 0
        while next < commands.count {
            let first = next
            var bytes = 0
            while next < commands.count, next - first < Self.flushCommands, bytes < Self.flushBytes {
                try append(commands[next])
                bytes += commands[next].encoded.count
                next += 1
            }
            try flush()
            for _ in first..<next {
                while try !parseReply() { _ = try receive(.patiently) }
            }
        }
        return arena.pointee.take()
    }

    /// Sends commands whose replies ``collect(_:within:)`` reads; a few only, which the socket's buffers hold.
    func begin(_ commands: [RedisCommand], shortening shortener: ReplyShortener?) throws(HiredisFailure) {
        arena.pointee.shortener = shortener
        arena.pointee.reserve(nodes: commands.count)
        for command in commands { try append(command) }
        try flush()
    }

    /// Reads on until `owed` replies are complete, which it counts down; gives up after a ``glance`` without news unless
    /// it is patient, which it is as long as a command may take. The replies are handed out by ``take()``.
    func collect(_ owed: inout Int, patiently: Bool) throws(HiredisFailure) {
        while owed > 0 {
            if try parseReply() {
                owed -= 1
            } else if try !receive(patiently ? .patiently : .glancing) {
                return
            }
        }
    }

    /// Hands out the replies that are complete.
    func take() -> [RedisReply] { arena.pointee.take() }

    /// Sends a command without waiting for its reply.
    func write(_ command: RedisCommand) throws(HiredisFailure) {
        try append(command)
        try flush()
    }

    /// Reads once, without waiting, and returns the replies that are now complete.
    func available() throws(HiredisFailure) -> [RedisReply] {
        guard try receive(.notWaiting) else { return [] }
        while try parseReply() {}
        return arena.pointee.take()
    }

    private func append(_ command: RedisCommand) throws(HiredisFailure) {
        let done = command.encoded.withUnsafeBytes { bytes -> Result<Void, HiredisFailure> in
            // What was written is moved out of the buffer each time: a huge one would be moved again and again.
            var start = 0
            while start < bytes.count {
                let part = bytes[start..<min(start + Self.flushBytes, bytes.count)]
                start = part.endIndex
                let text = UnsafeRawBufferPointer(rebasing: part).assumingMemoryBound(to: CChar.self)
                guard redisAppendFormattedCommand(context, text.baseAddress, text.count) == REDIS_OK else {
                    return .failure(.lost("out of memory"))
                }
                if start < bytes.count, case .failure(let failure) = flushed() { return .failure(failure) }
            }
            return .success(())
        }
        try done.get()
        unsent.commands += 1
        unsent.bytes += command.encoded.count
    }

    private func flush() throws(HiredisFailure) {
        try flushed().get()
        traffic?.sent(commands: unsent.commands, bytes: unsent.bytes)
        unsent = (0, 0)
    }

    private func flushed() -> Result<Void, HiredisFailure> {
        var done: Int32 = 0
        while done == 0 {
            errno = 0
            guard redisBufferWrite(context, &done) == REDIS_OK else { return .failure(Self.failure(errno)) }
        }
        return .success(())
    }

    private enum Waiting {
        case patiently, glancing, notWaiting
    }

    /// Reads once and feeds the parser; `false` when nothing came while it was to wait.
    private func receive(_ waiting: Waiting) throws(HiredisFailure) -> Bool {
        var flags = waiting == .notWaiting ? Int32(MSG_DONTWAIT) : 0
        while true {
            let count = recv(descriptor, input.baseAddress, input.count, flags)
            if count > 0 {
                let text = input.assumingMemoryBound(to: CChar.self).baseAddress
                guard redisReaderFeed(context.pointee.reader, text, count) == REDIS_OK else {
                    throw .lost("out of memory")
                }
                arena.pointee.reserve(bytes: count)
                traffic?.received(bytes: count)
                return true
            }
            if count == 0 { throw .lost("the server closed it") }
            if errno == EINTR { continue }
            guard errno == EAGAIN else { throw Self.failure(errno) }
            switch waiting {
            case .notWaiting, .glancing: return false
            case .patiently:
                var watched = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
                let ready = poll(&watched, 1, Int32(clamping: timeout.wholeMilliseconds))
                if ready == 0 { throw .timedOut }
                flags = Int32(MSG_DONTWAIT)
            }
        }
    }

    /// Parses on; `true` when a reply became complete.
    private func parseReply() throws(HiredisFailure) -> Bool {
        var reply: UnsafeMutableRawPointer?
        guard redisReaderGetReply(context.pointee.reader, &reply) == REDIS_OK else {
            let reason = withUnsafeBytes(of: &context.pointee.reader.pointee.errstr) { text in
                String(decoding: text.prefix { $0 != 0 }, as: UTF8.self)
            }
            throw .protocolViolation(reason)
        }
        guard reply != nil else { return false }
        arena.pointee.complete()
        return true
    }

    private static func failure(_ number: Int32) -> HiredisFailure {
        number == EAGAIN ? .timedOut : .lost(String(cString: strerror(number)))
    }
}

// The parser's callbacks. Each is handed the task at the parser's top, whose `privdata` is the arena. What they return
// is kept in `obj`, where it must not be null: an element's place in the reply, plus one.
extension HiredisContext {
    private static func makeFunctions() -> redisReplyObjectFunctions {
        var functions = redisReplyObjectFunctions()
        functions.createString = { task, start, length in
            let kind: RedisReply.Kind =
                switch task?.pointee.type {
                case REDIS_REPLY_STATUS: .status
                case REDIS_REPLY_ERROR: .error
                default: .string
                }
            let bytes = UnsafeRawBufferPointer(start: start, count: Int(length))
            let isElement = kind == .string && task?.pointee.parent != nil
            return HiredisContext.add(task) { isElement ? $0.append(element: bytes) : $0.append(kind, bytes: bytes) }
        }
        functions.createArray = { task, count in
            HiredisContext.add(task) { $0.append(ReplyNode(kind: .array, value: 0, count: Int(count))) }
        }
        functions.createInteger = { task, value in
            HiredisContext.add(task) { $0.append(ReplyNode(kind: .integer, value: Int(value))) }
        }
        functions.createNil = { task in
            HiredisContext.add(task) { $0.append(ReplyNode(kind: .null, value: 0)) }
        }
        // The arena owns everything.
        functions.freeObject = { _ in }
        return functions
    }

    @inline(__always)
    private static func add(
        _ task: UnsafePointer<redisReadTask>?, _ append: (inout ReplyArena) -> Int
    ) -> UnsafeMutableRawPointer? {
        guard let task, let arena = task.pointee.privdata?.assumingMemoryBound(to: ReplyArena.self) else { return nil }
        let place = append(&arena.pointee)
        var ancestor = task.pointee.parent
        while let task = ancestor {
            arena.pointee.extend(Int(bitPattern: task.pointee.obj) - 1)
            ancestor = task.pointee.parent
        }
        return UnsafeMutableRawPointer(bitPattern: place + 1)
    }
}
