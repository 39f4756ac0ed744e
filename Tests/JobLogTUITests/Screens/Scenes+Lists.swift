import JobLogCore
import TerminalUI

@testable import JobLogTUI

extension Scene {
    /// The list of jobs, and what stands in its place.
    static let lists = [
        Scene("jobs") { $0.showJobs($1) },
        Scene("jobs-active") { $0.list($1.jobs) },
        Scene("jobs-none") { driver, _ in driver.list([]) },
        Scene("jobs-none-active") { driver, data in driver.list(data.jobs.filter { $0.snapshot.state == .completed }) },
        Scene("jobs-connecting") { _, _ in },
        Scene("jobs-reconnecting") { driver, data in
            driver.take(.feed(.connection(.reconnecting(attempt: 3, reason: data.text("Connection refused.")))))
        },
        Scene("jobs-first-run") { driver, data in
            driver.begin(isPlaceAssumed: true)
            driver.take(.feed(.connection(.reconnecting(attempt: 1, reason: data.text("Connection refused.")))))
        },
        Scene("tour") { driver, data in
            driver.begin(hasTour: true)
            driver.showJobs(data)
            driver.keys("jae")
        },
        Scene("jobs-lost-connection") { driver, data in
            driver.showJobs(data)
            let reason = data.text("Connection reset by peer.")
            driver.take(.feed(.connection(.reconnecting(attempt: 12, reason: reason, heardAt: 1_734_470_389_000))))
        },
        Scene("jobs-disconnected") { driver, data in
            driver.take(
                .feed(.connection(.disconnected(reason: data.text("WRONGPASS invalid username-password pair.")))))
        },
        Scene("jobs-looking") { driver, data in
            driver.online()
            driver.take(.feed(.listing(0.42)))
        },
        Scene("jobs-notice") { driver, data in
            driver.showJobs(data)
            driver.online(data.text("polls: the server refuses CLIENT TRACKING"))
        },
        Scene("jobs-cost") { driver, data in
            driver.showJobs(data)
            driver.press(Key(control: "g"))
            driver.take(.measured(ServerCost(commands: 48, bytesOut: 1_234, bytesIn: 23_456, limit: 200)))
        },
        Scene("jobs-marked") { driver, data in
            driver.showJobs(data)
            driver.keys("xxk")
        },
        Scene("jobs-watched") { driver, data in
            driver.showJobs(data)
            driver.keys("jB")
            driver.model.toast = nil
        },
        Scene("jobs-filter-typed") { driver, data in
            driver.showJobs(data)
            driver.keys("/" + data.typed("agent"))
        },
        Scene("jobs-filtered") { driver, data in
            driver.showJobs(data)
            driver.keys("/" + data.typed("rank"))
            driver.press(Key(.enter))
        },
        Scene("jobs-filtered-none") { driver, data in
            driver.showJobs(data)
            driver.keys("/")
            driver.take(.input(.paste(data.text("nothing has this"))))
            driver.press(Key(.enter))
        },
        Scene("jobs-many") { driver, data in
            driver.list((1...250).map { number in data.job("job-\(number)") { $0.silence = Int64(number) * 10 } })
            driver.keys("G")
        },
        Scene("jobs-log-beside") { driver, data in
            driver.showJobs(data)
            driver.keys("o")
            driver.read(data.log)
        },
        Scene("jobs-log-above") { driver, data in
            driver.showJobs(data)
            driver.keys("oo")
            driver.read(data.log)
            driver.press(Key(.tab))
            driver.press(Key(.tab))
        },
        Scene("jobs-read-only") { driver, data in
            driver.model.access = .readOnly
            driver.showJobs(data)
            driver.keys("C")
        },
        Scene("jobs-profile") { driver, data in
            driver.begin(profile: data.text("prod"))
            driver.showJobs(data)
        },
        Scene("jobs-production-locked") { driver, data in
            driver.model.access = .locked
            driver.showJobs(data)
            driver.keys("C")
        },
        Scene("jobs-production-unlocked") { driver, data in
            driver.model.access = .unlocked
            driver.showJobs(data)
        },
    ]

    /// The pages of the activity panel.
    static let panels = [
        Scene("panel-overview") { driver, data in
            driver.showJobs(data)
            driver.press(Key(.tab))
            driver.tell(.log, data, .records(data.log))
        },
        Scene("panel-stalled") { driver, data in
            driver.showJobs(data)
            for _ in data.jobs where driver.model.jobs.selection?.snapshot.stalled != true { driver.press(Key("j")) }
        },
        Scene("panel-running") { driver, data in
            driver.list(data.jobs)
            for percent in [66.0, 70, 71.9] {
                driver.list([
                    data.job("job-2-agent2") {
                        $0.progress = percent
                        $0.step = "generating response"
                        $0.silence = Int64((100 - percent) * 1_000)
                        $0.lines = Array(data.log.prefix(5))
                        $0.checkpoint = data.checkpoint(3)
                        $0.attempt = 3
                    }
                ])
            }
            let running = data.text.id("job-2-agent2")
            driver.take(
                .feed(.events([(running, JobEvent(.chunk(text: data.text("so it is said that "), isLast: false)))])))
            driver.take(
                .feed(.events([(running, JobEvent(.chunk(text: data.text("agents work at night"), isLast: false)))])))
            for _ in data.jobs where driver.model.jobs.selected != running { driver.press(Key("j")) }
        },
        Scene("panel-checkpoint") { driver, data in
            driver.showJobs(data)
            driver.press(Key(.tab), Key(.right))
        },
        Scene("panel-checkpoint-changed") { driver, data in
            driver.showJobs(data)
            driver.press(Key(.tab), Key(.right))
            var next = data.failing
            next.checkpoint?.sequence = 18
            next.checkpoint?.customData = .object([(data.text("cursor"), JSONValue(18))])
            driver.take(.feed(.jobs([next])))
        },
        Scene("panel-archived") { driver, data in
            driver.showJobs(data)
            driver.press(Key(.tab), Key("["))
            driver.model.movedAt = 0
            driver.settle()
            driver.tell(.archive, data, .sequences([1, 2, 17]))
            driver.tell(.archived(sequence: 2), data, .checkpoint(data.checkpoint(2, step: "parsing input")))
        },
        Scene("panel-output") { driver, data in
            driver.showJobs(data)
            driver.press(Key(.tab), Key(.right), Key(.right))
        },
        Scene("panel-result") { driver, data in
            driver.showJobs(data)
            driver.press(Key("G"), Key("k"))
            for _ in data.jobs where driver.model.jobs.selection?.snapshot.result == nil { driver.press(Key("k")) }
            driver.press(Key(.tab), Key(.right), Key(.right), Key(.right))
        },
        Scene("panel-error") { driver, data in
            driver.showJobs(data)
            driver.press(Key(.tab), Key(.right), Key(.right), Key(.right))
        },
        Scene("panel-reasoning") { driver, data in
            driver.showJobs(data)
            driver.press(Key(.tab), Key(.left), Key(.left))
            driver.tell(.reasoning, data, .records(data.reasoning))
        },
        Scene("panel-refused") { driver, data in
            driver.showJobs(data)
            driver.press(Key(.tab), Key(.left), Key(.left))
            let failure = ReadFailure(data.text("NOPERM this user may not run XRANGE"))
            driver.take(.details(data.failing.snapshot.id, .reasoning, .failure(failure)))
        },
        Scene("panel-attempts") { driver, data in
            driver.showJobs(data)
            driver.press(Key(.tab), Key(.left))
            driver.tell(.log, data, .records(data.attempts))
        },
    ]
}
