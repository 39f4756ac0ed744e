#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// Takes a URL apart; says what is wrong without quoting what might be a password.
struct RedisURLParser {
    private static let defaultPort = 6379
    private var rest: Substring

    init(_ text: String) {
        rest = Substring(text)
    }

    mutating func parse() throws(RedisError) -> RedisURL {
        guard !rest.isEmpty else { throw Self.bad("is empty") }
        guard rest.unicodeScalars.allSatisfy({ $0.value > 0x20 && $0.value != 0x7F }) else {
            throw Self.bad("holds a space or a control character; write it percent-encoded, as %20")
        }
        guard let mark = rest.firstRange(of: "://") else {
            throw Self.bad("has no scheme; it starts with redis:// or unix://")
        }
        let scheme = rest[..<mark.lowerBound]
        rest = rest[mark.upperBound...]
        switch scheme.lowercased() {
        case "redis": return try parseTCP()
        case "unix": return try parseUnix()
        case "rediss":
            var url = try parseTCP()
            url.isTLS = true
            return url
        default: throw Self.bad("has an unknown scheme; redis://, rediss:// and unix:// are accepted")
        }
    }

    private mutating func parseTCP() throws(RedisError) -> RedisURL {
        let query = takeQuery()
        let path = cut(atFirst: "/")
        var (user, password) = try takeUserInfo()
        if user?.isEmpty == true { user = nil }
        let (host, port) = try parseHost()
        var url = RedisURL(target: .tcp(host: host, port: port), user: user)
        url.password = password
        if let path, !path.isEmpty { url.database = try Self.database(path) }
        if let database = try Self.database(inQuery: query) {
            guard path?.isEmpty ?? true else { throw Self.bad("names the database twice") }
            url.database = database
        }
        return url
    }

    private mutating func parseUnix() throws(RedisError) -> RedisURL {
        let query = takeQuery()
        var user: String?
        var password: RedisPassword?
        if let path = cut(atFirst: "/") {
            (user, password) = try takeUserInfo()
            guard rest.isEmpty else {
                throw Self.bad("has a host before its path; a socket is named with three slashes", unix: true)
            }
            rest = "/" + path
        }
        guard rest.hasPrefix("/"), rest.count > 1 else {
            throw Self.bad("names no absolute path of a socket", unix: true)
        }
        let path = try Self.decoded(rest)
        guard path.utf8.allSatisfy({ $0 != 0 }) else { throw Self.bad("holds a NUL in its path", unix: true) }
        let longest = MemoryLayout.size(ofValue: sockaddr_un().sun_path) - 1
        guard path.utf8.count <= longest else {
            throw Self.bad("has a path longer than the \(longest) bytes that a socket may have", unix: true)
        }
        var url = RedisURL(target: .unix(path: path), user: user?.isEmpty == true ? nil : user)
        url.password = password
        url.database = try Self.database(inQuery: query) ?? 0
        return url
    }

    /// Takes `user:password@` off the front of the authority. The last `@` counts: passwords hold them unencoded.
    private mutating func takeUserInfo() throws(RedisError) -> (String?, RedisPassword?) {
        guard let at = rest.lastIndex(of: "@") else { return (nil, nil) }
        let info = rest[..<at]
        rest = rest[rest.index(after: at)...]
        guard let colon = info.firstIndex(of: ":") else { return (try Self.decoded(info), nil) }
        let password = try Self.decoded(info[info.index(after: colon)...])
        return (try Self.decoded(info[..<colon]), password.isEmpty ? nil : RedisPassword(password))
    }

    private mutating func parseHost() throws(RedisError) -> (String, Int) {
        // redis:///2 is database 2 of this machine.
        if rest.isEmpty { return ("localhost", Self.defaultPort) }
        let name: Substring
        let port: Substring?
        if rest.hasPrefix("[") {
            guard let end = rest.firstIndex(of: "]") else { throw Self.bad("has no ] after its IPv6 address") }
            name = rest[rest.index(after: rest.startIndex)..<end]
            let after = rest[rest.index(after: end)...]
            guard after.isEmpty || after.hasPrefix(":") else { throw Self.bad("has text between ] and the port") }
            port = after.isEmpty ? nil : after.dropFirst()
        } else if let colon = rest.firstIndex(of: ":") {
            name = rest[..<colon]
            port = rest[rest.index(after: colon)...]
            guard port?.contains(":") == false else {
                throw Self.bad("has more than one colon in its host; an IPv6 address stands in [ ]")
            }
        } else {
            name = rest
            port = nil
        }
        let host = try Self.decoded(name)
        guard !host.isEmpty else { throw Self.bad("has an empty host") }
        guard host.unicodeScalars.allSatisfy({ $0.value > 0x20 && $0.value != 0x7F }) else {
            throw Self.bad("has a space or a control character in its host")
        }
        guard let port else { return (host, Self.defaultPort) }
        guard let number = Self.number(port), (1...65535).contains(number) else {
            throw Self.bad("has a port that is no number from 1 to 65535")
        }
        return (host, number)
    }

    private mutating func takeQuery() -> Substring? {
        if let hash = rest.firstIndex(of: "#") { rest = rest[..<hash] }
        return cut(atFirst: "?")
    }

    private static func database(inQuery query: Substring?) throws(RedisError) -> Int? {
        guard let query, !query.isEmpty else { return nil }
        guard query.hasPrefix("db="), !query.contains("&") else {
            throw bad("has a query that is not understood; only ?db=N is")
        }
        return try database(query.dropFirst("db=".count))
    }

    private static func database(_ text: Substring) throws(RedisError) -> Int {
        guard let number = number(text) else { throw bad("has a database that is no number from 0 up") }
        return number
    }

    private static func number(_ text: Substring) -> Int? {
        guard text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else { return nil }
        return Int(text)
    }

    private static func decoded(_ text: Substring) throws(RedisError) -> String {
        guard text.utf8.contains(UInt8(ascii: "%")) else { return String(text) }
        var bytes: [UInt8] = []
        var utf8 = text.utf8[...]
        while let byte = utf8.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            let digits = utf8.prefix(2)
            guard digits.count == 2, let high = hexDigit(digits.first), let low = hexDigit(digits.last) else {
                throw bad("has a % that two hexadecimal digits do not follow; a % itself is written %25")
            }
            bytes.append(high << 4 | low)
            utf8 = utf8.dropFirst(2)
        }
        guard let decoded = String(validating: bytes, as: UTF8.self) else {
            throw bad("has percent-encoded bytes that are no UTF-8")
        }
        return decoded
    }

    private static func hexDigit(_ byte: UInt8?) -> UInt8? {
        byte.flatMap { Character(Unicode.Scalar($0)).hexDigitValue }.map { UInt8($0) }
    }

    /// Cuts the rest at the first `separator` and returns what stood behind it.
    private mutating func cut(atFirst separator: Character) -> Substring? {
        guard let index = rest.firstIndex(of: separator) else { return nil }
        defer { rest = rest[..<index] }
        return rest[rest.index(after: index)...]
    }

    private static func bad(_ what: String, unix: Bool = false) -> RedisError {
        let example = unix ? "unix:///run/redis/redis.sock?db=0" : "redis://localhost:6379/0"
        return RedisError(code: .badURL, message: "The Redis URL \(what); example: \(example).")
    }
}
