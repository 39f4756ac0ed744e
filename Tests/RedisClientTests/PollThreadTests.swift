import Synchronization
import TestSupport
import Testing

@testable import RedisClient

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// An executor with a thread of its own does what one with a queue does.
@Suite(.inTurn) struct PollThreadTests {
    @Test func workIsDoneInItsOrderOnOneThreadWhateverComesMeanwhile() async throws {
        let thread = try #require(PollThread())
        let done = Mutex<[Int]>([])
        await withCheckedContinuation { continuation in
            for number in 0..<1_000 {
                thread.add { [thread] in
                    #expect(thread.isCurrent)
                    done.withLock { $0.append(number) }
                }
            }
            thread.add { continuation.resume() }
        }
        #expect(!thread.isCurrent && done.withLock { $0 } == Array(0..<1_000))
    }

    @Test func timesComeInTheirOrderAndNotTooSoon() async throws {
        let thread = try #require(PollThread())
        let start = ContinuousClock.now
        let rung = Mutex<[Int]>([])
        await withCheckedContinuation { continuation in
            thread.add(at: start + .milliseconds(30)) {
                rung.withLock { $0.append(30) }
                continuation.resume()
            }
            thread.add(at: start + .milliseconds(10)) { rung.withLock { $0.append(10) } }
            thread.add(at: start + .seconds(3_600)) { rung.withLock { $0.append(3_600) } }
        }
        #expect(rung.withLock { $0 } == [10, 30] && ContinuousClock.now - start >= .milliseconds(30))
    }

    @Test func aSleepEndsWhenItsTaskIsCancelled() async {
        let executor = RedisExecutor(label: "thread", hasThread: true)
        let sleeper = Task(executorPreference: executor) { await executor.sleep(for: .seconds(3_600)) }
        sleeper.cancel()
        await sleeper.value
    }

    @Test func whatASocketBringsIsTakenInUntilItIsWatchedNoLonger() async throws {
        var ends: [Int32] = [-1, -1]
        try #require(pipe(&ends) == 0)
        let (input, output) = (ends[0], ends[1])
        let executor = RedisExecutor(label: "thread", hasThread: true)
        let (bytes, heard) = AsyncStream.makeStream(of: UInt8.self)
        var watch = executor.watch(input) {
            executor.checkIsolated()
            var byte: UInt8 = 0
            if read(input, &byte, 1) == 1 { heard.yield(byte) }
        }
        #expect(watch != nil)
        var iterator = bytes.makeAsyncIterator()
        for sent in [UInt8(1), 2, 3] {
            var byte = sent
            #expect(write(output, &byte, 1) == 1)
            #expect(await iterator.next() == sent)
        }
        watch = nil
        close(input)
        // The thread held a duplicate of its own: with that gone, too, nobody can read what is written.
        signal(SIGPIPE, SIG_IGN)
        await withCheckedContinuation { continuation in executor.perform { continuation.resume() } }
        var byte: UInt8 = 4
        #expect(write(output, &byte, 1) == -1 && errno == EPIPE)
        close(output)
        heard.finish()
        #expect(await iterator.next() == nil)
    }

    @Test func connectionAndSubscriberShareAThread() async throws {
        let server = try RedisServer()
        let configuration = RedisConfiguration(url: server.url)
        let executor = RedisExecutor(label: "thread", hasThread: true)
        let connection = RedisConnection(configuration, executor: executor)
        let subscriber = RedisSubscriber(configuration, executor: executor)
        let messages = try await subscriber.connect().messages
        try await subscriber.subscribe([Array("news".utf8)])
        for number in 0..<100 {
            _ = try await connection.send(RedisCommand("PUBLISH", "news", .integer(number)))
        }
        var number = 0
        for try await case .message(_, let payload) in messages {
            #expect(String(decoding: payload, as: UTF8.self) == "\(number)")
            number += 1
            if number == 100 { break }
        }
        await subscriber.close()
        await connection.close()
    }
}
