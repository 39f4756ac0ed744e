import JobLogCore

/// Where events go and with which key: `https://PUBLIC[:SECRET]@HOST[:PORT][/PATH]/PROJECT`.
///
/// The key is never printed.
public struct SentryDSN: Sendable, Hashable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// `https` or `http`.
    public let scheme: String
    /// The host's name or address; an IPv6 address without its brackets.
    public let host: String
    /// The port, where it is not the scheme's own.
    public let port: Int?
    /// What stands between host and project, without a slash at its end; usually empty.
    public let path: String
    /// The number of the project.
    public let project: String
    let publicKey: String
    let secretKey: String?

    /// Reads a DSN; spaces around it are ignored.
    ///
    /// - Throws: ``SentryError`` with a sentence that names what is wrong, and quotes nothing of the DSN.
    public init(parsing text: String) throws(SentryError) {
        var rest = text[...]
        while let first = rest.first, first.isWhitespace { rest.removeFirst() }
        while let last = rest.last, last.isWhitespace { rest.removeLast() }
        guard rest.unicodeScalars.allSatisfy({ $0.value > 0x20 && $0.value != 0x7F }) else {
            throw Self.bad(.dsnCharacters, "holds a space or a control character")
        }
        guard let mark = rest.firstRange(of: "://") else {
            throw Self.bad(.dsnScheme, "has no scheme; it begins with https:// or http://")
        }
        scheme = rest[..<mark.lowerBound].lowercased()
        guard scheme == "https" || scheme == "http" else {
            throw Self.bad(.dsnScheme, "has an unknown scheme; https:// and http:// are accepted")
        }
        rest = rest[mark.upperBound...]
        guard !rest.contains("?"), !rest.contains("#") else {
            throw Self.bad(.dsnQuery, "goes on with ? or # behind the project")
        }
        guard let at = rest.lastIndex(of: "@") else {
            throw Self.bad(.dsnNoKey, "has no key; the public key stands in front of an @")
        }
        (publicKey, secretKey) = try Self.keys(rest[..<at])
        rest = rest[rest.index(after: at)...]
        let slash = rest.firstIndex(of: "/") ?? rest.endIndex
        (host, port) = try Self.address(rest[..<slash])
        (path, project) = try Self.project(rest[slash...])
    }

    /// The DSN without its keys.
    public var description: String { "\(origin)\(path)/\(project)" }

    /// The DSN without its keys.
    public var debugDescription: String { description }

    /// Shows the DSN without its keys.
    public var customMirror: Mirror { Mirror(self, children: ["dsn": description]) }

    /// Where envelopes are posted.
    var endpoint: String { "\(origin)\(path)/api/\(project)/envelope/" }

    /// The DSN as an envelope's header has it, without the secret key.
    var full: String { "\(scheme)://\(publicKey)@\(authority)\(path)/\(project)" }

    /// The value of `X-Sentry-Auth`.
    var authorization: String {
        let secret = secretKey.map { ", sentry_secret=\($0)" } ?? ""
        return "Sentry sentry_version=7, sentry_client=\(SentrySDK.name)/\(SentrySDK.version), "
            + "sentry_key=\(publicKey)\(secret)"
    }

    private var origin: String { "\(scheme)://\(authority)" }

    private var authority: String {
        let name = host.utf8.contains(UInt8(ascii: ":")) ? "[\(host)]" : host
        return port.map { "\(name):\($0)" } ?? name
    }

    // MARK: - Parts

    private static func keys(_ text: Substring) throws(SentryError) -> (String, String?) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard let first = parts.first, !first.isEmpty else {
            throw bad(.dsnNoKey, "has an empty key; the public key stands in front of an @")
        }
        guard parts.count <= 2, parts.allSatisfy({ $0.utf8.allSatisfy(isKey) }) else {
            throw bad(.dsnKey, "has a key with other characters than letters, digits, - and _")
        }
        return (String(first), parts.count == 2 && !parts[1].isEmpty ? String(parts[1]) : nil)
    }

    private static func address(_ text: Substring) throws(SentryError) -> (String, Int?) {
        var name = text
        var port: Substring?
        if text.hasPrefix("[") {
            guard let end = text.firstIndex(of: "]") else {
                throw bad(.dsnHost, "has no ] after its IPv6 address")
            }
            name = text[text.index(after: text.startIndex)..<end]
            let after = text[text.index(after: end)...]
            guard after.isEmpty || after.hasPrefix(":") else {
                throw bad(.dsnPort, "has text between ] and the port")
            }
            port = after.isEmpty ? nil : after.dropFirst()
            guard !name.isEmpty, name.utf8.allSatisfy({ ASCII.isHex($0) || $0 == 0x3A || $0 == 0x2E }) else {
                throw bad(.dsnHost, "has no IPv6 address between [ and ]")
            }
        } else {
            if let colon = text.firstIndex(of: ":") {
                name = text[..<colon]
                port = text[text.index(after: colon)...]
            }
            guard !name.isEmpty else { throw bad(.dsnHost, "has no host behind the @") }
            guard name.utf8.allSatisfy({ isKey($0) || $0 == UInt8(ascii: ".") }) else {
                throw bad(.dsnHost, "has a host with other characters than letters, digits, . and -")
            }
        }
        guard let port else { return (String(name), nil) }
        guard port.utf8.allSatisfy(ASCII.isDigit), let number = Int(port), (1...65535).contains(number) else {
            throw bad(.dsnPort, "has a port that is no number from 1 to 65535")
        }
        return (String(name), number)
    }

    private static func project(_ text: Substring) throws(SentryError) -> (String, String) {
        var text = text
        if text.hasSuffix("/") { text.removeLast() }
        guard let slash = text.lastIndex(of: "/") else {
            throw bad(.dsnNoProject, "names no project; its number is the last part")
        }
        let project = text[text.index(after: slash)...]
        guard !project.isEmpty else { throw bad(.dsnNoProject, "names no project; its number is the last part") }
        guard project.utf8.allSatisfy(ASCII.isDigit) else {
            throw bad(.dsnProject, "has a project that is no number")
        }
        let path = text[..<slash]
        guard path.utf8.allSatisfy({ isKey($0) || $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: ".") }) else {
            throw bad(.dsnProject, "has a path with other characters than letters, digits, ., -, _ and /")
        }
        return (String(path), String(project))
    }

    private static func isKey(_ byte: UInt8) -> Bool {
        ASCII.isAlphanumeric(byte) || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_")
    }

    private static func bad(_ code: SentryError.Code, _ what: String) -> SentryError {
        SentryError(code, "The Sentry DSN \(what); example: https://KEY@o1.ingest.sentry.io/42.")
    }
}
