import ArgumentParser
import JobLogCore
import JobLogTUI
import Synchronization

/// What a shell is told that a word can become. Whatever goes wrong it is told nothing: nobody has asked for a sentence.
extension CompletionKind {
    /// The ids of jobs.
    static var jobs: CompletionKind { .custom { await JobCompletion(line($0, $1, $2)).found() } }

    /// The names of themes.
    static var themes: CompletionKind {
        .custom { ThemeFolder.names.compactMap(line($0, $1, $2).completion) }
    }

    /// The names of the configuration file's profiles.
    static var profiles: CompletionKind {
        .custom { words, index, typed in
            let line = line(words, index, typed)
            let file = try? ConfigurationFile.read(option: GivenOptions(line.arguments)[GivenOptions.config])
            return (file?.profiles ?? []).map(\.name).compactMap(line.completion)
        }
    }

    private static func line(_ words: [String], _ index: Int, _ typed: String) -> CompletedLine {
        CompletedLine(words: words, index: index, typed: typed, shell: CompletionShell.requesting)
    }
}

/// Looks for the jobs that an id which was begun may be meant to name.
private struct JobCompletion {
    /// How long someone who has pressed Tab is kept waiting.
    private static let patience = Duration.seconds(3)
    /// More than this nobody reads.
    private static let most = 200

    /// What was found so far: it is what counts when the time is over.
    private final class Ids: Sendable {
        private let texts = Mutex<[String]>([])

        var all: [String] { texts.withLock { $0 } }

        /// Adds one; gives whether there are enough.
        func add(_ text: String) -> Bool {
            texts.withLock {
                if !$0.contains(text) { $0.append(text) }
                return $0.count >= most
            }
        }
    }

    private let line: CompletedLine
    private let ids = Ids()

    init(_ line: CompletedLine) {
        self.line = line
    }

    /// The ids that were found in time, those of the newest activity first.
    func found() async -> [String] {
        // Nobody waits for a server that says nothing: the process ends soon.
        let (ends, end) = AsyncStream.makeStream(of: Void.self)
        Task {
            try? await look()
            end.finish()
        }
        Task {
            try? await Task.sleep(for: Self.patience)
            end.finish()
        }
        for await _ in ends {}
        return ids.all
    }

    private func look() async throws {
        let given = GivenOptions(line.arguments)
        try Settings.load(given)
        let source = try ConnectionOptions.parse(given.aboutConnection).source()
        var cursor: JobCursor?
        repeat {
            let page = try await source.jobs(after: cursor)
            for job in page.jobs {
                guard let text = job.snapshot.id.text, let completion = line.completion(text) else { continue }
                if ids.add(completion) { return }
            }
            cursor = page.next
        } while cursor != nil
    }
}
