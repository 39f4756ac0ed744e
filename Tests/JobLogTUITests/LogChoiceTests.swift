import JobLogCore
import Testing

@testable import JobLogTUI

/// Which lines are shown, worked out from what changed on, is what it is when it is worked out from the beginning.
@Suite struct LogChoiceTests {
    @Test(arguments: 0..<20) func bitsAreRankedAndFound(_ seed: UInt64) {
        var random = SeededRandom(seed + 1)
        var bits = RankedBits()
        var plain: [Bool] = []
        for _ in 0..<40 {
            for _ in 0..<Int.random(in: 0...150, using: &random) {
                let bit = Int.random(in: 0...Int(seed % 4), using: &random) == 0
                bits.append(bit)
                plain.append(bit)
            }
            if Int.random(in: 0...3, using: &random) == 0 {
                let length = Int.random(in: 0...plain.count, using: &random)
                bits.truncate(to: length)
                plain.removeLast(plain.count - length)
            }
            #expect(bits.count == plain.count)
            let places = plain.indices.filter { plain[$0] }
            #expect(bits.ones == places.count)
            #expect(places.indices.allSatisfy { bits.select($0) == places[$0] })
            #expect(plain.indices.allSatisfy { bits.contains($0) == plain[$0] })
            for place in [0, 1, plain.count / 2, plain.count, plain.count + 5] {
                #expect(bits.rank(place) == plain.prefix(place).count { $0 })
            }
        }
    }

    /// The shown ids and the counts of repeats, from the beginning.
    private func expected(_ choice: LogChoice, _ document: LogDocument) -> (ids: [Int32], repeats: [Int32: Int]) {
        var ids: [Int32] = []
        var repeats: [Int32: Int] = [:]
        var head: Int32?
        for id in document.order {
            let facts = document.facts(id)
            guard choice.admits(id, facts) else {
                if choice.dims {
                    head = nil
                    ids.append(id)
                }
                continue
            }
            if let first = head, document.saysTheSame(first, id) {
                repeats[first, default: 0] += 1
                if choice.unfoldedRepeats.contains(first) { ids.append(id) }
            } else {
                head = facts.level == nil ? nil : id
                ids.append(id)
            }
        }
        return (ids, repeats)
    }

    @Test(arguments: 0..<60) func whatChangedIsEnough(_ seed: UInt64) throws {
        var random = SeededRandom(seed + 100)
        var document = LogDocument()
        var choice = LogChoice()
        var time: Int64 = 1_000_000
        func records(_ count: Int) -> [LogRecord] {
            (0..<count).map { _ in
                time += Int64.random(in: -3...10, using: &random)
                return ScreenTests.entry(
                    ["same", "same", "other"].randomElement(using: &random) ?? "",
                    ["info", "warn", "error"][Int.random(in: 0...9, using: &random) / 4], at: time)
            }
        }
        for step in 0..<60 {
            switch Int.random(in: 0...11, using: &random) {
            case 0...4: document.append(records(Int.random(in: 1...9, using: &random)))
            case 5: document.prepend(records(Int.random(in: 1...9, using: &random)))
            case 6: document.append(.recovered(1))
            case 7: document.insert(.checkpoint(sequence: 1, step: nil, progress: nil), at: time - 5)
            case 8:
                choice.least = [.debug, .warn].randomElement(using: &random) ?? .debug
                choice.invalidate()
            case 9:
                choice.dims.toggle()
                choice.invalidate()
            case 10 where choice.shown.ones > 0 && document.count == choice.shown.count:
                let place = choice.shown.select(Int.random(in: 0..<choice.shown.ones, using: &random))
                choice.unfoldedRepeats.formSymmetricDifference([document.order[place]])
                choice.invalidate(from: place)
            default:
                let pattern = LogPattern(literal: "same")
                if choice.filters.isEmpty {
                    choice.add(LogChoice.Filter(text: "same", term: LogQuestion.Term(pattern: pattern)), from: 0)
                } else {
                    choice.removeLastFilter(from: 0)
                }
            }
            choice.invalidate(from: document.acknowledge())
            choice.lookAgain(from: 0)
            var exams = choice.exams(JobID("j"), document)
            while !exams.isEmpty {
                _ = choice.take(try #require(exams.removeFirst().answer()))
                exams += choice.exams(JobID("j"), document)
            }
            _ = choice.refresh(document, search: nil)
            let (ids, repeats) = expected(choice, document)
            let shown = (0..<choice.shown.ones).map { document.order[choice.shown.select($0)] }
            #expect(shown == ids, "after step \(step)")
            #expect(ids.allSatisfy { choice.repeats(of: $0) == repeats[$0] ?? 0 }, "after step \(step)")
        }
    }
}
