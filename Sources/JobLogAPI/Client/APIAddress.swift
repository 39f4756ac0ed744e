import JobLogCore

/// Where an HTTP API is: `https://host[:port][/path]`, or `http://` on this machine.
public struct APIAddress: Sendable, Hashable, CustomStringConvertible {
    /// Whether TLS is spoken.
    public let isTLS: Bool
    /// The host's name or address, without brackets.
    public let host: String
    /// The port.
    public let port: Int
    /// What stands before every route: empty, or text that begins with `/` and does not end so.
    public let path: String

    /// Reads an address.
    ///
    /// - Parameters:
    ///   - text: the address, as people write it.
    ///   - allowsClearText: whether a token may go to another machine without TLS, where everyone in between can read it.
    /// - Throws: ``APIClientError/Code/badAddress`` with what is wrong.
    public init(_ text: String, allowsClearText: Bool = false) throws(APIClientError) {
        func refuse(_ why: String) -> APIClientError {
            APIClientError(.badAddress, "The API's address \(Self.shown(text)) cannot be used: \(why).")
        }
        guard text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            throw refuse("it holds blanks, or letters that an address has not; write them as %XX or in Punycode")
        }
        var rest = text[...]
        if let scheme = Self.taking("https://", from: &rest) {
            isTLS = scheme
        } else if Self.taking("http://", from: &rest) != nil {
            isTLS = false
        } else {
            throw refuse("it begins neither with https:// nor with http://")
        }
        guard !rest.contains(where: { $0 == "?" || $0 == "#" }) else { throw refuse("it has a query or a fragment") }
        let end = rest.firstIndex(of: "/") ?? rest.endIndex
        let authority = rest[..<end]
        guard !authority.contains("@") else { throw refuse("a token belongs in JOBLOG_TOKEN or in a token file") }
        guard let (host, port) = Self.split(authority) else {
            throw refuse("the host, or the port behind it, cannot be understood")
        }
        self.host = host
        let number = port.map { Int($0) ?? 0 } ?? (isTLS ? 443 : 80)
        guard (1...65_535).contains(number) else {
            throw refuse("a port is a number from 1 to 65535")
        }
        self.port = number
        var path = rest[end...]
        while path.last == "/" { path.removeLast() }
        self.path = String(path)
        guard isTLS || allowsClearText || Self.isLoopback(host) else {
            throw refuse(
                "without TLS everyone between here and \(host) could read the token; use https://, or allow it by "
                    + "--insecure-api")
        }
    }

    /// The address without what says nothing, for people.
    public var description: String {
        let shownHost = host.contains(":") ? "[\(host)]" : host
        let isUsual = port == (isTLS ? 443 : 80)
        return "\(isTLS ? "https" : "http")://\(shownHost)\(isUsual ? "" : ":\(port)")\(path)"
    }

    /// What a request names as its host.
    var authority: String { String(description.dropFirst(isTLS ? 8 : 7).prefix { $0 != "/" }) }

    private static func taking(_ prefix: String, from text: inout Substring) -> Bool? {
        guard text.lowercased().hasPrefix(prefix) else { return nil }
        text = text.dropFirst(prefix.count)
        return true
    }

    private static func split(_ authority: Substring) -> (host: String, port: Substring?)? {
        if authority.first == "[" {
            guard let end = authority.firstIndex(of: "]") else { return nil }
            let host = authority[authority.index(after: authority.startIndex)..<end]
            let rest = authority[authority.index(after: end)...]
            guard host.contains(":"), host.allSatisfy({ $0.isHexDigit || ":.%".contains($0) }) else { return nil }
            guard !rest.isEmpty else { return (String(host), nil) }
            return rest.first == ":" ? (String(host), rest.dropFirst()) : nil
        }
        let parts = authority.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count <= 2, let host = parts.first, !host.isEmpty,
            host.allSatisfy({ $0.isLetter || $0.isNumber || "-._~%".contains($0) })
        else { return nil }
        return (String(host), parts.count == 2 ? parts[1] : nil)
    }

    /// Whether nothing that goes there leaves this machine.
    private static func isLoopback(_ host: String) -> Bool {
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        let isIPv4 = parts.count == 4 && parts.allSatisfy { UInt8($0) != nil } && parts[0] == "127"
        return isIPv4 || host == "::1" || host.lowercased() == "localhost"
    }

    /// The address without what may be a password.
    private static func shown(_ text: String) -> String {
        guard let at = text.lastIndex(of: "@") else { return text }
        let start = text.firstRange(of: "://")?.upperBound ?? text.startIndex
        return start <= at ? text[..<start] + "…" + text[at...] : "…" + text[at...]
    }
}
