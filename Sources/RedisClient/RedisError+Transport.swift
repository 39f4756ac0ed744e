extension RedisError {
    static func closed(_ url: RedisURL) -> RedisError {
        RedisError(code: .closed, message: "The connection to \(url) is closed; call connect() to open it.")
    }

    static func lost(_ url: RedisURL) -> RedisError {
        RedisError(
            code: .connectionLost,
            message: "The connection to \(url) ended before Redis had answered; "
                + "what was sent may have been carried out.")
    }

    static func cancelled(command: String?) -> RedisError {
        RedisError(
            code: .cancelled, message: "Nothing was sent to Redis because the task was cancelled.", command: command)
    }

    static func connectionFailed(_ url: RedisURL, reason: String) -> RedisError {
        RedisError(
            code: .connectionFailed,
            message: "Cannot connect to \(url): \(reason); check that Redis runs there and that the URL is right.")
    }

    static func withoutTLS(_ url: RedisURL) -> RedisError {
        RedisError(
            code: .connectionFailed,
            message: "Cannot connect to \(url): this program gave the connection nothing that speaks TLS; "
                + "RedisConfiguration.transport takes a TLSTransport of the module RedisTLS.")
    }

    static func connectTimedOut(_ url: RedisURL, after timeout: Duration) -> RedisError {
        RedisError(
            code: .timedOut,
            message: "Redis at \(url) did not accept a connection within \(timeout.secondsText); "
                + "check the host and the network.")
    }

    static func interrupted(_ url: RedisURL, command: String?) -> RedisError {
        RedisError(
            code: .connectionLost,
            message: "\(command ?? "The connection") was interrupted; the connection to \(url) ended with it.",
            command: command)
    }

    /// Puts the reason why a link failed into words.
    init(_ failure: HiredisFailure, url: RedisURL, command: String?, timeout: Duration) {
        let subject = command ?? "a command"
        switch failure {
        case .timedOut:
            self.init(
                code: .timedOut,
                message: "Redis at \(url) did not answer \(subject) within \(timeout.secondsText); "
                    + "it may be overloaded or paused.",
                command: command)
        case .lost(let reason):
            self.init(
                code: .connectionLost,
                message: "The connection to \(url) was lost during \(subject) (\(reason)); "
                    + "check that Redis still runs.",
                command: command)
        case .protocolViolation(let reason):
            self.init(
                code: .protocolViolation,
                message: "What answers at \(url) does not speak the Redis protocol (\(reason)); check the port.",
                command: command)
        }
    }
}

extension Duration {
    /// The length in seconds, with what is behind the point where there is something.
    var secondsText: String {
        let milliseconds = wholeMilliseconds
        return milliseconds % 1000 == 0 ? "\(milliseconds / 1000) s" : "\(milliseconds) ms"
    }

    /// The length in milliseconds, rounded up, at least 1: a socket takes 0 for "for ever".
    var wholeMilliseconds: Int {
        let (seconds, attoseconds) = components
        guard seconds < 86400 * 365 else { return 86400 * 365 * 1000 }
        return max(1, Int(seconds) * 1000 + Int((attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000))
    }
}
