import ArgumentParser
import Hummingbird
import JWTKit
import JobLogAPI

/// The command that serves the HTTP API.
@main
struct Server: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "joblog-server", abstract: "Serve jobs and their logs over HTTP.")
}
