/// Common options may stand before the subcommand too: `joblog --url … ls`. The parser wants them behind it.
enum LeadingOptions {
    private static let withValue: Set<String> = ["--url", "--api", "--token-file", "--key-prefix", "--color"]
    private static let flags: Set<String> = ["--utc", "--read-only", "--no-state", "--insecure-api"]

    /// The arguments with leading common options moved to the end, before a `--` if there is one.
    static func moved(_ arguments: [String]) -> [String] {
        var end = 0
        while end < arguments.count {
            let argument = arguments[end]
            if flags.contains(argument) || withValue.contains(where: { argument.hasPrefix($0 + "=") }) {
                end += 1
            } else if withValue.contains(argument), end + 1 < arguments.count {
                end += 2
            } else {
                break
            }
        }
        let rest = arguments[end...]
        let at = rest.firstIndex(of: "--") ?? rest.endIndex
        return Array(rest[..<at] + arguments[..<end] + rest[at...])
    }
}
