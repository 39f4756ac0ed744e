/// The routes of the HTTP API: the table that the OpenAPI document and docs/http-api.md are made from, and by which the
/// server tells a wrong method from a wrong path.
public enum APIRoute: String, Sendable, Hashable, CaseIterable {
    case jobs, create, recent, resumable, match
    case job, logs, deleteLogs, logStream, checkpoints, checkpoint
    case cancel, pause, resume, restart, clearCheckpoint
    case events, health, ready, metrics, openapi

    /// What is done with the path.
    public enum Method: String, Sendable, Hashable, CaseIterable {
        case get = "GET"
        case post = "POST"
        case patch = "PATCH"
        case delete = "DELETE"
    }

    /// The method.
    public var method: Method {
        switch self {
        case .create, .pause, .resume, .restart, .clearCheckpoint: .post
        case .cancel: .patch
        case .deleteLogs: .delete
        default: .get
        }
    }

    /// The path, with `:jobId` and `:sequence` for what is to be filled in.
    public var path: String {
        switch self {
        case .jobs, .create: "/api/jobs"
        case .recent: "/api/jobs/recent"
        case .resumable: "/api/jobs/resumable"
        case .match: "/api/jobs/match"
        case .job: "/api/jobs/:jobId"
        case .logs, .deleteLogs: "/api/jobs/:jobId/logs"
        case .logStream: "/api/jobs/:jobId/logs/stream"
        case .checkpoints: "/api/jobs/:jobId/checkpoints"
        case .checkpoint: "/api/jobs/:jobId/checkpoints/:sequence"
        case .cancel, .pause, .resume, .restart, .clearCheckpoint: "/api/jobs/:jobId/\(rawValue)"
        case .events: "/api/events"
        case .health, .ready, .metrics: "/\(rawValue)"
        case .openapi: "/openapi.json"
        }
    }

    /// Whether a token is needed.
    public var needsToken: Bool {
        switch self {
        case .health, .ready, .metrics, .openapi: false
        default: true
        }
    }

    /// Whether the answer is a stream of server-sent events.
    public var isStream: Bool { self == .logStream || self == .events }

    /// What it is for, a sentence.
    public var summary: String {
        switch self {
        case .jobs: "Your jobs, those of the newest activity first; with `id`, exactly those."
        case .create: "Records a job and announces it; whoever runs workers picks it up."
        case .recent: "Your jobs of the newest activity, as an array without pages."
        case .resumable: "Your paused or failed jobs that have a checkpoint, as an array."
        case .match: "The ids of your jobs that begin so, at most 10."
        case .job: "One job."
        case .logs: "The newest entries of a job's log."
        case .deleteLogs: "Deletes a job's log."
        case .logStream: "A job's log as it grows."
        case .checkpoints: "The sequences of a job's archived checkpoints."
        case .checkpoint: "An archived checkpoint."
        case .cancel: "Ends a job."
        case .pause: "Sets a running job aside."
        case .resume: "Lets a paused job go on, or a failed one from its checkpoint."
        case .restart: "Begins a failed or cancelled job anew."
        case .clearCheckpoint: "Deletes a job's checkpoint."
        case .events: "What happens to your jobs, as it happens."
        case .health: "Whether the server runs."
        case .ready: "Whether the server reaches Redis."
        case .metrics: "Counts for Prometheus."
        case .openapi: "This description."
        }
    }

    /// The parameters of the query that it takes.
    public var parameters: [APIParameter] {
        switch self {
        case .jobs: [.limit, .cursor, .state, .type, .user, .id, .detail]
        case .recent, .resumable: [.limit]
        case .match: [.prefix]
        case .job: [.detail]
        case .logs: [.limit, .level, .grep, .invert, .since, .until, .before, .structured]
        case .logStream: [.limit]
        case .events: [.watch]
        default: []
        }
    }

    /// The methods that a path knows, none where it leads nowhere.
    public static func methods(at path: some StringProtocol) -> [Method] {
        let parts = path.split(separator: "/")
        let found = allCases.filter { route in
            let pattern = route.path.split(separator: "/")
            return pattern.count == parts.count
                && zip(pattern, parts).allSatisfy { $0.hasPrefix(":") || $0.elementsEqual($1) }
        }
        return Method.allCases.filter { method in found.contains { $0.method == method } }
    }
}
