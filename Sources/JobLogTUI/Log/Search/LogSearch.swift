import JobLogCore

/// What is looked for in a log.
struct LogSearch: Sendable {
    let pattern: LogPattern
    var inquiry: LogInquiry
    /// Marks what was found in the lines on screen.
    var highlighter: LogMatcher
    /// Where to look from for the line to go to; nil when the user is there, or went elsewhere.
    var wanted: Wanted?

    /// A line to go to as soon as it is known.
    struct Wanted: Sendable {
        /// The place to look from, itself included.
        var place: Int
        /// 1 towards the end, -1 towards the beginning.
        var direction: Int
    }

    init(_ pattern: LogPattern, from place: Int) {
        self.pattern = pattern
        inquiry = LogInquiry(LogQuestion([LogQuestion.Term(pattern: pattern)]), from: place)
        highlighter = pattern.matcher()
    }
}
