import ArgumentParser

/// The shape of a demo.
struct DemoOptions: ParsableArguments {
    @Option(help: ArgumentHelp("How many jobs run at once.", valueName: "count"))
    var jobs = 6

    @Option(help: ArgumentHelp("How many steps all jobs together make a second.", valueName: "steps"))
    var rate = 4.0

    func validate() throws {
        guard (1...10_000).contains(jobs) else { throw ValidationError("--jobs takes a number from 1 to 10000.") }
        guard rate.isFinite, rate > 0, rate <= 10_000 else {
            throw ValidationError("--rate takes a number above 0, at most 10000.")
        }
    }

    /// The options as arguments.
    var arguments: [String] { ["--jobs", String(jobs), "--rate", String(rate)] }
}
