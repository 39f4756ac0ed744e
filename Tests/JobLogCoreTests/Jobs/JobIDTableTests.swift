import TestSupport
import Testing

@testable import JobLogCore

struct JobIDTableTests {
    @Test(arguments: [UInt64(1), 2, 3]) func itHoldsWhatADictionaryHolds(_ seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var table = JobIDTable()
        var numbers: [JobID: JobIDTable.Number] = [:]
        var free: [JobIDTable.Number] = []
        for turn in 0..<20_000 {
            // Few enough names that many are there already, and ever more of them.
            let id = JobID("job-\(Int.random(in: 0..<(100 + turn / 4), using: &random))")
            if Int.random(in: 0..<3, using: &random) == 0 {
                let removed = table.remove(id)
                #expect(removed == numbers.removeValue(forKey: id))
                if let removed { free.append(removed) }
            } else if numbers[id] == nil {
                let number = free.popLast() ?? JobIDTable.Number(table.limit)
                table.insert(id, as: number)
                numbers[id] = number
            }
        }
        #expect(table.count == numbers.count && table.count > 500)
        for number in 0..<6_000 {
            let id = JobID("job-\(number)")
            #expect(table.number(of: id) == numbers[id])
            if let place = numbers[id] { #expect(table[place] == id) }
        }
    }

    @Test func idsAreBytesOfAnyLengthAndNoneIsTakenForAnother() {
        var table = JobIDTable()
        let ids = [JobID(""), JobID("a"), JobID(bytes: [0]), JobID(bytes: [0, 0]), JobID("aa"), JobID("ä")]
        for (number, id) in ids.enumerated() { table.insert(id, as: JobIDTable.Number(number)) }
        for (number, id) in ids.enumerated() { #expect(table.number(of: id) == JobIDTable.Number(number)) }
        #expect(table.number(of: JobID("b")) == nil && table.remove(JobID("b")) == nil)
        #expect(table.remove(JobID("")) == 0 && table.number(of: JobID("")) == nil && table.count == 5)
    }
}
