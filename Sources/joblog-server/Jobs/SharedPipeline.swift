import RedisClient
import Synchronization

/// Sends what many read at once together: while one pipeline is under way, what else is asked gathers for the next.
///
/// A round trip costs both sides more than a short command does; and a connection makes one at a time.
final class SharedPipeline: Sendable {
    private struct Question {
        let commands: [RedisCommand]
        let answer: CheckedContinuation<Result<[RedisReply], RedisError>, Never>
    }

    private struct State {
        var waiting: [Question] = []
        var isBusy = false
    }

    /// How many questions go into one pipeline: their answers are held together.
    private static let most = 32

    private let connection: RedisConnection
    private let state = Mutex(State())

    /// A pipeline over this connection.
    init(_ connection: RedisConnection) {
        self.connection = connection
    }

    /// Sends commands that belong together and change nothing, since they may be sent twice; gives one reply for each, error
    /// replies among them.
    ///
    /// - Throws: What the connection died of.
    func send(_ commands: [RedisCommand]) async throws(RedisError) -> [RedisReply] {
        let isFree = state.withLock { state in
            defer { state.isBusy = true }
            return !state.isBusy
        }
        if isFree {
            // Whoever comes to a connection at rest waits for nobody, and nobody's task is made.
            defer { goOn() }
            return try await connection.send(commands)
        }
        return try await withCheckedContinuation { answer in
            let isFree = state.withLock { state in
                state.waiting.append(Question(commands: commands, answer: answer))
                defer { state.isBusy = true }
                return !state.isBusy
            }
            if isFree { goOn() }
        }.get()
    }

    /// Sends what has gathered meanwhile; afterwards the connection is at rest.
    private func goOn() {
        guard let first = next() else { return }
        Task { await send(first, over: connection) }
    }

    /// Sends questions, and those that gather until they are answered: where the connection runs, so that none of them changes
    /// threads for itself.
    private func send(_ first: [Question], over connection: isolated RedisConnection) async {
        var questions = first
        while true {
            await send(questions)
            guard let more = next() else { return }
            questions = more
        }
    }

    private func next() -> [Question]? {
        state.withLock { state in
            guard !state.waiting.isEmpty else {
                state.isBusy = false
                return nil
            }
            let questions = Array(state.waiting.prefix(Self.most))
            state.waiting.removeFirst(questions.count)
            return questions
        }
    }

    private nonisolated(nonsending) func send(_ questions: [Question]) async {
        do throws(RedisError) {
            let replies = try await connection.send(questions.flatMap(\.commands))
            var first = 0
            for question in questions {
                let end = first + question.commands.count
                question.answer.resume(returning: .success(Array(replies[first..<end])))
                first = end
            }
        } catch {
            for question in questions {
                // In a cluster only one of them may have asked a node that is away.
                let answer = questions.count == 1 ? .failure(error) : await alone(question)
                question.answer.resume(returning: answer)
            }
        }
    }

    private nonisolated(nonsending) func alone(_ question: Question) async -> Result<[RedisReply], RedisError> {
        do throws(RedisError) {
            return .success(try await connection.send(question.commands))
        } catch {
            return .failure(error)
        }
    }
}
