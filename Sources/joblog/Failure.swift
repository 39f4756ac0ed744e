import ArgumentParser
import JobLogAPI
import JobLogCore
import JobLogTUI
import RedisClient

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// Why a command ends without success: a sentence for standard error, and the exit status.
struct Failure: Error {
    /// What scripts tell failures apart by.
    enum Status: Int32 {
        /// Anything that has no status of its own.
        case error = 1
        /// There is no such job.
        case noSuchJob = 3
        /// Redis, or the API, cannot be reached.
        case unreachable = 4
        /// A job that was waited for was completed, and something else was awaited.
        case completed = 10
        /// It failed.
        case failed = 11
        /// It was cancelled.
        case cancelled = 12
        /// It is gone or lost.
        case gone = 13
        /// The command line cannot be understood.
        case usage = 64
        /// The time for which was to be waited is over.
        case timeOver = 124
    }

    let status: Status
    let message: String

    init(_ status: Status, _ message: String) {
        self.status = status
        self.message = message
    }

    init(_ error: RedisError) {
        switch error.code {
        case .badURL: self.init(.usage, error.message)
        case _ where error.isUnreachable: self.init(.unreachable, error.message)
        default: self.init(.error, error.message)
        }
    }

    init(_ error: APIClientError) {
        switch error.code {
        case .badAddress: self.init(.usage, error.message)
        case .notFound: self.init(.noSuchJob, error.message)
        default: self.init(error.isUnreachable ? .unreachable : .error, error.message)
        }
    }

    init(_ error: PublishError) {
        switch error {
        case .invalid(let sentence): self.init(.usage, sentence)
        case .notAllowed: self.init(.error, error.description)
        case .redis(let error): self.init(error)
        }
    }

    init(_ error: JobActionError) {
        switch error {
        case .noSuchJob: self.init(.noSuchJob, error.description)
        case .notAllowed, .contended: self.init(.error, error.description)
        case .redis(let error): self.init(error)
        }
    }

    init(_ error: ExportError) {
        self.init(.error, error.code == .exists ? "\(error) --force replaces it." : error.description)
    }

    /// Ends the process as the error asks for; help and usage errors are the argument parser's.
    static func exit(with error: any Error) -> Never {
        let failure: Failure
        switch error {
        case let error as Failure: failure = error
        case let error as RedisError: failure = Failure(error)
        case let error as APIClientError: failure = Failure(error)
        case let error as PublishError: failure = Failure(error)
        case let error as JobActionError: failure = Failure(error)
        case let error as ExportError: failure = Failure(error)
        case let error as SettingsError: failure = Failure(.usage, error.description)
        default: Joblog.exit(withError: error)
        }
        StandardError.say(failure.message)
        if failure.status == .unreachable, Settings.current.isPlaceAssumed {
            StandardError.say(
                "Nothing says where your jobs are: give --url, set REDIS_URL, or write a profile (joblog config init). "
                    + "joblog demo shows jobs of its own.")
        }
        Glibc.exit(failure.status.rawValue)
    }
}
