import ArgumentParser
import CBaseline
import Dispatch
import JobLogCore
import RedisClient
import Synchronization

/// Looking through a log in memory for a line at 80 % of it, as the log pane does: in pieces, on two threads.
struct SearchBench {
    let server: BenchServer
    let sizes: BenchSizes

    /// How many entries a piece has.
    private static let piece = 16_384
    /// An eighth of what lnav 0.11 takes for a million lines on a machine with 2 cores: 2.3 s.
    private static let millionth = 2_300.0 / 8 / 1_000_000

    func measure() async throws -> [Measurement] {
        let source = RedisJobSource(configuration: server.configuration)
        let document = try await source.gather((0..<sizes.logs).map { BenchData.id($0) }).document
        let records = document.order.compactMap { document.record($0) }
        var bytes: [UInt8] = []
        for record in records { bytes += record.bytes + [UInt8(ascii: "\n")] }
        let pattern = try LogPattern.smart(BenchData.needle, isLiteral: false)
        let figures = try await Measurement.alternating(sizes.runs) {
            let start = ContinuousClock.now
            guard Self.find(pattern, in: records) == records.count * 4 / 5 else {
                throw ValidationError("The needle was not found.")
            }
            return (ContinuousClock.now - start) / .seconds(1)
        } theirs: {
            try checked(bytes.withUnsafeBufferPointer { baseline_search($0.baseAddress, $0.count, BenchData.needle) })
        }
        return [
            Measurement(
                "search \(Measurement.text(Double(records.count))) lines to a hit at 80 %", .milliseconds, figures,
                beside: "memmem in C", goal: .value(atMost: Self.millionth * Double(records.count)))
        ]
    }

    /// The place of the first entry in which a pattern occurs. Two threads take the pieces by turns.
    private static func find(_ pattern: LogPattern, in records: [LogRecord]) -> Int? {
        let found = Atomic(Int.max)
        DispatchQueue.concurrentPerform(iterations: 2) { thread in
            var matcher = pattern.matcher()
            for start in stride(from: thread * piece, to: records.count, by: 2 * piece) {
                guard start < found.load(ordering: .relaxed) else { return }
                for place in start..<min(start + piece, records.count)
                where (try? matcher.occurs(in: records[place])) == true {
                    found.min(place, ordering: .relaxed)
                    return
                }
            }
        }
        let place = found.load(ordering: .relaxed)
        return place == .max ? nil : place
    }
}
