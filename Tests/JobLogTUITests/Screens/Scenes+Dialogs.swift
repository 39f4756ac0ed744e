import JobLogCore
import TerminalUI
import Testing

@testable import JobLogTUI

extension Scene {
    /// Boxes over what is there.
    static let dialogs = [
        Scene("question-cancel") { driver, data in
            driver.showJobs(data)
            driver.keys("C")
        },
        Scene("question-marked") { driver, data in
            driver.showJobs(data)
            driver.keys("AR")
            driver.press(Key(.tab))
        },
        Scene("question-unlock") { driver, data in
            driver.model.access = .locked
            driver.showJobs(data)
            driver.keys("U")
        },
        Scene("question-replace") { driver, data in
            driver.showLog(data)
            driver.take(.out(.exists(try driver.order("report.txt"))))
        },
        Scene("preview") { driver, data in
            driver.showLog(
                data, data.log + [data.entry("signed in", "info", 0, [("token", .string(data.text("secret")))])])
            var order = try driver.order("report.joblog")
            order.sealed = order.bundle?.sealed()
            driver.take(.out(.preview(order)))
        },
        Scene("columns") { driver, data in
            driver.showJobs(data)
            driver.keys("Ojj ")
        },
        Scene("alerts") { driver, data in
            driver.tellOfFailures(data)
            driver.keys("!")
            driver.model.toast = nil
        },
        Scene("log-filters-dialog") { driver, data in
            driver.showLog(data)
            for filter in [data.typed("index"), "!" + data.typed("shard")] {
                driver.keys("&" + filter)
                driver.press(Key(.enter))
            }
            driver.keys("T-50s..-5s")
            driver.press(Key(.enter))
            driver.keys("3Kj ")
            driver.model.toast = nil
        },
    ]

    /// What is typed below.
    static let prompts = [
        Scene("prompt-search") { driver, data in
            driver.showLog(data)
            driver.keys("/" + data.typed("sources"))
        },
        Scene("prompt-pasted") { driver, data in
            driver.showLog(data)
            driver.keys("/")
            driver.take(.input(.paste(data.text("a long text that was copied elsewhere"))))
        },
        Scene("prompt-search-empty") { driver, data in
            driver.showLog(data)
            driver.keys("/")
        },
        Scene("prompt-filter-wrong") { driver, data in
            driver.showLog(data)
            driver.keys("&" + data.typed("read") + "(")
        },
        Scene("prompt-filter-not") { driver, data in
            driver.showLog(data)
            driver.keys("&!")
        },
        Scene("prompt-time") { driver, data in
            driver.showLog(data)
            driver.keys("T")
        },
        Scene("prompt-save") { driver, data in
            driver.showLog(data)
            driver.press(Key(control: "s"))
        },
        Scene("prompt-save-refused") { driver, data in
            driver.showLog(data)
            let order = try driver.order("/x/report.txt")
            driver.take(.out(.notSaved(order, "/x/report.txt cannot be written: No such file or directory.")))
        },
        Scene("prompt-pipe") { driver, data in
            driver.showLog(data)
            driver.keys("|")
        },
        Scene("prompt-search-all") { driver, data in
            driver.showJobs(data)
            driver.keys("S" + data.typed("broke"))
        },
        Scene("command") { driver, data in
            driver.showJobs(data)
            driver.keys(":")
        },
        Scene("command-theme") { driver, data in
            driver.showLog(data)
            driver.keys(":theme ")
        },
        Scene("command-job") { driver, data in
            driver.showJobs(data)
            driver.keys(":open ")
        },
        Scene("command-wrong") { driver, data in
            driver.showLog(data)
            driver.keys(":nothing")
            driver.press(Key(.enter))
        },
    ]

