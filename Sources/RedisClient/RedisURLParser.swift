#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// Takes a URL apart; says what is wrong without quoting what might be a password.
struct RedisURLParser {
    private static let defaultPort = 6379
    private static let sentinelPort = 26379

    private enum Example: String {
        case server = "redis://localhost:6379/0"
        case socket = "unix:///run/redis/redis.sock?db=0"
        case sentinel = "redis+sentinel://sentinel-1:26379,sentinel-2:26379/mymaster?db=0"
        case cluster = "redis+cluster://node-1:6379,node-2:6379"
    }

    private var example = Example.server
    private var rest: Substring

    init(_ text: String) {
        rest = Substring(text)
    }

    mutating func parse() throws(RedisError) -> RedisURL {
        guard !rest.isEmpty else { throw bad("is empty") }
        guard rest.unicodeScalars.allSatisfy({ $0.value > 0x20 && $0.value != 0x7F }) else {
            throw bad("holds a space or a control character; write it percent-encoded, as %20")
        }
        guard let mark = rest.firstRange(of: "://") else {
            throw bad("has no scheme; it starts with redis:// or unix://")
        }
        var scheme = rest[..<mark.lowerBound].lowercased()
        rest = rest[mark.upperBound...]
        let isTLS = scheme == "rediss" || scheme.hasPrefix("rediss+")
        if isTLS { scheme = "redis" + scheme.dropFirst("rediss".count) }
        var url =
            switch scheme {
            case "redis": try parseTCP()
            case "unix": try parseUnix()
            case "redis+sentinel": try parseSentinel()
            case "redis+cluster": try parseCluster()
            default:
                throw bad(
                    "has an unknown scheme; redis://, rediss:// and unix:// are accepted, redis+sentinel://, "
                        + "rediss+sentinel://, redis+cluster:// and rediss+cluster://")
            }
        url.isTLS = isTLS
        return url
    }

    private mutating func parseTCP() throws(RedisError) -> RedisURL {
        let query = takeQuery()
        let path = cut(atFirst: "/")
        var (user, password) = try takeUserInfo()
        if user?.isEmpty == true { user = nil }
        let server = try parseEndpoint(rest, defaultPort: Self.defaultPort)
        var url = RedisURL(target: .tcp(host: server.host, port: server.port), user: user)
        url.password = password
        if let path, !path.isEmpty { url.database = try database(path) }
        if let database = try database(inQuery: query) {
            guard path?.isEmpty ?? true else { throw bad("names the database twice") }
            url.database = database
        }
        return url
    }

    private mutating func parseSentinel() throws(RedisError) -> RedisURL {
        example = .sentinel
        let query = takeQuery()
        guard let path = cut(atFirst: "/"), !path.isEmpty else {
            throw bad("does not name the primary, which the Sentinels know by a name, behind the hosts")
        }
        guard !path.contains("/") else { throw bad("has a / in the primary's name; a database is given as ?db=N") }
        let (user, password) = try takeUserInfo()
        let sentinels = try parseEndpoints(defaultPort: Self.sentinelPort)
        var url = RedisURL(
            target: .sentinel(sentinels, primary: try decoded(path)), user: user?.isEmpty == true ? nil : user)
        url.password = password
        url.database = try database(inQuery: query) ?? 0
        return url
    }

    private mutating func parseCluster() throws(RedisError) -> RedisURL {
        example = .cluster
        let query = takeQuery()
        let path = cut(atFirst: "/")
        let (user, password) = try takeUserInfo()
        let nodes = try parseEndpoints(defaultPort: Self.defaultPort)
        var number = try database(inQuery: query)
        if let path, !path.isEmpty { number = try database(path) }
        guard number ?? 0 == 0 else { throw bad("names a database, but a cluster has none but 0") }
        var url = RedisURL(target: .cluster(nodes), user: user?.isEmpty == true ? nil : user)
        url.password = password
        return url
    }

    private mutating func parseUnix() throws(RedisError) -> RedisURL {
        example = .socket
        let query = takeQuery()
        var user: String?
        var password: RedisPassword?
        if let path = cut(atFirst: "/") {
            (user, password) = try takeUserInfo()
            guard rest.isEmpty else {
                throw bad("has a host before its path; a socket is named with three slashes")
            }
            rest = "/" + path
        }
        guard rest.hasPrefix("/"), rest.count > 1 else {
            throw bad("names no absolute path of a socket")
        }
        let path = try decoded(rest)
        guard path.utf8.allSatisfy({ $0 != 0 }) else { throw bad("holds a NUL in its path") }
        let longest = MemoryLayout.size(ofValue: sockaddr_un().sun_path) - 1
        guard path.utf8.count <= longest else {
            throw bad("has a path longer than the \(longest) bytes that a socket may have")
        }
        var url = RedisURL(target: .unix(path: path), user: user?.isEmpty == true ? nil : user)
        url.password = password
        url.database = try database(inQuery: query) ?? 0
        return url
    }

