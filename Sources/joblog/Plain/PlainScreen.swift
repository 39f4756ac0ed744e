import Dispatch
import JobLogCore

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// The screen for those who listen to it: lines that stand, one after the other; nothing is drawn over, nothing is coloured.
struct PlainScreen {
    let source: any JobSource
    let opening: JobID?
    let isUTC: Bool
    /// Why nothing may be done to jobs; nil where it may.
    let refusal: String?

    /// Goes on until `quit`, or until no more can be typed at a terminal.
    func run() async {
        var session = PlainSession(server: source.server, open: opening, isUTC: isUTC, refusal: refusal)
        var out = StandardOutput()
        out.line("joblog at \(TerminalText.line(source.name)). Type help for what can be typed, quit to leave.")
        out.flush()
        let feed = source.viewerFeed()
        var interest = session.interest
        let endsWithInput = isatty(STDIN_FILENO) == 1
        loop: for await news in await feed.news(of: interest, hears: Self.listen) {
            if case .typed(nil) = news, endsWithInput { break }
            session.take(news, now: Timestamp.now())
            let (lines, tasks) = session.drain()
            for line in lines { out.line(line) }
            out.flush()
            for task in tasks {
                switch task {
                case .show(let id):
                    for line in await sheet(of: id) { out.line(line) }
                    out.flush()
                case .act(let action, let id):
                    out.line(await carryOut(action, on: id))
                    out.flush()
                case .loadOlder(let id, let first, let held): await feed.loadOlder(of: id, before: first, held: held)
                case .quit: break loop
                }
            }
            guard session.interest != interest else { continue }
            interest = session.interest
            await feed.watch(interest)
        }
        await feed.close()
    }

    /// Reads what is typed, on a thread that may wait for it.
    private static func listen(_ hear: @escaping @Sendable (FeedNews) -> Void) {
        DispatchQueue(label: "joblog.typed").async {
            while let line = readLine() { hear(.typed(line)) }
            hear(.typed(nil))
        }
    }

    private func sheet(of id: JobID) async -> [String] {
        do {
            guard let job = try await source.job(id) else { return ["There is no job \(id.display)."] }
            return JobSheet(job, isUTC: isUTC, colors: false).lines(now: Timestamp.now())
        } catch {
            return [TerminalText.line("\(error)")]
        }
    }

    private func carryOut(_ action: JobAction, on id: JobID) async -> String {
        do {
            _ = try await source.perform(action, on: id)
            return "Done: \(action.rawValue) \(id.display)."
        } catch {
            return TerminalText.line("\(error)")
        }
    }
}
