import JobLogCore
import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// Writes what a search finds to standard output, and how far it is to standard error where that is a terminal.
final class SearchReport: Sendable {
    private struct State {
        var out = StandardOutput()
        var count = 0
        var groups = 0
        var showsProgress = false
    }

    private let format: Search.Format
    private let isUTC: Bool
    private let text: LogText
    private let paint: Paint
    /// Whether somebody looks at it: then lines stand under their job's name, otherwise each tells its job.
    private let isRead: Bool
    private let tellsProgress: Bool
    private let state = Mutex(State())

    init(format: Search.Format, isUTC: Bool, colors: Bool, isRead: Bool) {
        self.format = format
        self.isUTC = isUTC
        self.isRead = isRead
        text = LogText(isUTC: isUTC, colors: colors)
        paint = Paint(isOn: colors)
        tellsProgress = isatty(STDERR_FILENO) == 1
    }

    /// What was searched: `1,204 of 5,000 jobs, 120,400 lines (14.2 MB)`.
    static func text(_ progress: JobSearch.Progress) -> String {
        let jobs =
            progress.isListed && progress.jobs == progress.known
            ? "\(progress.jobs)" : "\(progress.jobs) of \(progress.known)\(progress.isListed ? "" : " or more")"
        return "\(jobs) \(progress.known == 1 ? "job" : "jobs"), \(progress.lines) lines "
            + "(\(ByteCount.text(progress.bytes)))"
    }

    /// Takes what the search tells.
    func take(_ event: JobSearch.Event) {
        state.withLock { state in
            switch event {
            case .found(let group):
                clear(&state)
                write(group, &state)
                state.out.flush()
            case .progress(let progress):
                guard tellsProgress else { return }
                let hits = progress.hits == 1 ? "1 hit" : "\(progress.hits) hits"
                say("\r\u{1B}[KSearched \(Self.text(progress)), \(hits) ")
                state.showsProgress = true
            }
        }
    }

    /// What stands after the last line.
    func end(_ end: JobSearch.End, _ progress: JobSearch.Progress) {
        state.withLock { state in
            clear(&state)
            if format == .json { state.out.line(state.count == 0 ? "[]" : "]") }
            state.out.flush()
        }
    }

    private func clear(_ state: inout State) {
        guard state.showsProgress else { return }
        state.showsProgress = false
        say("\r\u{1B}[K")
    }

    private func say(_ text: String) {
        var text = text
        text.withUTF8 { _ = Glibc.write(STDERR_FILENO, $0.baseAddress, $0.count) }
    }

    // MARK: - Lines

    private func write(_ group: JobSearch.Group, _ state: inout State) {
        if format == .text, isRead {
            if state.groups > 0 { state.out.line("") }
            state.out.line(header(of: group))
        } else if format == .text, state.groups > 0, group.hits.contains(where: { !$0.isMatch }) {
            state.out.line("--")
        }
        state.groups += 1
        for hit in group.hits {
            switch format {
            case .text:
                if hit.followsGap, group.hits.contains(where: { !$0.isMatch }) { state.out.line("--") }
                let lane = isRead ? nil : group.id.display
                for row in text.lines(of: hit.record.entry, time: hit.time, lane: lane) { state.out.line(row) }
            case .jsonl: state.out.line(json(hit, group.id))
            case .json: state.out.line((state.count == 0 ? "[" : ",") + json(hit, group.id))
            }
            state.count += 1
        }
        guard format == .text, isRead else { return }
        if group.isCut { state.out.line(paint("… and older ones, \(group.count) in all", .faint)) }
        if group.isPartial { state.out.line(paint("… the log is too large: its older lines were not read", .faint)) }
    }

    private func header(of group: JobSearch.Group) -> String {
        var parts: [String] = []
        if let job = group.job?.snapshot {
            parts.append(paint(job.stateWord, Paint.role(of: job)))
            if let type = job.type { parts.append(TerminalText.line(type)) }
            if let heard = job.lastHeard { parts.append(RelativeTime.age(max(0, Timestamp.now() - heard)) + " ago") }
        }
        parts.append(group.count == 1 ? "1 hit" : "\(group.count) hits")
        return paint(group.id.display, .strong) + "  " + parts.joined(separator: "  ")
    }

    private func json(_ hit: JobSearch.Hit, _ id: JobID) -> String {
        var value = hit.record.json()
        if var object = value.object {
            object.append("jobId", .string(id.lossyText))
            if id.text == nil { object.append("jobIdBase64", .string(id.base64)) }
            value = .object(object)
        }
        return value.text(escapeTerminal: true)
    }
}
