/// Which kinds of keys each job has, counted as the keys of a server are passed by.
///
/// Pure; a job costs some bytes besides its id.
struct KeyTally: Sendable {
    private struct Marks: OptionSet {
        let rawValue: UInt8
        static let logs = Marks(rawValue: 1)
        static let state = Marks(rawValue: 2)
        static let checkpoint = Marks(rawValue: 4)
        static let reasoning = Marks(rawValue: 8)
        static let index = Marks(rawValue: 16)

        init(rawValue: UInt8) { self.rawValue = rawValue }

        init(_ kind: JobKeys.Kind) {
            self =
                switch kind {
                case .logs: .logs
                case .state: .state
                case .checkpoint: .checkpoint
                case .reasoning: .reasoning
                }
        }
    }

    private let keys: JobKeys
    private let archive: [UInt8]
    private var table = JobIDTable()
    private var marks: [Marks] = []
    private var archivedCount = 0

    init(keys: JobKeys) {
        self.keys = keys
        archive = keys.prefix + Array("checkpoint:archive:".utf8)
    }

    /// Takes in a job that stands in the index.
    mutating func takeIndexed(_ id: JobID) { mark(id, .index) }

    /// Takes in keys that were found together. A `SCAN` may find one twice: archived checkpoints are only about right.
    mutating func take(_ found: [ArraySlice<UInt8>]) {
        for key in found {
            if let (kind, id) = keys.job(ofKey: key) {
                mark(id, Marks(kind))
            } else if key.starts(with: archive) {
                archivedCount += 1
            }
        }
    }

    private mutating func mark(_ id: JobID, _ new: Marks) {
        if let number = table.number(of: id) {
            marks[Int(number)].formUnion(new)
        } else {
            table.insert(id, as: JobIDTable.Number(table.limit))
            marks.append(new)
        }
    }

    /// Some of the jobs, from all over: at most so many.
    func sample(_ most: Int) -> [JobID] {
        guard most > 0 else { return [] }
        let step = max(1, (marks.count + most - 1) / most)
        return stride(from: 0, to: marks.count, by: step).map { table[JobIDTable.Number($0)] }
    }

    /// What was counted; what is missing is a fault only where all keys were looked through.
    func count(into census: inout JobCensus, isComplete: Bool) {
        census.isComplete = isComplete
        census.archived = archivedCount
        for (number, marks) in marks.enumerated() {
            let id = { table[JobIDTable.Number(number)] }
            if marks.contains(.index) { census.indexed += 1 }
            if marks == .index, isComplete {
                census.add(.emptyIndexEntry, id().display)
                continue
            }
            census.jobs += 1
            for kind in JobKeys.Kind.allCases where marks.contains(Marks(kind)) { census.counts[kind, default: 0] += 1 }
            if marks.contains(.logs), !marks.contains(.state) { census.stateless += 1 }
            if marks.subtracting(.index) == .checkpoint, isComplete {
                census.add(.loneCheckpoint, TerminalText.line(keys.checkpoint(id())[...]))
            }
        }
    }
}
