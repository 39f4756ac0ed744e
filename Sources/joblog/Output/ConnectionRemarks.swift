import JobLogCore

/// What is said on standard error of a feed's connection. Pure.
struct ConnectionRemarks {
    /// What may be away, in the middle of a sentence.
    private let server: String
    private var isAway = false
    private var isHeldBack = false
    private var isCutOff = false

    init(server: String) {
        self.server = server
    }

    /// The sentences that a change of the connection calls for.
    mutating func take(_ connection: FeedConnection) -> [String] {
        var remarks: [String] = []
        if let limit = connection.limit {
            if !isHeldBack { remarks.append("\(limit): lines may come late, none is left out") }
            isHeldBack = true
        } else if isHeldBack {
            isHeldBack = false
            remarks.append("no longer at the limit")
        }
        switch connection {
        case .online:
            if isAway { remarks.append("connected again") }
            isAway = false
            guard connection.isCutOff != isCutOff else { break }
            isCutOff.toggle()
            remarks.append(
                isCutOff
                    ? "this replica is out of touch with its primary: lines come when it is back"
                    : "the replica is in touch with its primary again")
        case .reconnecting(_, let reason, _) where !isAway, .disconnected(let reason, _) where !isAway:
            isAway = true
            remarks.append("\(reason) Waiting until \(server) is back.")
        default: break
        }
        return remarks
    }
}
