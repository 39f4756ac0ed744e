#if canImport(Testing)
import JobLogCore
import RedisClient
import Testing

extension SourceContract {
    private static var log: FeedInterest { FeedInterest(rows: [id], logs: [id]) }

    static let acting = [
        SourceContract("a job is cancelled, and restarted") { place in
            try await place.begin(id)
            let cancelled = try await place.source.perform(.cancel, on: id, reason: "enough")
            #expect(!cancelled.isRequested && cancelled.action == .cancel)
            #expect(cancelled.job?.snapshot.state == .cancelled)
            let log = try await place.source.log(id, newest: 10).map(\.entry.message)
            #expect(log.contains { $0.contains("cancelled by") && $0.hasSuffix("enough") }, "\(log)")
            #expect(try await place.source.perform(.restart, on: id).job?.snapshot.state == .created)
        },
        SourceContract("what a job's state does not allow is refused with the reason") { place in
            try await place.begin(id)
            try await place.publisher.complete(id)
            let error = await #expect(throws: (any Error).self) { try await place.source.perform(.pause, on: id) }
            #expect("\(String(describing: error))".contains("completed"), "\(String(describing: error))")
            let other = await #expect(throws: (any Error).self) {
                try await place.source.perform(.clearCheckpoint, on: id)
            }
            #expect("\(String(describing: other))".contains("none"), "\(String(describing: other))")
        },
        SourceContract("a job that nobody records is only asked") { place in
            // Its owner stands in its checkpoint.
            let checkpoint = Checkpoint(jobID: "x", userID: Place.owner, sequence: 1, step: "S", progress: 3)
            _ = try await place.redis.send(
                RedisCommand("SET", .key(JobKeys().checkpoint(id)), .bytes(checkpoint.encode())))
            try await place.say("S (3%)", to: id)
            #expect(try await place.source.perform(.cancel, on: id).isRequested)
            #expect(try await place.source.job(id)?.snapshot.requested == .cancel)
        },
        SourceContract("a log and a checkpoint are deleted") { place in
            try await place.begin(id)
            try await place.publisher.checkpoint(id, step: "S", percent: 5)
            #expect(try await place.source.perform(.clearCheckpoint, on: id).job?.checkpoint == nil)
            #expect(try await place.source.perform(.deleteLogs, on: id).job?.snapshot.logCount == 1)
        },
        SourceContract("there is nothing to do to a job that is not there") { place in
            await #expect(throws: JobActionError.noSuchJob(JobID("none"))) {
                try await place.source.perform(.cancel, on: JobID("none"))
            }
        },
    ]

    static let following = [
        SourceContract("a log is told, and each line that follows") { place in
            try await place.begin(id)
            _ = try await place.redis.send(RedisCommand("DEL", .key(JobKeys().logs(id))))
            try await place.say("one", "two", to: id)
            let viewer = await place.viewer(log)
            #expect(try await viewer.messages(until: "two") == ["one", "two"])
            try await place.say("three", to: id)
            #expect(try await viewer.messages(until: "three") == ["three"])
            await viewer.feed.close()
        },
        SourceContract("no line is lost or doubled while several write") { place in
            try await place.begin(id)
            let viewer = await place.viewer(log)
            async let seen = viewer.messages(until: "end")
            try await withThrowingTaskGroup { group in
                for writer in 0..<4 {
                    group.addTask {
                        for number in 0..<100 { try await place.say("w\(writer) \(number)", to: id) }
                    }
                }
                try await group.waitForAll()
            }
            try await place.say("end", to: id)
            let messages = try await seen
            for writer in 0..<4 {
                #expect(messages.filter { $0.hasPrefix("w\(writer) ") } == (0..<100).map { "w\(writer) \($0)" })
            }
            await viewer.feed.close()
        },
        SourceContract("a log that is empty at first is followed too") { place in
            try await place.begin(id)
            _ = try await place.redis.send(RedisCommand("DEL", .key(JobKeys().logs(id))))
            let viewer = await place.viewer(log)
            try await viewer.first {
                if case .log(_, .opened(let records, 0)) = $0, records.isEmpty { true } else { nil }
            }
            try await place.say("one", to: id)
            #expect(try await viewer.messages(until: "one") == ["one"])
            await viewer.feed.close()
        },
        SourceContract("what was written while the viewer was stopped is fetched") { place in
            try await place.begin(id)
            try await place.say("one", to: id)
            let viewer = await place.viewer(log)
            _ = try await viewer.messages(until: "one")
            await viewer.feed.suspend()
            try await place.say("two", "three", to: id)
            await viewer.feed.resume()
            #expect(try await viewer.messages(until: "three") == ["two", "three"])
            await viewer.feed.close()
        },
        SourceContract("a log that is deleted is told") { place in
            try await place.begin(id)
            try await place.say("one", to: id)
            let viewer = await place.viewer(log)
            _ = try await viewer.messages(until: "one")
            _ = try await place.redis.send(RedisCommand("DEL", .key(JobKeys().logs(id))))
            try await viewer.first { if case .log(_, .cleared(let then)) = $0, then.isEmpty { true } else { nil } }
            try await place.say("two", to: id)
            #expect(try await viewer.messages(until: "two") == ["two"])
            await viewer.feed.close()
        },
        SourceContract("a long log is told from its end on") { place in
            try await place.begin(id)
            _ = try await place.redis.send(RedisCommand("DEL", .key(JobKeys().logs(id))))
            try await place.append(
                (0..<5_000).map { Array("{\"timestamp\":\($0),\"message\":\"line \($0)\"}".utf8) }, to: id)
            let viewer = await place.viewer(log)
            // On a slow machine the newest of them may follow what was there at first.
            var held: [LogRecord] = []
            try await viewer.first { update -> Void? in
                switch update {
                case .log(_, .opened(let records, 5_000)): held = records
                case .log(_, .appended(let records, _)): held += records
                default: break
                }
                return held.last?.entry.message == "line 4999" ? () : nil
            }
            let told = try await viewer.whole(id, from: held).map(\.entry.message)
            #expect(told == (0..<5_000).map { "line \($0)" }, "\(told.count) of them, \(held.count) at first")
            await viewer.feed.close()
        },
        SourceContract("rows are told as they are, and when they change") { place in
            try await place.begin(id)
            let viewer = await place.viewer(FeedInterest(rows: [id]))
            try await viewer.job(id.lossyText) { $0.snapshot.state == .running }
            try await place.publisher.progress(id, step: "Ranking", percent: 61)
            try await viewer.job(id.lossyText) {
                $0.snapshot.progress == 61 && $0.tail.last?.entry.message == "Ranking (61%)"
            }
            try await place.publisher.fail(id, error: "no more", recoverable: false)
            let job = try await viewer.job(id.lossyText) { $0.snapshot.state == .failed }
            #expect(job.snapshot.error == "no more")
            await viewer.feed.close()
        },
        SourceContract("new jobs are found, and events told") { place in
            try await place.begin(JobID("old"))
            let viewer = await place.viewer(FeedInterest(discovers: true))
            try await viewer.job("old")
            try await place.begin(JobID("new"))
            try await viewer.job("new")
            await viewer.feed.watch(FeedInterest(rows: [JobID("new")], discovers: true))
            try await place.publisher.chunk(JobID("new"), "some text")
            try await viewer.first { update -> Bool? in
                guard case .events(let events) = update else { return nil }
                return events.contains {
                    $0.id == JobID("new") && $0.event.kind == .chunk(text: "some text", isLast: false)
                }
                    ? true : nil
            }
            await viewer.feed.close()
        },
        SourceContract("a server that comes back costs no line") { place in
            try await place.begin(id)
            try await place.say("one", to: id)
            let viewer = await place.viewer(log)
            _ = try await viewer.messages(until: "one")
            place.server.stop()
            try await viewer.first { if case .connection(.reconnecting) = $0 { true } else { nil } }
            try place.server.restart()
            try await eventually("a line") { (try? await place.say("two", to: id)) != nil }
            try await place.say("three", to: id)
            #expect(try await viewer.messages(until: "three") == ["two", "three"])
            await viewer.feed.close()
        },
        SourceContract("refreshing reads what is on screen again") { place in
            try await place.begin(id)
            let viewer = await place.viewer(log)
            try await viewer.job(id.lossyText)
            await viewer.feed.refresh()
            try await viewer.job(id.lossyText) { $0.wasRead }
            await viewer.feed.close()
        },
    ]
}
#endif
