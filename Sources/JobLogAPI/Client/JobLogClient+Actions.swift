import JobLogCore

extension JobLogClient {
    /// What an action has come to.
    public struct ActionAnswer: Sendable, Hashable {
        /// The job's state now; nil where nothing says any.
        public var state: JobState?
        /// Whether the job's worker was only asked.
        public var isRequested: Bool
        /// What the server says of it.
        public var message: String
    }

    /// Carries an action out on a job, or asks its worker to. It is sent once.
    ///
    /// - Throws: ``APIClientError/Code/notAllowed`` with a sentence where the job's state does not allow it, and
    ///   ``APIClientError/Code/unsupported`` where the API has no route for it.
    @discardableResult
    public func perform(_ action: JobAction, on id: JobID, reason: String? = nil) async throws(APIClientError)
        -> ActionAnswer
    {
        guard var call = Self.call(action, id) else {
            throw APIClientError(
                .unsupported, "The HTTP API does not remove whole jobs: that needs Redis itself (--url).")
        }
        if let reason, action != .deleteLogs {
            call.body = JSONObject([.init(key: "reason", value: .string(reason))]).encode()
        }
        let answer = try await json(call)
        return ActionAnswer(
            state: answer["state"]?.string.flatMap { JobState(wire: $0) },
            isRequested: answer["requested"].map { $0.bool != false } ?? false,
            message: answer["message"]?.string ?? action.done)
    }

    private static func call(_ action: JobAction, _ id: JobID) -> HTTPCall? {
        let route: APIRoute? =
            switch action {
            case .cancel: .cancel
            case .pause: .pause
            case .resume: .resume
            case .restart: .restart
            case .clearCheckpoint: .clearCheckpoint
            case .deleteLogs: .deleteLogs
            case .remove: nil
            }
        return route.map { HTTPCall($0, id) }
    }
}
