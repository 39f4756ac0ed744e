import RedisClient

/// Parcels that travel in one pipeline: the entries of each job by one `RPUSH`, then the riders.
///
/// One `RPUSH` a job, rather than one an entry, is taken or refused as a whole: no entry overtakes one that was refused.
struct OutboxBatch: Sendable {
    /// The entries of one job, by their places among the parcels.
    private struct Group {
        let job: JobID
        var parcels: [Int]
        var isSuspect: Bool
        /// The place of the reply to its append.
        var append = 0
    }

    /// What a batch came to.
    struct Result {
        /// An outcome for each parcel, in their order.
        var outcomes: [ParcelOutcome]
        /// The places of the parcels whose entries must be sent again.
        var postponed: [Int] = []
        /// Why they must.
        var reason: RedisError?
        /// Redis is to be given some time first.
        var isAway = false
        /// It is not known whether Redis has them.
        var isUnanswered = false
        /// The server does not run scripts: suspects are to be looked for before the next batch.
        var scriptsAreRefused = false
    }

    /// The parcels, in their order.
    var parcels: [Parcel]
    /// What is sent.
    private(set) var commands: [RedisCommand] = []
    private var groups: [Group] = []
    private var riders: [Range<Int>] = []

    /// The pipeline of some parcels.
    ///
    /// - Parameters:
    ///   - parcels: in their order.
    ///   - first: commands that go before all others, and whose replies are of no interest.
    ///   - log: the names of keys, and what is kept of a log.
    init(_ parcels: [Parcel], first: [RedisCommand] = [], log: LogCommands) {
        self.parcels = parcels
        commands = first
        gather()
        for index in groups.indices {
            groups[index].append = commands.count
            let entries = groups[index].parcels.compactMap { parcels[$0].entry?.bytes }
            commands +=
                groups[index].isSuspect
                ? [log.appendUnlessThere(entries, to: groups[index].job)]
                : log.append(entries, to: groups[index].job)
        }
        for parcel in parcels {
            riders.append(commands.count..<(commands.count + parcel.riders.count))
            commands += parcel.riders
        }
    }

    /// Whether any of its entries may be in a list already.
    static func hasSuspects(_ parcels: [Parcel]) -> Bool { parcels.contains { $0.entry?.isSuspect ?? false } }

    /// What the replies say.
    func result(_ replies: [RedisReply]) -> Result {
        var result = Result(
            outcomes: riders.map { places in
                places.isEmpty
                    ? .stored : ParcelOutcome(delivery: .stored, riders: .success(Array(replies[places])))
            })
        for group in groups {
            guard let error = replies[group.append].error else { continue }
            // Whatever a script is refused for by itself: the plain append has the last word.
            let isScriptRefused = group.isSuspect && !error.isTemporary && error.refusesCommand
            let isPostponed = error.isTemporary || isScriptRefused
            if isScriptRefused { result.scriptsAreRefused = true } else if isPostponed { result.isAway = true }
            for index in group.parcels {
                result.outcomes[index] = ParcelOutcome(
                    delivery: isPostponed ? .kept(error) : .console(error), riders: result.outcomes[index].riders)
            }
            guard isPostponed else { continue }
            result.postponed += group.parcels
            if result.reason == nil || error.isTemporary { result.reason = error }
        }
        result.postponed.sort()
        return result
    }

    /// What follows when the pipeline was not answered; `wasSent` is whether any of it may have been sent: by default,
    /// what the error says.
    func result(_ error: RedisError, wasSent: Bool? = nil) -> Result {
        var result = Result(
            outcomes: parcels.map { parcel in
                ParcelOutcome(delivery: parcel.entry == nil ? .stored : .kept(error), riders: .failure(error))
            })
        result.postponed = parcels.indices.filter { parcels[$0].entry != nil }
        result.reason = error
        result.isAway = true
        result.isUnanswered = wasSent ?? error.leavesDoubt
        return result
    }

    private mutating func gather() {
        var places: [JobID: Int] = [:]
        for (index, parcel) in parcels.enumerated() {
            guard let entry = parcel.entry, !entry.isStored else { continue }
            // Most batches are of one job: it is looked for before the table is.
            let place = groups.last?.job == entry.job ? groups.count - 1 : places[entry.job]
            if let place {
                groups[place].parcels.append(index)
                groups[place].isSuspect = groups[place].isSuspect || entry.isSuspect
            } else {
                places[entry.job] = groups.count
                groups.append(Group(job: entry.job, parcels: [index], isSuspect: entry.isSuspect))
            }
        }
    }
}

extension RedisError {
    /// Whether what was sent may have been carried out.
    fileprivate var leavesDoubt: Bool { [.connectionLost, .timedOut, .protocolViolation].contains(code) }

    /// Whether the same command may be taken later: the server is short of memory or disk, read-only, loading, or in
    /// the middle of a failover.
    var isTemporary: Bool {
        if isConnectionFailure { return true }
        switch code {
        case .loading, .outOfMemory, .readOnly, .moved, .clusterDown: return true
        case .server:
            let word = serverMessage?.prefix { $0 != " " } ?? ""
            return ["MISCONF", "NOREPLICAS", "BUSY", "TRYAGAIN", "MASTERDOWN", "ASK"].contains(word)
        default: return false
        }
    }
}
