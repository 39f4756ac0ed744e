import JobLogCore
import RedisClient

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// `posts URL COUNT EVERY [FOLDER]`: measures how long a worker waits for `post`, once every EVERY microseconds.
///
/// It appends an entry and waits for it, prints `ready`, waits for a line of input, posts COUNT entries, and prints the
/// median, the 99th percentile and the longest wait in µs. With a FOLDER it keeps a journal there.
struct Posts {
    private let logs: JobLogManager
    private let count: Int
    private let pause: Duration

    init(arguments: [String]) throws {
        guard arguments.count > 2, let count = Int(arguments[1]), let pause = Int(arguments[2]) else {
            throw Probe.Failure("posts URL COUNT EVERY [FOLDER]")
        }
        self.count = count
        self.pause = .microseconds(pause)
        logs = JobLogManager(
            connection: RedisConnection(RedisConfiguration(url: try RedisURL(parsing: arguments[0]))),
            keeping: LogKeeping(journalFolder: arguments.dropFirst(3).first))
    }

    func run() async throws {
        let id = JobID("posts")
        print("ready \(await logs.info(id, "first"))")
        fflush(nil)
        _ = readLine()
        var waits: [Duration] = []
        waits.reserveCapacity(count)
        let clock = ContinuousClock()
        for number in 0..<count {
            let line = LogLine(.info, "Searching sources (\(number)/\(count))", metadata: ["source": "web", "page": 3])
            let start = clock.now
            logs.post(id, line)
            waits.append(clock.now - start)
            while clock.now - start < pause {}
        }
        waits.sort()
        let shown = [waits[count / 2], waits[count * 99 / 100], waits[count - 1]].map { $0 / .microseconds(1) }
        print("median \(shown[0]) p99 \(shown[1]) longest \(shown[2])")
    }
}
