/// Two logs side by side: which lines are in both, by level and message with what changes from run to run blanked.
public struct LogAlignment: Sendable {
    /// A line of the result.
    public enum Step: Sendable, Hashable {
        /// In both: its places in the first and the second log.
        case both(Int, Int)
        /// In the first only: its place there.
        case first(Int)
        /// In the second only: its place there.
        case second(Int)

        /// Whether it is in both.
        public var isCommon: Bool { if case .both = self { true } else { false } }
    }

    /// All lines of both logs, in the order of both; where they part, those of the second come before those of the first.
    public let steps: [Step]

    /// Aligns the entries of two logs, each in the order in which it is shown.
    public init(_ first: [LogRecord], _ second: [LogRecord]) {
        var numbers: [[UInt8]: Int32] = [:]
        func number(_ record: LogRecord) -> Int32 {
            let key = Self.key(of: record)
            if let number = numbers[key] { return number }
            numbers[key] = Int32(numbers.count)
            return Int32(numbers.count - 1)
        }
        let one = first.map(number)
        let two = second.map(number)
        let partners = SequenceAlignment(one, two).partners
        var steps: [Step] = []
        steps.reserveCapacity(one.count + two.count)
        var place = 0
        var waiting: [Step] = []
        for (index, partner) in partners.enumerated() {
            guard partner >= 0 else {
                waiting.append(.first(index))
                continue
            }
            steps += (place..<Int(partner)).map { .second($0) }
            steps += waiting
            waiting.removeAll(keepingCapacity: true)
            steps.append(.both(index, Int(partner)))
            place = Int(partner) + 1
        }
        steps += (place..<two.count).map { .second($0) }
        self.steps = steps + waiting
    }

    /// Where the logs part first, as a place in ``steps``; nil where they are the same.
    public var parting: Int? { steps.firstIndex { !$0.isCommon } }

    /// How many runs of lines are in one log only.
    public var differenceCount: Int {
        var count = 0
        var wasCommon = true
        for step in steps {
            if wasCommon, !step.isCommon { count += 1 }
            wasCommon = step.isCommon
        }
        return count
    }

    /// What lines that correspond have in common.
    private static func key(of record: LogRecord) -> [UInt8] {
        let scanned = record.bytes.withUnsafeBufferPointer { bytes -> [UInt8]? in
            guard let head = LogScanner.scan(bytes), !head.messageHasEscapes else { return nil }
            return LogTemplate.bytes(UnsafeBufferPointer(rebasing: bytes[head.message]))
                + [UInt8((head.level ?? .info).rawValue)]
        }
        if let scanned { return scanned }
        let headline = record.headline
        var message = headline.message
        return message.withUTF8 { LogTemplate.bytes($0) } + [UInt8((headline.level ?? .info).rawValue)]
    }
}
