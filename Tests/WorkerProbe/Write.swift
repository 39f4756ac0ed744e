import JobLogCore
import RedisClient

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// `write URL NAME COUNT RATE ENTRIES [FOLDER]`: posts numbered entries to the logs `fault:0` and `fault:1` by turns.
///
/// Their messages are `NAME NUMBER`. It keeps at most ENTRIES in memory, and a journal in FOLDER, and posts about RATE a
/// second. It waits for a line of input before each 250 entries, prints `posted NUMBER` after them, and `done` after the
/// last ones. Then it waits for a line with a number of seconds, closes its log within these, and prints `closed true` when
/// Redis has everything.
struct Write {
    private let logs: JobLogManager
    private let name: String
    private let count: Int
    private let rate: Int

    init(arguments: [String]) throws {
        guard arguments.count > 4, let count = Int(arguments[2]), let rate = Int(arguments[3]),
            let entries = Int(arguments[4])
        else { throw Probe.Failure("write URL NAME COUNT RATE ENTRIES [FOLDER]") }
        name = arguments[1]
        self.count = count
        self.rate = rate
        let connection = RedisConnection(
            RedisConfiguration(
                url: try RedisURL(parsing: arguments[0]), clientName: name, connectTimeout: .milliseconds(400),
                commandTimeout: .milliseconds(400)))
        logs = JobLogManager(
            connection: connection, retention: LogRetention(entries: 100_000),
            worker: WorkerIdentity(name: name, signsEntries: false),
            keeping: LogKeeping(
                entries: entries, journalFolder: arguments.dropFirst(5).first, retryLimit: .milliseconds(150)),
            console: { _ in })
    }

    func run() async throws {
        let start = ContinuousClock.now
        for number in 1...max(1, count) where number <= count {
            if number % 250 == 1 { _ = readLine() }
            logs.post(JobID("fault:\(number % 2)"), LogLine(level(number), "\(name) \(number)"))
            if number % 250 == 0 { say("posted \(number)") }
            if number % 20 == 0 {
                try await Task.sleep(until: start + .microseconds(1_000_000 * number / rate), clock: .continuous)
            }
        }
        say("done")
        let limit = readLine().flatMap { Int($0) } ?? 0
        say("closed \(await logs.close(within: .seconds(limit)))")
    }

    private func level(_ number: Int) -> LogLevel {
        switch number % 10 {
        case 0: .error
        case 1: .warn
        case 2...5: .info
        default: .debug
        }
    }

    private func say(_ line: String) {
        print(line)
        fflush(nil)
    }
}
