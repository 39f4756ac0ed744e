import RedisClient
import TestSupport
import Testing

@testable import JobLogCore

/// Worker processes that go on writing while their server fails in every way.
@Suite("Workers on a server that fails", .inTurn)
struct FaultRunTests {
    private static let workers = 4
    private static let count = 12_500
    private static let jobs = [JobID("fault:0"), JobID("fault:1")]

    private enum Fault: CaseIterable {
        case killed, restarted, frozen, full, readOnly, withoutReplicas, disconnected
    }

    struct Plan: Sendable, CustomTestStringConvertible {
        let seed: UInt64
        let hasJournal: Bool
        /// The server is away when the workers end.
        var endsWithout = false
        var testDescription: String {
            "seed \(seed), \(hasJournal ? "with a journal" : "in little memory")\(endsWithout ? ", away at the end" : "")"
        }
    }

    /// What became of the entries of one worker.
    private struct Account {
        var stored: [Int] = []
        var dropped = 0
    }

    private let redis: PrivateRedis

    init() throws {
        redis = try PrivateRedis(arguments: [
            "--appendonly", "yes", "--appendfsync", "always", "--maxmemory-policy", "noeviction",
            "--auto-aof-rewrite-percentage", "0",
        ])
    }

    @Test(
        "of 50,000 entries each is in Redis, in a journal, or counted: none is missing, doubled or out of order",
        arguments: [
            Plan(seed: 1, hasJournal: true), Plan(seed: 2, hasJournal: true, endsWithout: true),
            Plan(seed: 3, hasJournal: false),
        ])
    func faults(plan: Plan) async throws {
        let folder = try TemporaryFolder()
        let probe = try BuiltProducts.path(of: "WorkerProbe")
        let workers = try (0..<Self.workers).map { number in
            try Spawned(
                [probe, "write", redis.server.urlText, "w\(number)", "\(Self.count)", "2500"]
                    + (plan.hasJournal ? ["2000", folder.path] : ["150"]))
        }
        try await harass(workers, plan)
        for worker in workers { worker.write(plan.endsWithout ? "0\n" : "60\n") }
        for worker in workers {
            try await #expect(worker.wait(timeout: .seconds(90)) == .exited(0))
            await worker.untilOutputEnds()
            let end = String(decoding: worker.stdout.suffix(13), as: UTF8.self)
            #expect(end.hasSuffix(plan.endsWithout ? "closed false\n" : "closed true\n"))
        }
        if plan.endsWithout {
            try redis.server.restart()
            try await check(try await accounts(), waiting: waiting(in: folder), mayDrop: false)
            // The next worker sends what is left.
            let next = try Spawned([probe, "write", redis.server.urlText, "next", "0", "1", "1", folder.path])
            next.write("60\n")
            try await #expect(next.wait(timeout: .seconds(90)) == .exited(0))
        }
        try await check(try await accounts(), waiting: [:], mayDrop: !plan.hasJournal)
        #expect(LogJournal.orphans(in: folder.path).isEmpty)
    }

    /// Brings one fault after the other upon the server, by what the workers have posted: they never wait for it.
    private func harass(_ workers: [Spawned], _ plan: Plan) async throws {
        var random = SeededGenerator(seed: plan.seed)
        let (progress, sink) = AsyncStream.makeStream(of: (worker: Int, number: Int).self)
        for (index, worker) in workers.enumerated() {
            Task {
                for await line in worker.lines {
                    guard let number = line.split(separator: " ").last.flatMap({ Int($0) }) else { continue }
                    sink.yield((index, number))
                }
            }
        }
        var faults = Fault.allCases + [.killed, .frozen]
        faults.shuffle(using: &random)
        let step = workers.count * Self.count / (faults.count + 1)
        var fault = 0
        var end: Int?
        var posted = [Int](repeating: 0, count: workers.count)
        var waiting: Set<Int> = []
        for worker in workers { worker.write("go\n") }
        for await (worker, number) in progress {
            posted[worker] = number
            let total = posted.reduce(0, +)
            if let due = end, total >= due {
                try await mend(faults[fault])
                fault += 1
                end = nil
            } else if end != nil {
                // It lasts.
            } else if fault < faults.count, total >= step * fault + step / 4 {
                try await bring(faults[fault])
                end = total + step / 4 + random.below(step / 2)
            } else if plan.endsWithout, fault == faults.count, total >= workers.count * Self.count * 95 / 100 {
                redis.server.kill()
            }
            if total == workers.count * Self.count { break }
            // None runs ahead of the others, or of what happens to the server.
            waiting.insert(worker)
            for index in waiting where posted[index] < min(Self.count, (posted.min() ?? 0) + 500) {
                waiting.remove(index)
                workers[index].write("go\n")
            }
        }
        #expect(fault == faults.count)
    }

