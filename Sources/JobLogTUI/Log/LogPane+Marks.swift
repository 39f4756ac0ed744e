import JobLogCore

/// The time between marked lines.
extension LogPane {
    /// The marked lines by time.
    private var marksByTime: [(time: Int64, id: Int32)] {
        marked.map { (document.facts($0).time, $0) }.sorted { ($0.time, $0.id) < ($1.time, $1.id) }
    }

    /// For each marked line but the first, how long it is since the marked line before, in ms.
    var markDistances: [Int32: Int64] {
        guard marked.count > 1 else { return [:] }
        let marks = marksByTime
        return Dictionary(
            zip(marks, marks.dropFirst()).map { ($1.id, $1.time - $0.time) }, uniquingKeysWith: { first, _ in first })
    }

    /// How long it is from the only marked line to the cursor, or between the marked lines around the cursor, in ms; nil
    /// without a mark.
    var elapsed: (milliseconds: Int64, isToCursor: Bool)? {
        guard !marked.isEmpty, cursor < count else { return nil }
        let here = self[cursor]
        let marks = marksByTime
        guard marks.count > 1 else { return (here.time - marks[0].time, true) }
        // The stretch that the cursor is in; on a mark, the one that begins there, and outside the nearest one.
        let before = marks.lastIndex { ($0.time, $0.id) <= (here.time, Int32(here.id)) } ?? 0
        let first = min(before, marks.count - 2)
        return (marks[first + 1].time - marks[first].time, false)
    }
}
