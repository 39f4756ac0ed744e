import ArgumentParser
import JobLogCore
import RedisClient

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// `joblog demo`: a private Redis, workers, and the screen on them.
struct Demo: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo",
        abstract: "Show joblog on jobs of its own: a private Redis and a few workers.",
        discussion: """
            Everything lives in a temporary folder and ends with the demo. With --headless the list is printed after \
            a few seconds instead.
            """)

    @OptionGroup var shape: DemoOptions
    @OptionGroup(title: "Configuration")
    var settingsOptions: SettingsOptions
    @OptionGroup var appearance: AppearanceOptions
    @OptionGroup var screen: ScreenOptions

    @Flag(help: "Print what the screen would list, and end.")
    var headless = false

    @Flag(help: "Walk through the ten things to know.")
    var tour = false

    @Option(help: ArgumentHelp("End after so many seconds; 3 with --headless unless given.", valueName: "seconds"))
    var seconds: Double?

    func validate() throws {
        if let seconds, !(seconds.isFinite && seconds >= 0 && seconds <= 86_400) {
            throw ValidationError("--seconds takes a number from 0 to 86400.")
        }
        if tour, headless { throw ValidationError("--tour is for the screen: leave out --headless.") }
    }

    func run() async throws {
        // The host outlives this process just long enough to clean up, however this process ends.
        let host = try ChildProcess(
            [ChildProcess.ownExecutable, DemoHost.name] + shape.arguments, log: "/dev/null", capturesOutput: true)
        guard let answer = host.readLine() else {
            host.end()
            throw Failure(.error, "The demo could not be started.")
        }
        guard answer.hasPrefix("unix:") else {
            host.end()
            throw Failure(.error, answer)
        }
        do {
            try await show(url: answer)
        } catch {
            host.end()
            throw error
        }
        host.end()
    }

    private func show(url: String) async throws {
        // Its server is its own: nothing that the user has set for others holds there.
        var configuration = RedisConfiguration(
            url: try RedisURL(parsing: url), clientName: "joblog-viewer:\(Environment.hostName):\(getpid())")
        configuration.traffic = RedisTraffic(limit: nil)
        let source = RedisJobSource(configuration: configuration, keys: JobKeys(), actor: Environment.actor)
        if headless {
            try await Task.sleep(for: .seconds(seconds ?? 3))
            var list = try await List.asyncParse(["--state", "all"])
            list.appearance = appearance
            try await list.print(from: source)
        } else {
            try await Screen(
                source: source, opening: nil, appearance: appearance, options: screen,
                closesAfter: seconds.map { .seconds($0) }, hasTour: tour
            ).run()
        }
    }
}
