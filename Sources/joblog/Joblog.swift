import ArgumentParser
import CVersion
import Dispatch
import RedisClient

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// The root command: without a subcommand it browses.
///
/// Each command says its name: to have the parser make one of the type's takes a millisecond at every start.
struct Joblog: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "joblog",
        abstract: "See what background jobs are doing, and why they failed.",
        discussion: """
            Without a subcommand joblog opens its screen on the active jobs, or on the log of the job that is named. \
            Where the output is no terminal it prints the list instead.
            """,
        version: JoblogVersion.text,
        subcommands: [
            Browse.self, List.self, Wait.self, Show.self, Logs.self, Search.self, Compare.self, Export.self, Open.self,
            Keys.self, Themes.self, Config.self, Log.self, Publish.self, CancelJob.self, PauseJob.self, ResumeJob.self,
            RestartJob.self, Remove.self, Diagnose.self, Demo.self, DemoHost.self, DemoWorker.self,
        ],
        defaultSubcommand: Browse.self)
}

/// The version that `--version` and the screen show.
enum JoblogVersion {
    static let text = String(cString: joblog_version())
}

/// Runs the command that the arguments name, and turns every error into a sentence and an exit status.
@main
enum Main {
    /// Where the commands' own tasks run; see ``RedisExecutor`` for why not on Swift's own pool.
    static let executor = RedisExecutor(label: "joblog.main")

    static func main() {
        Task(executorPreference: executor) {
            await run()
            exit(EXIT_SUCCESS)
        }
        dispatchMain()
    }

    private static func run() async {
        do {
            let arguments = Array(CommandLine.arguments.dropFirst())
            var command = try await Joblog.asyncParseAsRoot(GivenOptions.leadingMoved(arguments))
            // Help is there whatever the file says.
            let isHelp = type(of: command).configuration.commandName == "help"
            if !isHelp, !(command is any WithoutSettings) { try Settings.load(GivenOptions(arguments)) }
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
        } catch {
            Failure.exit(with: error)
        }
    }
}

/// A command that runs whatever the configuration file says: it reads it itself, or is a part of the demo.
protocol WithoutSettings: ParsableCommand {}
