import TestSupport
import Testing

@testable import JobLogCore

@Suite("The queue of parcels")
struct ParcelQueueTests {
    /// What the queue must do, said as simply as can be.
    private struct Model {
        var parcels: [(parcel: Parcel, isPinned: Bool)] = []

        mutating func take(_ limit: Int, _ budget: Int, where isTaken: (Bool) -> Bool) -> [Int] {
            var taken: [Int] = []
            var spent = 0
            while taken.count < limit, spent < budget, let index = parcels.firstIndex(where: { isTaken($0.isPinned) }) {
                let parcel = parcels.remove(at: index).parcel
                taken.append(parcel.number)
                spent += parcel.cost
            }
            return taken
        }

        mutating func evict() -> Int? {
            let candidates = parcels.indices.filter { !parcels[$0].isPinned }
            guard let least = candidates.map({ level($0) }).min(),
                let index = candidates.first(where: { level($0) == least })
            else { return nil }
            return parcels.remove(at: index).parcel.number
        }

        private func level(_ index: Int) -> Int { (parcels[index].parcel.entry?.level ?? .error).rawValue }
    }

    private func parcel(_ number: Int, _ random: inout SeededGenerator) -> Parcel {
        guard random.below(8) > 0 else { return Parcel(number: number) }
        let text = String(repeating: "x", count: random.below(40))
        return Parcel(
            number: number, entry: OutboundEntry(LogLine(random.pick(LogLevel.allCases), text), of: JobID("j")))
    }

    @Test("does what a plain list does, in thousands of random steps", arguments: 1...8)
    func model(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var queue = ParcelQueue()
        var model = Model()
        var taken: [Parcel] = []
        var wasPinned = false
        var number = 0
        for _ in 0..<3_000 {
            switch random.below(taken.isEmpty ? 9 : 12) {
            case 0...4:
                number += 1
                let parcel = parcel(number, &random)
                queue.append(parcel)
                model.parcels.append((parcel, false))
            case 5:
                #expect(queue.evict()?.number == model.evict())
            case 6 where taken.isEmpty:
                wasPinned = false
                let (limit, budget) = (random.below(900), 1 + random.below(200_000))
                taken = queue.take(count: limit, cost: budget)
                #expect(taken.map(\.number) == model.take(limit, budget) { _ in true })
            case 7 where taken.isEmpty:
                wasPinned = true
                let limit = random.below(20)
                taken = queue.takePinned(count: limit, cost: .max)
                #expect(taken.map(\.number) == model.take(limit, .max) { $0 })
            case 8 where taken.isEmpty && random.below(10) == 0:
                let rest = queue.takeUnpinned()
                #expect(rest.map(\.number) == model.take(.max, .max) { !$0 })
                queue.putBack(rest)
                for parcel in rest { model.parcels.append((parcel, false)) }
                model.parcels.sort { $0.parcel.number < $1.parcel.number }
            case 9...11:
                // A failure: all suspects, or none, or pinned for another reason. What was pinned stays so: there may be
                // older ones among the others.
                let (isSuspect, isPinned) = (random.below(2) == 0, wasPinned || random.below(3) == 0)
                for index in taken.indices where isSuspect { taken[index].entry?.isSuspect = true }
                queue.putBack(taken, pinning: isPinned)
                model.parcels += taken.map { ($0, isPinned || $0.entry?.isSuspect ?? false) }
                model.parcels.sort { $0.parcel.number < $1.parcel.number }
                taken = []
            default:
                taken = []
            }
            #expect(queue.count == model.parcels.count)
            #expect(queue.pinnedCount == model.parcels.count(where: \.isPinned))
            #expect(queue.cost == model.parcels.reduce(0) { $0 + $1.parcel.cost })
        }
    }

    @Test("debug gives way first, then info, then warn, then errors; the oldest of a level first")
    func eviction() {
        var queue = ParcelQueue()
        for (index, level) in [LogLevel.error, .warn, .info, .debug, .debug, .info, .warn, .error].enumerated() {
            queue.append(Parcel(number: index, entry: OutboundEntry(LogLine(level, ""), of: JobID("j"))))
        }
        var order: [Int] = []
        while let parcel = queue.evict() { order.append(parcel.number) }
        #expect(order == [3, 4, 2, 5, 1, 6, 0, 7])
        #expect(queue.isEmpty && queue.cost == 0)
    }
}
