import JobLogCore

/// The streaming text of the jobs that were heard last.
struct JobStreams: Sendable {
    /// The newest characters that are kept of a job.
    static let length = 5_000
    /// Of how many jobs text is kept.
    private static let count = 64

    private var texts: [JobID: String] = [:]
    /// Whose texts there are, those that were heard last at the end.
    private var ids: [JobID] = []

    subscript(id: JobID) -> String? { texts[id] }

    /// Takes a piece in.
    mutating func hear(_ event: JobEvent, of id: JobID) {
        let text: String
        switch event.kind {
        case .chunk(let piece, _): text = (texts[id] ?? "") + piece
        case .restarted, .created: text = ""
        default:
            guard let partial = event.partial else { return }
            text = partial
        }
        ids.removeAll { $0 == id }
        ids.append(id)
        texts[id] = String(text.suffix(Self.length))
        if ids.count > Self.count { texts[ids.removeFirst()] = nil }
    }

    mutating func remove(_ id: JobID) { texts[id] = nil }
}
