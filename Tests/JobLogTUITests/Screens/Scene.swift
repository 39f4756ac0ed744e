import JobLogCore
import TerminalUI
import Testing

@testable import JobLogTUI

/// A state of the screen that is tested: what was told and pressed to come there.
struct Scene: Sendable, CustomTestStringConvertible {
    /// What its golden file is called.
    let name: String
    private let tell: @Sendable (inout ScreenTests.Driver, SceneData) throws -> Void
    /// The job at whose log the screen opens; nil for the list.
    private let opening: String?

    init(
        _ name: String, opening: String? = nil,
        _ tell: @escaping @Sendable (inout ScreenTests.Driver, SceneData) throws -> Void
    ) {
        (self.name, self.opening, self.tell) = (name, opening, tell)
    }

    var testDescription: String { name }

    /// The screen in this state.
    func driver(_ text: SceneText, _ size: Size) throws -> ScreenTests.Driver {
        let data = SceneData(text: text)
        var driver = ScreenTests.Driver(size.width, size.height, opening: opening.map(text.id))
        try tell(&driver, data)
        driver.settle()
        return driver
    }

    /// The sizes that every scene is looked at in.
    static let sizes = [Size(width: 40, height: 10), Size(width: 80, height: 24), Size(width: 200, height: 60)]

    /// What there is of each scene on the largest screen, and the screen.
    static let plain: [(model: AppModel, screen: CellBuffer)] = all.compactMap { scene in
        guard var driver = try? scene.driver(.plain, sizes[2]) else { return nil }
        let screen = driver.screen()
        return (driver.model, screen)
    }

    static let all: [Scene] = lists + panels + logs + choices + writers + dialogs + prompts + results + rest
}

extension ScreenTests.Driver {
    // MARK: - What the feed says

    mutating func online(_ notice: String? = nil) { take(.feed(.connection(.online(notice: notice)))) }

    /// All jobs, and nothing more to look for.
    mutating func list(_ jobs: [JobReading]) {
        online()
        take(.feed(.jobs(jobs)))
        take(.feed(.listing(nil)))
        settle()
    }

    mutating func change(_ id: JobID, _ change: LogChange) {
        take(.feed(.log(id, change)))
        settle()
    }

    /// The log that is open is read.
    mutating func read(_ records: [LogRecord]) {
        guard let id = model.log?.id else { return }
        change(id, .opened(records, length: records.count))
        model.toast = nil
    }

    // MARK: - What the user does

    /// Presses letters, one after the other.
    mutating func keys(_ keys: String) {
        for scalar in keys.unicodeScalars { press(Key(scalar)) }
    }

    /// The list of all jobs, with the failing one selected.
    mutating func showJobs(_ data: SceneData) {
        list(data.jobs)
        keys("ag")
        let failing = data.failing.snapshot.id
        for _ in data.jobs where model.jobs.selected != failing { press(Key("j")) }
        model.toast = nil
        // The selection rests.
        model.movedAt = 0
        settle()
    }

    /// Jobs that are not selected fail and stall.
    mutating func tellOfFailures(_ data: SceneData) {
        showJobs(data)
        let turned = [
            data.job("job-2-agent2") {
                $0.state = "failed"
                $0.error = "upstream broke: the connection was reset by peer while reading chunk 17 of the answer"
            },
            data.job("job-9-ill") { $0.silence = 301_000 },
        ]
        for job in turned { take(.feed(.jobs([job]))) }
        settle()
    }

    /// The log of the failing job.
    mutating func showLog(_ data: SceneData, _ records: [LogRecord]? = nil) {
        showJobs(data)
        press(Key(.enter))
        read(records ?? data.log)
    }

    /// What its page of the activity panel reads comes in.
    mutating func tell(_ detail: JobDetail, _ data: SceneData, _ content: JobDetailContent) {
        take(.details(data.failing.snapshot.id, detail, .success(content)))
        settle()
    }
}
