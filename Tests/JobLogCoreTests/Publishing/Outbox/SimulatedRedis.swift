import TestSupport

@testable import JobLogCore
@testable import RedisClient

/// A Redis in memory that takes the batches of an outbox, and fails in every way that matters.
struct SimulatedRedis {
    enum Fault: CaseIterable {
        /// No connection: nothing is sent.
        case unreachable
        /// Carried out, and the answer is lost.
        case unanswered
        /// Lost on the way, carried out or not up to some command.
        case cutOff
        case outOfMemory
        case readOnly
    }

    /// What each log holds, by the entries' bytes.
    private(set) var logs: [JobID: [[UInt8]]] = [:]
    var runsScripts = true
    var brokenLogs: Set<JobID> = []

    /// Carries out a batch.
    mutating func send(
        _ parcels: [Parcel], _ fault: Fault?, looksForSuspects: Bool, _ random: inout SeededGenerator
    ) -> (parcels: [Parcel], result: OutboxBatch.Result) {
        var parcels = parcels
        if fault == .unreachable {
            let error = RedisError(code: .connectionFailed, message: "unreachable")
            return (parcels, OutboxBatch(parcels, log: Self.commands).result(error))
        }
        if looksForSuspects {
            for index in parcels.indices {
                guard let entry = parcels[index].entry, entry.isSuspect else { continue }
                parcels[index].entry?.isSuspect = false
                parcels[index].entry?.isStored = logs[entry.job]?.contains(entry.bytes) ?? false
            }
        }
        let batch = OutboxBatch(parcels, log: Self.commands)
        var groups: [(job: JobID, entries: [OutboundEntry])] = []
        for entry in parcels.compactMap(\.entry) where !entry.isStored {
            if let place = groups.firstIndex(where: { $0.job == entry.job }) {
                groups[place].entries.append(entry)
            } else {
                groups.append((entry.job, [entry]))
            }
        }
        let carriedOut = fault == .cutOff ? random.below(groups.count + 1) : groups.count
        var replies = ReplyArena()
        func reply(_ kind: RedisReply.Kind, _ text: String = "") {
            var text = text
            text.withUTF8 { _ = replies.append(kind, bytes: UnsafeRawBufferPointer($0)) }
            replies.complete()
        }
        for (index, group) in groups.enumerated() {
            let isScript = group.entries.contains(where: \.isSuspect)
            var failure: String?
            switch fault {
            // Memory may run out in the middle.
            case .outOfMemory where index > 0 || random.below(2) == 0: failure = "OOM command not allowed"
            case .readOnly: failure = "READONLY You can't write against a read only replica."
            default: break
            }
            if brokenLogs.contains(group.job) { failure = failure ?? "WRONGTYPE Operation against a key" }
            if isScript, !runsScripts { failure = "NOPERM this user has no permissions to run the 'eval' command" }
            if failure == nil, index < carriedOut {
                for entry in group.entries where !(isScript && logs[group.job]?.contains(entry.bytes) ?? false) {
                    logs[group.job, default: []].append(entry.bytes)
                }
            }
            if let failure { reply(.error, failure) } else { reply(.status, "OK") }
            if !isScript { for _ in 0..<2 { reply(.status, "OK") } }
        }
        for _ in parcels.flatMap(\.riders) { reply(.status, "OK") }
        if fault == .unanswered || fault == .cutOff {
            return (parcels, batch.result(RedisError(code: .connectionLost, message: "lost")))
        }
        return (parcels, batch.result(replies.take()))
    }

    static let commands = LogCommands(keys: JobKeys(), retention: LogRetention(entries: 1_000_000))
}