    /// What a search through all logs found.
    static let results = [
        Scene("results-searching") { driver, data in
            _ = try driver.search(data)
        },
        Scene("results") { driver, data in
            let search = try driver.search(data)
            var progress = JobSearch.Progress()
            (progress.jobs, progress.known, progress.lines, progress.bytes) = (11, 12, 1_234, 345_678)
            (progress.hits, progress.jobsWithHits, progress.unreadable) = (105, 2, 1)
            let pattern = try #require(driver.model.search.results?.pattern)
            for (number, job) in data.jobs.prefix(3).enumerated() {
                let hits = data.log.suffix(number == 0 ? 2 : 1) + [data.entry("the pipe broke too", "warn", -90_000)]
                let group = JobSearch.Group(
                    id: job.snapshot.id, job: number == 2 ? nil : job, lastLine: data.now - 60_000,
                    hits: hits.map {
                        JobSearch.Hit(record: $0, time: $0.timestamp ?? 0, isMatch: true, followsGap: false)
                    }, count: number == 1 ? 102 : hits.count, isPartial: number == 1)
                var matcher = pattern.matcher()
                let found = SearchNews.Content.found(ResultGroup(group, &matcher))
                driver.take(.searched(SearchNews(number: search, content: found)))
            }
            driver.take(.searched(SearchNews(number: search, content: .progress(progress))))
        },
        Scene("results-none") { driver, data in
            let number = try driver.search(data)
            var progress = JobSearch.Progress()
            (progress.jobs, progress.known, progress.lines, progress.bytes) = (12, 12, 1_234, 345_678)
            progress.isListed = true
            driver.take(.searched(SearchNews(number: number, content: .end(.complete, progress))))
        },
        Scene("results-of-a-log") { driver, data in
            driver.showMerged(data)
            driver.keys("J")
            driver.read(data.log)
            driver.keys("S" + data.typed("broke"))
            driver.press(Key(.enter))
        },
        Scene("results-failed") { driver, data in
            let number = try driver.search(data)
            let end = JobSearch.End.failed(data.text("Connection reset by peer."), isUnreachable: true)
            driver.take(.searched(SearchNews(number: number, content: .end(end, JobSearch.Progress()))))
        },
    ]

    /// Help, and sentences that go by.
    static let rest = [
        Scene("help") { driver, data in
            driver.showJobs(data)
            driver.keys("?")
        },
        Scene("help-of-a-log") { driver, data in
            driver.showLog(data)
            driver.keys("?")
        },
        Scene("help-filter-typed") { driver, data in
            driver.showLog(data)
            driver.keys("?/next")
        },
        Scene("help-filtered-none") { driver, data in
            driver.showLog(data)
            driver.keys("?/zzz")
            driver.press(Key(.enter))
        },
        Scene("toast") { driver, data in
            driver.showJobs(data)
            driver.keys("s")
        },
        Scene("toast-long") { driver, data in
            driver.showJobs(data)
            driver.keys("P")
        },
        Scene("toast-trouble") { driver, data in
            driver.showLog(data)
            driver.take(
                .trouble("What is remembered cannot be kept: /home/user/.local/state/joblog: Read-only file system."))
        },
        Scene("bundle", opening: "job-1-agent1") { driver, data in
            driver.model.access = .saved
            driver.take(.feed(.connection(.saved("Bundle from 2023-11-14 22:13"))))
            driver.take(.feed(.jobs([data.failing])))
            driver.read(data.log)
            driver.keys("C")
        },
    ]
}

extension ScreenTests.Driver {
    private struct NothingWasSaved: Error {}

    /// The order that a name for a file makes.
    mutating func order(_ name: String) throws -> OutRequest.SaveOrder {
        press(Key(control: "s"), Key(control: "u"))
        type(name)
        effects = []
        press(Key(.enter))
        for case .out(.save(let order)) in effects { return order }
        throw NothingWasSaved()
    }

    /// A search through all logs begins; its number.
    mutating func search(_ data: SceneData) throws -> Int {
        showJobs(data)
        keys("S" + data.text("broke"))
        press(Key(.enter))
        return try #require(model.search.results?.order.number)
    }
}
