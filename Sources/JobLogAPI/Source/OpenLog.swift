import JobLogCore

/// A log that is on screen, as its stream tells it: which changes the viewer is told. Pure.
struct OpenLog: Sendable {
    /// How many entries are asked for first.
    static let reach = 1_000

    /// How many entries the log had when it was asked for; nil until then.
    private(set) var length: Int?
    /// What has come before the log counts as read.
    private var opening: [LogRecord] = []
    private(set) var isOpen = false
    /// Whether what comes next was written while there was no stream.
    private var isRecovering = false
    /// The newest entry that was told.
    private(set) var newest: LogRecord?
    /// The place after the last event; empty for the beginning.
    private(set) var place = ""
    /// Where the entries before the oldest that was told begin, if that is still this one.
    var older: (first: LogRecord?, cursor: String)?
    private let cuts: Bool

    init(cutsLargeEntries: Bool) { cuts = cutsLargeEntries }

    /// The log has so many entries, of which the newest come next.
    mutating func expect(length: Int) -> [LogChange] {
        self.length = length
        return openIfComplete()
    }

    /// The stream was taken up again.
    mutating func connectedAgain() { isRecovering = isOpen }

    /// Nothing more comes for now: what there is counts as all.
    mutating func settle() -> [LogChange] { isOpen ? [] : open() }

    /// Takes in what came at once.
    mutating func take(_ events: [LogStreamEvent], place: String) -> [LogChange] {
        var changes: [LogChange] = []
        var part = Part.following
        var records: [LogRecord] = []
        self.place = place
        for event in events {
            switch event {
            case .entry(let record, _): records.append(cuts ? record.cut() : record)
            case .gap(let missing):
                end(part, &records, &changes)
                part = .gap(missing)
            case .cleared:
                end(part, &records, &changes)
                part = .cleared
                // No place in what is gone leads on.
                self.place = ""
            case .unreadable(let sentence):
                end(part, &records, &changes)
                part = .following
                changes.append(.unreadable(sentence))
            case .connected, .away, .back, .lost: break
            }
        }
        if !records.isEmpty { self.place = place }
        end(part, &records, &changes)
        isRecovering = false
        return changes + openIfComplete()
    }

    private enum Part {
        case following, cleared
        case gap(Int?)
    }

    private mutating func end(_ part: Part, _ records: inout [LogRecord], _ changes: inout [LogChange]) {
        defer { records = [] }
        newest = records.last ?? newest
        guard isOpen else {
            if case .cleared = part { opening = [] }
            opening += records
            return
        }
        switch part {
        case .following where records.isEmpty: break
        case .following: changes.append(.appended(records, recovered: isRecovering))
        case .gap(let missing): changes.append(.gap(missing: missing, then: records))
        case .cleared: changes.append(.cleared(then: records))
        }
    }

    private mutating func openIfComplete() -> [LogChange] {
        guard !isOpen, let length, opening.count >= min(length, Self.reach) else { return [] }
        return open()
    }

    private mutating func open() -> [LogChange] {
        isOpen = true
        defer { opening = [] }
        return [.opened(opening, length: max(length ?? 0, opening.count))]
    }
}
