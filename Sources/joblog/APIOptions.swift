import ArgumentParser
import JobLogAPI
import JobLogCore

/// Which HTTP API is read in place of Redis.
struct APIOptions: ParsableArguments {
    @Option(
        name: .customLong("api"),
        help: ArgumentHelp(
            "Read the jobs from this HTTP API in place of Redis, else JOBLOG_API.",
            discussion:
                "https://host[:port][/path]; http:// on this machine. The token is in JOBLOG_TOKEN or --token-file.",
            valueName: "url"))
    var url: String?

    @Option(
        help: ArgumentHelp(
            "The file that holds the API's token and that only you can read (mode 0600), else JOBLOG_TOKEN.",
            valueName: "file"), completion: .file())
    var tokenFile: String?

    @Flag(
        inversion: .prefixedNo,
        help: "Let the API's token go to another machine without TLS, where everyone in between can read it.")
    var insecureApi: Bool?

    /// An option that only makes sense with an API; nil where none is given.
    var given: String? {
        [("--api", url != nil), ("--token-file", tokenFile != nil), ("--insecure-api", insecureApi == true)].first(
            where: \.1)?
            .0
    }

    /// Where the API is; nil where none is to be read. Throws a `Failure`, or what is wrong with the address.
    func address(_ settings: Settings) throws -> APIAddress? {
        guard let text = settings.text(.api, url) else {
            guard let given else { return nil }
            throw Failure(.usage, "\(given) goes with --api or JOBLOG_API, which name the API.")
        }
        return try APIAddress(text, allowsClearText: settings.flag(.insecureAPI, insecureApi))
    }

    /// Who asks. Throws a `Failure` where nothing says that.
    func token(_ settings: Settings) throws -> APIToken {
        if let tokenFile { return try APIToken(file: tokenFile) }
        // A file in the default profile comes after a token in the environment.
        if let text = settings.text(.token) { return try APIToken(text) }
        if let file = settings.text(.tokenFile) { return try APIToken(file: file) }
        throw Failure(
            .error, "The API wants a token: put it into JOBLOG_TOKEN, into a profile, or into a file for --token-file.")
    }
}
