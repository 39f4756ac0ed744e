import JobLogCore
import TerminalUI

@testable import JobLogTUI

extension Scene {
    /// The log of a job.
    static let logs =
        [
            Scene("log") { $0.showLog($1) },
            Scene("log-loading", opening: "job-1-agent1") { driver, _ in driver.online() },
            Scene("log-empty", opening: "job-1-agent1") { driver, _ in
                driver.online()
                driver.read([])
            },
            Scene("log-unreadable", opening: "job-1-agent1") { driver, data in
                driver.online()
                driver.change(data.failing.snapshot.id, .unreadable(data.text("it is a hash, not a list")))
            },
            Scene("log-paused") { driver, data in
                driver.showLog(data)
                driver.keys("g")
                driver.change(data.failing.snapshot.id, .appended(data.log, recovered: false))
            },
            Scene("log-remarks") { driver, data in
                let id = data.failing.snapshot.id
                driver.showLog(data, Array(data.log.prefix(2)))
                driver.change(id, .appended([data.entry("two")], recovered: true))
                driver.change(id, .gap(missing: 3, then: [data.entry("six")]))
                driver.change(id, .gap(missing: nil, then: [data.entry("later")]))
                driver.change(
                    id, .cleared(then: [data.entry("fresh"), data.entry("ahead of its time", "info", 86_400)]))
                driver.model.toast = nil
            },
            Scene("log-unfolded") { driver, data in
                driver.showLog(data)
                driver.press(Key("k"), Key("k"), Key(.enter))
            },
            Scene("log-unfolded-metadata") { driver, data in
                driver.showLog(data)
                driver.keys("gjj")
                driver.press(Key(.enter))
            },
            Scene("log-unwrapped") { driver, data in
                driver.showLog(data)
                driver.press(Key(control: "w"), Key("g"), Key("l"))
            },
            Scene("log-timeline") { driver, data in
                driver.showLog(data)
                if driver.model.log.map({ LogPaneView.showsTimeline($0, in: driver.model.layout.log) }) != true {
                    driver.keys("v")
                }
                driver.keys("[[")
                driver.model.toast = nil
            },
            Scene("log-no-timeline") { driver, data in
                driver.showLog(data)
                driver.keys("v")
            },
            Scene("log-marked") { driver, data in
                driver.showLog(data)
                driver.keys("gmjjjm")
                driver.model.toast = nil
            },
        ]
        + LogTimes.Mode.allCases.enumerated().dropFirst().map { number, mode in
            Scene("log-times-\(mode.name)") { driver, data in
                driver.showLog(
                    data,
                    data.log + [data.entry("by a clock that is ahead", "info", 5, [("clockSkewMs", JSONValue(5_000))])])
                for _ in LogTimes.Mode.allCases where driver.model.log?.times.mode != mode { driver.keys("t") }
            }
        }

    /// What is shown of a log, and what was found in it.
    static let choices = [
        Scene("log-filtered") { driver, data in
            driver.showLog(data)
            for filter in ["&" + data.typed("in"), "&!" + data.typed("index")] {
                driver.keys(filter)
                driver.press(Key(.enter))
            }
            driver.keys("2")
            driver.model.toast = nil
        },
        Scene("log-filter-off") { driver, data in
            driver.showLog(data)
            driver.keys("&" + data.typed("index"))
            driver.press(Key(.enter))
            driver.keys("3K ")
            driver.press(Key(.escape))
            driver.model.toast = nil
        },
        Scene("log-dimmed") { driver, data in
            driver.showLog(data)
            driver.keys("&" + data.typed("index"))
            driver.press(Key(.enter))
            driver.keys("d")
            driver.model.toast = nil
        },
        Scene("log-filtered-none") { driver, data in
            driver.showLog(data)
            driver.keys("&" + data.typed("nothing has this"))
            driver.press(Key(.enter))
        },
        Scene("log-no-errors") { driver, data in
            driver.showLog(data, [data.entry("fine")])
            driver.keys("4")
        },
        Scene("log-range") { driver, data in
            driver.showLog(data)
            driver.keys("T-50s..-5s")
            driver.press(Key(.enter))
        },
        Scene("log-searched") { driver, data in
            driver.showLog(data)
            driver.keys("/" + data.typed("sources"))
            driver.press(Key(.enter))
            driver.model.toast = nil
        },
    ]

    /// Logs of several writers, merged or side by side.
    static let writers = [
        Scene("log-workers") { $0.showLog($1, $1.workers) },
        Scene("log-lanes-dialog") { driver, data in
            driver.showLog(data, data.workers)
            driver.keys("Lj ")
        },
        Scene("merged") { $0.showMerged($1) },
        Scene("merged-lanes") { driver, data in
            driver.showMerged(data)
            driver.keys("Ljjx")
        },
        Scene("merged-hidden") { driver, data in
            driver.showMerged(data)
            driver.keys("Ljjxq")
        },
        Scene("merged-refused") { driver, data in
            driver.showMerged(data)
            driver.change(data.text.id("job-2-agent2"), .unreadable(data.text("it is a hash, not a list")))
        },
        Scene("merged-own-log") { driver, data in
            driver.showMerged(data)
            driver.keys("J")
            driver.read(data.log)
        },
        Scene("compared") { $0.showCompared($1) },
        Scene("compared-outdated") { driver, data in
            driver.showCompared(data)
            driver.press(Key(.enter))
            driver.take(.feed(.vanished([data.failing.snapshot.id])))
        },
        Scene("compared-same") { driver, data in
            driver.showJobs(data)
            let (one, other) = (data.failing.snapshot.id, data.text.id("job-6-done"))
            let logs = [one, other].map { LogComparison.Log(job: $0, records: data.log) }
            driver.take(.compared(.success(LogComparison(logs[0], with: logs[1], because: nil, now: data.now))))
        },
    ]
}

extension ScreenTests.Driver {
    /// The logs of two jobs in one pane.
    mutating func showMerged(_ data: SceneData) {
        let ids = [data.failing.snapshot.id, data.text.id("job-2-agent2")]
        list(data.jobs.filter { ids.contains($0.snapshot.id) })
        keys("aAL")
        change(ids[0], .opened(data.log, length: data.log.count))
        change(ids[1], .opened(data.workers, length: data.workers.count))
        change(ids[1], .appended([data.entry("late news", "info", -50)], recovered: false))
        model.toast = nil
    }

    /// The log of the failing job beside one that went well.
    mutating func showCompared(_ data: SceneData) {
        showJobs(data)
        let done = ["parsing input (5%)", "searching sources (1/3) (20%)", "answering", "closing 4"]
        let logs = [
            LogComparison.Log(job: data.failing.snapshot.id, records: data.log),
            LogComparison.Log(
                job: data.text.id("job-6-done"),
                records: done.enumerated().map { data.entry($1, "info", Double($0) * 2 - 700) }),
        ]
        take(
            .compared(
                .success(
                    LogComparison(
                        logs[0], with: logs[1], because: "the newest completed job of type \(data.text("research"))",
                        now: data.now))))
    }
}
