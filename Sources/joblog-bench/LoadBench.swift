import ArgumentParser
import JobLogCore
import RedisClient

/// The screen on a busy server: how soon it obeys, and what it costs the server.
struct LoadBench {
    /// A server with many jobs.
    let server: BenchServer
    let sizes: BenchSizes
    private let keys = JobKeys()

    /// How many events a second a viewer must bear, and how many changes a second of what it shows.
    private static let events = 20_000
    private static let changes = 2_000
    /// How many jobs a second are written to and publish an event, on a busy server.
    private static let writes = 2_000
    /// How many rows a list shows at least, on the terminal that programs are run in.
    private static let rows = 30

    init(_ server: BenchServer, _ sizes: BenchSizes) {
        self.server = server
        self.sizes = sizes
    }

    /// From a key until what it types is on the screen, while far too many events come and all rows change.
    func keys() async throws -> [Measurement] {
        let program = try ScreenBench(server, sizes).listed()
        program.type(":")
        var quiet: [Double] = []
        var busy: [Double] = []
        var rates: [Double] = []
        for _ in 0..<sizes.runs {
            quiet += try typed(into: program)
            let load = LoadGenerator(server.configuration, perSecond: Self.changes) { [self] in flood($0) }
            // Until the viewer has gone over to the events of the jobs on screen, and then.
            try program.watch(for: .milliseconds(sizes.rounds * 10))
            busy += try typed(into: program)
            rates.append(try await load.stop())
        }
        let units = Double(Self.changes) / Double(Self.events + Self.changes)
        return [
            Measurement(
                "a key under a flood of events and changes", .milliseconds, (busy.median, quiet.median),
                beside: "at rest"),
            Measurement(
                "the same, 99 of 100 keys", .milliseconds, (busy.percentile(99), quiet.percentile(99)),
                beside: "at rest", goal: .value(atMost: 1_000 / 60)),
            Measurement("events and changes a second meanwhile", .entriesPerSecond, rates.median / units),
        ]
    }

    /// What a viewer of the list costs a server whose jobs are written to.
    func cost() async throws -> [Measurement] {
        let load = LoadGenerator(server.configuration, perSecond: Self.writes) { [self] in work($0) }
        let length = Duration.milliseconds(sizes.rounds * 25)
        let connection = RedisConnection(server.configuration)
        let figures = try await Measurement.alternating(sizes.runs) {
            let program = try ScreenBench(server, sizes).listed(isQuiet: false)
            return try await processorTime(over: connection) { try program.watch(for: length) }
        } theirs: {
            try await processorTime(over: connection) { try await Task.sleep(for: length) }
        }
        _ = try await load.stop()
        return [
            Measurement(
                "Redis' processor time in a second of 2,000 writes and events", .milliseconds, figures,
                beside: "without a viewer", goal: .atMost(1.05))
        ]
    }

    /// A change of a job on screen, and as many events of any jobs as come meanwhile.
    private func flood(_ number: Int) -> [RedisCommand] {
        let id = BenchData.id(sizes.jobs - 1 - number % Self.rows * 7)
        var state = JobStateRecord(jobID: id.display, userID: "user-1")
        (state.status, state.progress, state.step) = (.running, Double(number % 100), "Searching sources")
        (state.createdAt, state.updatedAt) = (Timestamp.now() - 60_000, Timestamp.now())
        let count = Self.events / Self.changes
        return [RedisCommand("SET", .key(keys.state(id)), .bytes(state.encode()))]
            + (0..<count).map { event(of: BenchData.id((number * count + $0) * 7_919 % sizes.jobs), number) }
    }

    /// What a worker does in any of the jobs: a line, the index, an event.
    private func work(_ number: Int) -> [RedisCommand] {
        let id = BenchData.id(number * 7_919 % sizes.jobs)
        let now = Timestamp.now()
        let line = BenchData.entry("line \(number) (\(number % 100)%)", at: now)
        return [
            RedisCommand("RPUSH", .key(keys.logs(id)), .bytes(line)),
            RedisCommand("ZADD", .key(keys.index), .integer(Int(now)), .bytes(id.bytes)),
            event(of: id, number),
        ]
    }

    private func event(of id: JobID, _ number: Int) -> RedisCommand {
        let json = #"{"jobId":"\#(id.display)","state":"running","step":"Searching","progress":\#(number % 100)}"#
        return RedisCommand("PUBLISH", .bytes(keys.events(id)), .text(json))
    }

    /// The seconds from typing a letter until it is shown, of a word of letters that stand nowhere else.
    private func typed(into program: TerminalProgram) throws -> [Double] {
        var times: [Double] = []
        for letter in (0x430..<0x450).compactMap(Unicode.Scalar.init).prefix(max(4, sizes.rounds / 6)) {
            try program.watch(for: .milliseconds(23))
            let start = ContinuousClock.now
            program.type(String(letter))
            times.append((try program.find(String(letter)) - start) / .seconds(1))
        }
        // All that was typed is taken back.
        program.type("\u{15}")
        return times
    }

    /// The seconds of processor time that the server used in a second of something.
    private func processorTime(over connection: RedisConnection, _ body: () async throws -> Void) async throws -> Double
    {
        let before = try await usedProcessorTime(over: connection)
        let elapsed = try await seconds(body)
        return (try await usedProcessorTime(over: connection) - before) / elapsed
    }

    private func usedProcessorTime(over connection: RedisConnection) async throws -> Double {
        let text = try await connection.send(RedisCommand("INFO", "cpu")).string ?? ""
        let fields = text.split(whereSeparator: \.isNewline).compactMap { line -> Double? in
            guard line.hasPrefix("used_cpu_sys:") || line.hasPrefix("used_cpu_user:") else { return nil }
            return line.split(separator: ":").last.flatMap { Double($0) }
        }
        guard fields.count == 2 else { throw ValidationError("The server does not tell its processor time.") }
        return fields.reduce(0, +)
    }
}

extension [Double] {
    /// The value that so many of a hundred do not exceed; of an empty array NaN.
    func percentile(_ percent: Int) -> Double {
        isEmpty ? .nan : sorted()[Swift.min(count - 1, count * percent / 100)]
    }
}
