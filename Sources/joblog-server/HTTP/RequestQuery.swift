import HTTPTypes
import Hummingbird
import JobLogAPI
import JobLogCore

/// The query of a request: names that the route knows, each at most once unless it may be repeated.
struct RequestQuery: Sendable {
    private let values: [String: [String]]

    /// - Throws: ``APIError`` 400 for a name that the route does not know, one that stands twice, and text that is none.
    init(_ request: Request, knows names: Set<String>, repeated: Set<String> = []) throws {
        var values: [String: [String]] = [:]
        for part in (request.uri.query ?? "").split(separator: "&") {
            let pair = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = PercentCoding.decode(pair[0], plusIsSpace: true),
                let value = PercentCoding.decode(pair.count > 1 ? pair[1] : "", plusIsSpace: true)
            else { throw APIError(status: 400, message: "The query is not percent-encoded UTF-8.") }
            guard names.contains(name) || repeated.contains(name) else {
                throw APIError(
                    status: 400,
                    message: "The query knows no \(TerminalText.line(name)); it knows "
                        + "\(names.union(repeated).sorted().joined(separator: ", ")).")
            }
            values[name, default: []].append(value)
            guard values[name]?.count == 1 || repeated.contains(name) else {
                throw APIError(status: 400, message: "\(name) stands twice in the query.")
            }
        }
        self.values = values
    }

    /// The value of a name; nil where it is missing or empty.
    subscript(name: String) -> String? { values[name]?.first.flatMap { $0.isEmpty ? nil : $0 } }

    /// All values of a name that may be repeated.
    private func all(_ name: String) -> [String] { values[name] ?? [] }

    /// The ids of a name that may be repeated, at most `most`; the error says what more of them cannot be.
    func ids(_ name: String, most: Int, cannotBe what: String) throws -> [JobID] {
        let texts = all(name)
        guard texts.count <= most else {
            throw APIError(status: 400, message: "At most \(most) jobs can be \(what).")
        }
        return try texts.map { text in
            guard let id = JobID(argument: text), !id.isEmpty else {
                throw APIError(status: 400, message: "\(name) takes a job's id, not \(TerminalText.line(text)).")
            }
            return id
        }
    }

    /// Whether a switch is on: `1` or `true`.
    func flag(_ name: String) throws -> Bool {
        switch self[name] {
        case nil, "0", "false": false
        case "1", "true": true
        case .some(let value):
            throw APIError(status: 400, message: "\(name) takes 1 or 0, not \(TerminalText.line(value)).")
        }
    }

    /// A number of at least 1; where it is more than `most`, that is what is given.
    func count(_ name: String, unlessGiven count: Int, most: Int) throws -> Int {
        guard let text = self[name] else { return count }
        guard let number = Int(text), number >= 1 else {
            throw APIError(
                status: 400, message: "\(name) takes a number of at least 1, not \(TerminalText.line(text)).")
        }
        return min(number, most)
    }
}

/// Percent-encoding as it is in paths and queries.
enum PercentCoding {
    /// The text; nil where the encoding is broken or the bytes are no UTF-8.
    static func decode(_ text: some StringProtocol, plusIsSpace: Bool = false) -> String? {
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "%"):
                let digits = rest.prefix(2)
                guard digits.count == 2, let text = String(validating: digits, as: UTF8.self),
                    text.allSatisfy(\.isHexDigit), let value = UInt8(text, radix: 16)
                else { return nil }
                bytes.append(value)
                rest = rest.dropFirst(2)
            case UInt8(ascii: "+") where plusIsSpace: bytes.append(UInt8(ascii: " "))
            default: bytes.append(byte)
            }
        }
        return String(validating: bytes, as: UTF8.self)
    }
}
