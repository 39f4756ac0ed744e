import JobLogCore

extension JobSource {
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
        let names = Joblog.configuration.subcommands.filter { $0.configuration.shouldDisplay }
            .compactMap(\.configuration.commandName)
        let near = names.map { (name: $0, distance: distance(Array(word), Array($0))) }
            .min { $0.distance < $1.distance }
        return near.flatMap { $0.distance <= min(2, max(1, $0.name.count / 2)) ? $0.name : nil }
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
