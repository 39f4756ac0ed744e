/// One writer of a log: a worker of a job, or all of the job's lines that name none.
public struct LogLane: Sendable, Hashable {
    /// The number of the log.
    public let source: Int
    /// The worker (`metadata.worker`), not sanitised; nil for lines that name none.
    public let worker: String?
    /// How many entries it has.
    public internal(set) var count = 0
}

/// The writers of a document's entries, in the order in which they were first seen.
public struct LogLanes: Sendable {
    /// The lane of remarks, which belong to a log and to no writer.
    public static let none = UInt32.max
    /// The most workers of a log that are told apart; those beyond share a lane.
    static let mostWorkers = 64
    /// The name of the lane that they share.
    public static let others = "other workers"

    /// The writers, by number.
    public private(set) var all: [LogLane] = []
    /// The bytes of the workers' names as they are written, by number.
    private var names: [[UInt8]] = []
    /// The numbers of each log's lanes, the one that was met last first.
    private var ofSource: [[UInt32]] = []

    /// The numbers of a log's lanes that have entries, in the order in which they were first seen.
    public func lanes(of source: Int) -> [UInt32] {
        guard source < ofSource.count else { return [] }
        return ofSource[source].filter { all[Int($0)].count > 0 }.sorted()
    }

    /// Whether a log has lines of more than one writer.
    public func isShared(_ source: Int) -> Bool { lanes(of: source).count > 1 }

    /// The lane of an entry, which is counted.
    mutating func count(_ worker: LogSignature.Worker, of record: LogRecord, from source: Int) -> UInt32 {
        let number: UInt32
        switch worker {
        case .none: number = find([], of: source)
        case .plain(let range):
            let start = record.bytes.startIndex
            number = find(record.bytes[start + range.lowerBound..<start + range.upperBound], of: source)
        case .text(let text): number = find(Array(text.utf8)[...], of: source)
        }
        all[Int(number)].count += 1
        return number
    }

    /// The lanes of one log, and their numbers by those that they had.
    func extracted(_ source: Int) -> (lanes: LogLanes, numbers: [UInt32: UInt32]) {
        var lanes = LogLanes()
        var numbers: [UInt32: UInt32] = [:]
        lanes.ofSource = [[]]
        for number in self.lanes(of: source) {
            let lane = all[Int(number)]
            numbers[number] = UInt32(lanes.all.count)
            lanes.ofSource[0].append(UInt32(lanes.all.count))
            lanes.all.append(LogLane(source: 0, worker: lane.worker, count: lane.count))
            lanes.names.append(names[Int(number)])
        }
        return (lanes, numbers)
    }

    /// An entry of a lane is gone.
    mutating func forget(_ lane: UInt32) {
        if lane != Self.none { all[Int(lane)].count -= 1 }
    }

    private mutating func find(_ name: ArraySlice<UInt8>, of source: Int) -> UInt32 {
        while ofSource.count <= source { ofSource.append([]) }
        if let recent = ofSource[source].first, names[Int(recent)][...] == name { return recent }
        if let place = ofSource[source].firstIndex(where: { names[Int($0)][...] == name }) {
            ofSource[source].swapAt(0, place)
            return ofSource[source][0]
        }
        if ofSource[source].count > Self.mostWorkers, name[...] != Array(Self.others.utf8)[...] {
            return find(Array(Self.others.utf8)[...], of: source)
        }
        all.append(LogLane(source: source, worker: name.isEmpty ? nil : String(decoding: name, as: UTF8.self)))
        names.append(Array(name))
        ofSource[source].insert(UInt32(all.count - 1), at: 0)
        return UInt32(all.count - 1)
    }
}