    /// Takes `user:password@` off the front of the authority. The last `@` counts: passwords hold them unencoded.
    private mutating func takeUserInfo() throws(RedisError) -> (String?, RedisPassword?) {
        guard let at = rest.lastIndex(of: "@") else { return (nil, nil) }
        let info = rest[..<at]
        rest = rest[rest.index(after: at)...]
        guard let colon = info.firstIndex(of: ":") else { return (try decoded(info), nil) }
        let password = try decoded(info[info.index(after: colon)...])
        return (try decoded(info[..<colon]), password.isEmpty ? nil : RedisPassword(password))
    }

    private func parseEndpoints(defaultPort: Int) throws(RedisError) -> [RedisEndpoint] {
        var endpoints: [RedisEndpoint] = []
        for part in rest.split(separator: ",", omittingEmptySubsequences: false) {
            guard !part.isEmpty || !rest.contains(",") else {
                throw bad("has a comma that no host follows or precedes")
            }
            endpoints.append(try parseEndpoint(part, defaultPort: defaultPort))
        }
        return endpoints
    }

    private func parseEndpoint(_ rest: Substring, defaultPort: Int) throws(RedisError) -> RedisEndpoint {
        // redis:///2 is database 2 of this machine.
        if rest.isEmpty { return RedisEndpoint(host: "localhost", port: defaultPort) }
        let name: Substring
        let port: Substring?
        if rest.hasPrefix("[") {
            guard let end = rest.firstIndex(of: "]") else { throw bad("has no ] after its IPv6 address") }
            name = rest[rest.index(after: rest.startIndex)..<end]
            let after = rest[rest.index(after: end)...]
            guard after.isEmpty || after.hasPrefix(":") else { throw bad("has text between ] and the port") }
            port = after.isEmpty ? nil : after.dropFirst()
        } else if let colon = rest.firstIndex(of: ":") {
            name = rest[..<colon]
            port = rest[rest.index(after: colon)...]
            guard port?.contains(":") == false else {
                throw bad("has more than one colon in its host; an IPv6 address stands in [ ]")
            }
        } else {
            name = rest
            port = nil
        }
        let host = try decoded(name)
        guard !host.isEmpty else { throw bad("has an empty host") }
        guard host.unicodeScalars.allSatisfy({ $0.value > 0x20 && $0.value != 0x7F }) else {
            throw bad("has a space or a control character in its host")
        }
        guard let port else { return RedisEndpoint(host: host, port: defaultPort) }
        guard let number = Self.number(port), (1...65535).contains(number) else {
            throw bad("has a port that is no number from 1 to 65535")
        }
        return RedisEndpoint(host: host, port: number)
    }

    private mutating func takeQuery() -> Substring? {
        if let hash = rest.firstIndex(of: "#") { rest = rest[..<hash] }
        return cut(atFirst: "?")
    }

    private func database(inQuery query: Substring?) throws(RedisError) -> Int? {
        guard let query, !query.isEmpty else { return nil }
        guard query.hasPrefix("db="), !query.contains("&") else {
            throw bad("has a query that is not understood; only ?db=N is")
        }
        return try database(query.dropFirst("db=".count))
    }

    private func database(_ text: Substring) throws(RedisError) -> Int {
        guard let number = Self.number(text) else { throw bad("has a database that is no number from 0 up") }
        return number
    }

    private static func number(_ text: Substring) -> Int? {
        guard text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else { return nil }
        return Int(text)
    }

    private func decoded(_ text: Substring) throws(RedisError) -> String {
        guard text.utf8.contains(UInt8(ascii: "%")) else { return String(text) }
        var bytes: [UInt8] = []
        var utf8 = text.utf8[...]
        while let byte = utf8.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            let digits = utf8.prefix(2)
            guard digits.count == 2, let high = Self.hexDigit(digits.first), let low = Self.hexDigit(digits.last) else {
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

    private func bad(_ what: String) -> RedisError {
        RedisError(code: .badURL, message: "The Redis URL \(what); example: \(example.rawValue).")
    }
}
