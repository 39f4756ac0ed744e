import JobLogCore

/// A request of the API.
struct HTTPCall: Sendable {
    let route: APIRoute
    /// The path below the API's address, percent-encoded.
    var path: String
    var query: [(name: String, value: String)] = []
    /// JSON; empty for none.
    var body: [UInt8] = []
    /// Where a stream is to go on; nil for one from now on, or for no stream.
    var lastEventID: String?

    /// A request of a route; its path is the route's with what is to be filled in.
    init(_ route: APIRoute, _ job: JobID? = nil, sequence: Int? = nil, query: [(name: String, value: String?)] = []) {
        self.route = route
        path = route.path(job: job, sequence: sequence)
        self.query = query.compactMap { pair in pair.value.map { (pair.name, $0) } }
    }

    /// Whether doing it twice is the same as doing it once.
    var isSafe: Bool { route.method == .get }

    /// Whether it asks for something that a job's state may not allow.
    var isAction: Bool { !isSafe && route != .create }

    /// Path and query.
    var target: String {
        guard !query.isEmpty else { return path }
        return path + "?"
            + query.map { "\(Self.encoded($0.name.utf8))=\(Self.encoded($0.value.utf8))" }.joined(separator: "&")
    }

    /// Bytes as they may stand in a path or a query: all but letters, digits and `-._~` as `%XX`.
    static func encoded(_ bytes: some Sequence<UInt8>) -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        var text: [UInt8] = []
        for byte in bytes {
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F, 0x7E: text.append(byte)
            default: text += [0x25, digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: text, as: UTF8.self)
    }
}

extension APIRoute {
    /// Words that stand where an id does: a job that is called so is named in the other way.
    private static let words = Set(
        allCases.compactMap { route -> Substring? in
            let parts = route.path.split(separator: "/")
            return parts.count == 3 && !parts[2].hasPrefix(":") ? parts[2] : nil
        })

    /// The path with a job and a sequence, percent-encoded.
    func path(job: JobID?, sequence: Int?) -> String {
        path.split(separator: "/").reduce(into: "") { path, part in
            path += "/"
            switch part {
            case ":jobId": path += job.map(Self.name) ?? ""
            case ":sequence": path += sequence.map { "\($0)" } ?? ""
            default: path += part
            }
        }
    }

    private static func name(_ id: JobID) -> String {
        HTTPCall.encoded((words.contains(id.argument[...]) ? "base64:\(id.base64)" : id.argument).utf8)
    }
}

/// An answer of the API.
struct HTTPAnswer: Sendable {
    var status: Int
    /// How long the server asks to wait; nil where it does not say.
    var retryAfter: Duration?
    var contentType: String?
    var body: [UInt8] = []
}
