import JobLogCore
import Synchronization

/// A search through the logs of every job, as the screen asks for it.
public struct SearchOrder: Sendable, Hashable {
    /// Which one it is: what an earlier one finds is not wanted any more.
    public let number: Int
    /// The pattern as it was typed.
    let text: String
    /// Whether it is meant letter by letter.
    let isLiteral: Bool

    /// How much is read, and how much is kept of what is found.
    public static var bounds: JobSearch.Bounds {
        var bounds = JobSearch.Bounds()
        bounds.hitsPerJob = 100
        bounds.hits = 10_000
        bounds.hitBytes = 32_000_000
        return bounds
    }

    /// The pattern, by the rules of a search within a log.
    func pattern() throws(LogPattern.Invalid) -> LogPattern { try LogPattern.smart(text, isLiteral: isLiteral) }

    /// Searches until the end, or until the task is cancelled; `take` gets what there is to show.
    public func run(over source: any JobSource, _ take: @escaping @Sendable (SearchNews) -> Void) async {
        // It was compiled when it was typed.
        guard let pattern = try? pattern() else { return }
        let matcher = Mutex(pattern.matcher())
        let number = number
        let search = JobSearch(JobSearch.Question(LogFilter(pattern: pattern)), bounds: Self.bounds)
        let (end, progress) = await search.run(over: source) { event in
            switch event {
            case .found(let group):
                let shown = matcher.withLock { ResultGroup(group, &$0) }
                take(SearchNews(number: number, content: .found(shown)))
            case .progress(let progress): take(SearchNews(number: number, content: .progress(progress)))
            }
        }
        take(SearchNews(number: number, content: .end(end, progress)))
    }
}

/// What a search through all logs tells the screen.
public struct SearchNews: Sendable {
    enum Content: Sendable {
        case found(ResultGroup)
        case progress(JobSearch.Progress)
        case end(JobSearch.End, JobSearch.Progress)
    }

    /// Which search it is.
    let number: Int
    let content: Content
}