    private func bring(_ fault: Fault) async throws {
        switch fault {
        case .killed: redis.server.kill()
        case .restarted: redis.server.stop()
        case .frozen: redis.server.suspend()
        case .full: try await redis.call("CONFIG", "SET", "maxmemory", "1")
        case .readOnly: try await redis.call("REPLICAOF", "127.0.0.1", "1")
        case .withoutReplicas: try await redis.call("CONFIG", "SET", "min-replicas-to-write", "1")
        case .disconnected: try await redis.call("CLIENT", "KILL", "TYPE", "normal")
        }
    }

    private func mend(_ fault: Fault) async throws {
        switch fault {
        case .killed, .restarted: try redis.server.restart()
        case .frozen: redis.server.resume()
        case .full: try await redis.call("CONFIG", "SET", "maxmemory", "0")
        case .readOnly: try await redis.call("REPLICAOF", "NO", "ONE")
        case .withoutReplicas: try await redis.call("CONFIG", "SET", "min-replicas-to-write", "0")
        case .disconnected: try await redis.call("CLIENT", "KILL", "TYPE", "normal")
        }
    }

    private func accounts() async throws -> [String: Account] {
        var accounts: [String: Account] = [:]
        for job in Self.jobs {
            var last: [Substring: Int] = [:]
            for record in try await redis.client.send(RedisCommand("LRANGE", .key(JobKeys().logs(job)), 0, -1)).records
            {
                let entry = record.entry
                if let dropped = entry.metadata?["dropped"]?.int, let worker = entry.metadata?["worker"]?.string {
                    accounts[worker, default: Account()].dropped += dropped
                    continue
                }
                let words = entry.message.split(separator: " ")
                let number = try #require(words.last.flatMap { Int($0) })
                if number <= last[words[0], default: 0] {
                    Issue.record("\(job): \(entry.message) after \(last[words[0], default: 0])")
                }
                last[words[0]] = number
                accounts[String(words[0]), default: Account()].stored.append(number)
            }
        }
        return accounts
    }

    /// The entries in the journals of workers that have ended.
    private func waiting(in folder: TemporaryFolder) -> [String: Set<Int>] {
        var waiting: [String: Set<Int>] = [:]
        for journal in LogJournal.orphans(in: folder.path) {
            for record in journal.next(count: .max, bytes: .max) {
                let words = LogEntry.decode(record.entry[...]).message.split(separator: " ")
                guard let number = words.last.flatMap({ Int($0) }) else { continue }
                waiting[String(words[0]), default: []].insert(number)
            }
            journal.close(removing: false)
        }
        return waiting
    }

    private func check(_ accounts: [String: Account], waiting: [String: Set<Int>], mayDrop: Bool) async throws {
        for index in 0..<Self.workers {
            let name = "w\(index)"
            let account = accounts[name, default: Account()]
            let stored = Set(account.stored)
            #expect(stored.count == account.stored.count, "\(name): doubled")
            let known = stored.union(waiting[name, default: []])
            #expect(known.count + account.dropped == Self.count, "\(name): \(known.count) and \(account.dropped)")
            #expect(mayDrop == (account.dropped > 0))
        }
    }
}
