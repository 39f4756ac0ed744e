import JobLogCore
import RedisClient

/// `race URL NAME RUNNERS ROUNDS TRANSITION…`: changes the states of many jobs at the same time as others do.
///
/// In a round it tries each transition, given as `paused:running`, `failed:restart` or `failed:resume`, on the job
/// `race:TRANSITION:ROUND`; all runners begin a round together. It prints a line a transition:
/// `TRANSITION won 3,17 found running=998`.
struct Race {
    private let redis: RedisConnection
    private let name: String
    private let runners: Int
    private let rounds: Int
    private let transitions: [(text: String, transition: JobTransition)]

    init(arguments: [String]) throws {
        guard arguments.count > 4, let runners = Int(arguments[2]), let rounds = Int(arguments[3]) else {
            throw Probe.Failure("race URL NAME RUNNERS ROUNDS TRANSITION…")
        }
        // Long: on a busy machine the others may be late.
        redis = RedisConnection(
            RedisConfiguration(url: try RedisURL(parsing: arguments[0]), commandTimeout: .seconds(90)))
        name = arguments[1]
        self.runners = runners
        self.rounds = rounds
        transitions = try arguments[4...].map { text in
            let to = text.split(separator: ":").last.map(String.init) ?? ""
            switch to {
            case "restart": return (text, .restart)
            case "resume": return (text, .resume)
            default:
                guard let state = JobState(rawValue: to) else { throw Probe.Failure("no transition: \(text)") }
                return (text, .become(state))
            }
        }
    }

    func run() async throws {
        let store = JobStateStore(connection: redis)
        var won: [[Int]] = transitions.map { _ in [] }
        var found: [[JobState: Int]] = transitions.map { _ in [:] }
        for round in 0..<rounds {
            try await waitForOthers(round)
            // All at once, so that the reads of all come before the writes of most.
            try await withThrowingTaskGroup(of: (Int, JobState?).self) { group in
                for (index, (text, transition)) in transitions.enumerated() {
                    group.addTask { [name] in
                        do throws(JobStateError) {
                            try await store.transition(JobID("race:\(text):\(round)"), transition, by: name)
                            return (index, nil)
                        } catch {
                            guard case .notAllowed(_, let from, _) = error else { throw error }
                            return (index, from)
                        }
                    }
                }
                for try await (index, from) in group {
                    if let from { found[index][from, default: 0] += 1 } else { won[index].append(round) }
                }
            }
        }
        for (index, (text, _)) in transitions.enumerated() {
            let losses = found[index].map { "\($0)=\($1)" }.sorted().joined(separator: ",")
            print("\(text) won \(won[index].map(String.init).joined(separator: ",")) found \(losses)")
        }
    }

    /// The last one to arrive opens the gate for the others.
    private func waitForOthers(_ round: Int) async throws {
        let gate = RedisArgument.key(Array("gate:\(round)".utf8))
        let arrived = try await redis.send(RedisCommand("INCR", .key(Array("arrived:\(round)".utf8)))).integer
        if arrived == runners {
            let others = Array(repeating: RedisArgument.text("go"), count: runners - 1)
            if !others.isEmpty { _ = try await redis.send(RedisCommand("RPUSH", arguments: [gate] + others)) }
        } else if try await redis.send(RedisCommand("BLPOP", gate, 60)).isNull {
            throw Probe.Failure("the others did not come to round \(round)")
        }
    }
}
