import JobLogCore

/// What is said to people beside the output proper.
enum StandardError {
    /// One sentence on standard error, after the program's name, without control characters.
    static func say(_ sentence: String) {
        JobLogManager.standardError("joblog: " + TerminalText.lines(sentence).joined(separator: "\n"))
    }
}
