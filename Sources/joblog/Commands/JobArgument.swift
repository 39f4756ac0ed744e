import ArgumentParser
import JobLogCore

extension JobSource {
    /// The jobs that arguments name, each once. Throws a `Failure` as ``find(_:)-(String)`` does.
    func find(_ arguments: [String]) async throws -> [JobID] {
        var jobs: [JobID] = []
        for argument in arguments {
            let job = try await find(argument)
            if !jobs.contains(job) { jobs.append(job) }
        }
        return jobs
    }

    /// The job that an argument names. Throws a `Failure` when it names none, or several.
    func find(_ argument: String) async throws -> JobID {
        switch try await match(argument) {
        case .one(let id):
            return id
        case .none:
            var sentence = "no job \(TerminalText.line(argument))"
            if let command = CommandNames.nearest(to: argument) {
                sentence += "; did you mean the command \(command)?"
            } else {
                sentence += " at \(name). `joblog ls --state all` lists the jobs."
            }
            throw Failure(.noSuchJob, sentence)
        case .several(let ids):
            let some = ids.prefix(5).map(\.display).joined(separator: "\n  ")
            let more = ids.count > 5 ? "\n  and \(ids.count - 5) more" : ""
            throw Failure(
                .noSuchJob, "\(TerminalText.line(argument)) begins the ids of \(ids.count) jobs:\n  \(some)\(more)")
        }
    }
}

/// The names of the subcommands, for a hint to someone who mistyped one.
enum CommandNames {
    /// The subcommand that differs from a word by at most two letters; nil when none does.
    static func nearest(to word: String) -> String? {
        var best: (name: String, distance: Int)?
        for command in Joblog.configuration.subcommands where command.configuration.shouldDisplay {
            let name = command._commandName
            let distance = distance(Array(word), Array(name))
            guard distance <= (name.count > 4 ? 2 : 1), distance < best?.distance ?? .max else { continue }
            best = (name, distance)
        }
        return best?.name
    }

    /// How many letters must be added, removed or changed to make one word of the other.
    private static func distance(_ a: [Character], _ b: [Character]) -> Int {
        var row = Array(0...b.count)
        for (i, left) in a.enumerated() {
            var diagonal = row[0]
            row[0] = i + 1
            for (j, right) in b.enumerated() {
                let changed = diagonal + (left == right ? 0 : 1)
                diagonal = row[j + 1]
                row[j + 1] = min(changed, row[j] + 1, diagonal + 1)
            }
        }
        return row[b.count]
    }
}
