/// A request of the API.
struct HTTPCall: Sendable {
    typealias Method = APIRoute.Method

    var method = Method.get
    /// The path below the API's address, percent-encoded.
    var path: String
    var query: [(name: String, value: String)] = []
    /// JSON; empty for none.
    var body: [UInt8] = []
    /// Where a stream is to go on; nil for one from now on, or for no stream.
    var lastEventID: String?
    /// Whether a stream of events is wanted.
    var isStream = false
    /// Whether the token goes with it.
    var isAuthorized = true

    init(_ method: Method = .get, _ path: String, query: [(name: String, value: String?)] = []) {
        self.method = method
        self.path = path
        self.query = query.compactMap { pair in pair.value.map { (pair.name, $0) } }
    }

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

extension APIRoute.Method {
    /// Whether doing it twice is the same as doing it once.
    var isSafe: Bool { self == .get }
}

/// An answer of the API.
struct HTTPAnswer: Sendable {
    var status: Int
    /// How long the server asks to wait; nil where it does not say.
    var retryAfter: Duration?
    var contentType: String?
    var body: [UInt8] = []
}
