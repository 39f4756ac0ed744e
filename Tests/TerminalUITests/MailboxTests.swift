import Dispatch
import Testing

@testable import TerminalUI

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

@Suite struct MailboxTests {
    private func isReadable(_ mailbox: Mailbox<some Sendable>, timeout: Int32 = 0) -> Bool {
        var descriptor = pollfd(fd: mailbox.descriptor, events: Int16(POLLIN), revents: 0)
        return poll(&descriptor, 1, timeout) == 1
    }

    @Test func messagesKeepTheirOrderAndWakeOnce() {
        let mailbox = Mailbox<Int>()
        #expect(!isReadable(mailbox))
        #expect(mailbox.drain() == [])
        for number in 0..<1_000 { mailbox.post(number) }
        #expect(isReadable(mailbox))
        #expect(mailbox.drain() == Array(0..<1_000))
        #expect(!isReadable(mailbox))
    }

    /// Whoever waits for the descriptor before each look misses nothing, whatever the timing.
    @Test func manyThreadsLoseNothing() {
        let mailbox = Mailbox<[Int]>()
        let threads = 8
        let each = 5_000
        let group = DispatchGroup()
        for thread in 0..<threads {
            DispatchQueue.global().async(group: group) {
                for number in 0..<each { mailbox.post([thread, number]) }
            }
        }
        var next = Array(repeating: 0, count: threads)
        while next.reduce(0, +) < threads * each {
            guard isReadable(mailbox, timeout: 30_000) else {
                Issue.record("Messages wait, and the descriptor does not say so.")
                return
            }
            for message in mailbox.drain() {
                #expect(next[message[0]] == message[1], "A thread's messages are out of order.")
                next[message[0]] += 1
            }
        }
        group.wait()
        #expect(mailbox.drain() == [])
        #expect(next == Array(repeating: each, count: threads))
    }
}
