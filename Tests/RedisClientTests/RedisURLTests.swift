import RedisClient
import Testing

@Suite struct RedisURLTests {
    struct Good: Sendable, CustomTestStringConvertible {
        let text: String
        let description: String
        var user: String?
        var hasPassword = false
        var testDescription: String { text }
    }

    @Test(arguments: [
        Good(text: "redis://localhost", description: "redis://localhost:6379/0"),
        Good(text: "redis://cache.prod:6380/3", description: "redis://cache.prod:6380/3"),
        Good(text: "REDIS://h", description: "redis://h:6379/0"),
        Good(text: "redis://h/", description: "redis://h:6379/0"),
        Good(text: "redis:///2", description: "redis://localhost:6379/2"),
        Good(text: "redis://", description: "redis://localhost:6379/0"),
        Good(text: "redis://h?db=4", description: "redis://h:6379/4"),
        Good(text: "redis://[::1]:6380/1", description: "redis://[::1]:6380/1"),
        Good(text: "redis://[fe80::1%25eth0]", description: "redis://[fe80::1%eth0]:6379/0"),
        Good(text: "redis://me@h", description: "redis://h:6379/0", user: "me"),
        Good(text: "redis://:secret@h", description: "redis://h:6379/0", hasPassword: true),
        Good(text: "redis://me:secret@h:1/2", description: "redis://h:1/2", user: "me", hasPassword: true),
        Good(text: "redis://m%40e:s%2F%3Ae@h", description: "redis://h:6379/0", user: "m@e", hasPassword: true),
        Good(text: "redis://me:p@ss@h", description: "redis://h:6379/0", user: "me", hasPassword: true),
        Good(text: "redis://me:@h", description: "redis://h:6379/0", user: "me"),
        Good(text: "rediss://me:secret@h/2", description: "rediss://h:6379/2", user: "me", hasPassword: true),
        Good(text: "unix:///run/r.sock", description: "unix:///run/r.sock?db=0"),
        Good(text: "unix:///run/a%20b.sock?db=7", description: "unix:///run/a b.sock?db=7"),
        Good(text: "unix://me:secret@/r.sock", description: "unix:///r.sock?db=0", user: "me", hasPassword: true),
        Good(text: "redis+sentinel://a/main", description: "redis+sentinel://a:26379/main?db=0"),
        Good(
            text: "rediss+sentinel://me:p,w@a:1,[::1],c:2/my%20main?db=3",
            description: "rediss+sentinel://a:1,[::1]:26379,c:2/my main?db=3", user: "me", hasPassword: true),
        Good(text: "redis+cluster://a,b:7001", description: "redis+cluster://a:6379,b:7001"),
        Good(
            text: "rediss+cluster://:secret@a:7000/0", description: "rediss+cluster://a:7000", hasPassword: true),
    ])
    func good(_ good: Good) throws {
        let url = try RedisURL(parsing: good.text)
        #expect(url.description == good.description)
        #expect(url.user == good.user)
        #expect(url.hasPassword == good.hasPassword)
    }

    @Test func targetsAreTakenApart() throws {
        #expect(try RedisURL(parsing: "redis://[::1]:6380").target == .tcp(host: "::1", port: 6380))
        #expect(try RedisURL(parsing: "rediss://h").isTLS && !RedisURL(parsing: "redis://h").isTLS)
        #expect(try RedisURL(parsing: "unix:///a%2Fb").target == .unix(path: "/a/b"))
        let hosts = [RedisEndpoint(host: "a", port: 26379), RedisEndpoint(host: "::1", port: 5)]
        #expect(try RedisURL(parsing: "redis+sentinel://a,[::1]:5/m").target == .sentinel(hosts, primary: "m"))
        #expect(try RedisURL(parsing: "rediss+sentinel://a/m").isTLS)
        #expect(
            try RedisURL(parsing: "redis+cluster://a:1").target == .cluster([RedisEndpoint(host: "a", port: 1)]))
    }

    @Test(arguments: [
        ("", "is empty"),
        ("localhost:6379", "no scheme"),
        ("http://h", "redis://, rediss:// and unix:// are accepted"),
        ("rediss://h:x", "from 1 to 65535"),
        ("redis://h:0", "from 1 to 65535"),
        ("redis://h:65536", "from 1 to 65535"),
        ("redis://h:", "from 1 to 65535"),
        ("redis://h:+5", "from 1 to 65535"),
        ("redis://h:abc", "from 1 to 65535"),
        ("redis://h/-1", "from 0 up"),
        ("redis://h/x", "from 0 up"),
        ("redis://h/1/2", "from 0 up"),
        ("redis://h/99999999999999999999", "from 0 up"),
        ("redis://h/1?db=2", "twice"),
        ("redis://h?timeout=2", "only ?db=N"),
        ("redis://a b", "%20"),
        ("redis://a\nb", "control character"),
        ("redis://a%0Ab", "control character"),
        ("redis://:6379", "empty host"),
        ("redis://me@:6379", "empty host"),
        ("redis://::1", "[ ]"),
        ("redis://[::1", "no ]"),
        ("redis://[::1]x", "between ]"),
        ("redis://h%zz", "%25"),
        ("redis://h%e", "%25"),
        ("redis://%ff", "no UTF-8"),
        ("unix://run/r.sock", "three slashes"),
        ("unix://", "absolute path"),
        ("unix:///", "absolute path"),
        ("unix:///a%00b", "NUL"),
        ("redis+tls://h", "redis+sentinel://"),
        ("redis+sentinel://a,b", "name the primary"),
        ("redis+sentinel://a/", "name the primary"),
        ("redis+sentinel://a/m/0", "?db=N"),
        ("redis+sentinel://a,,b/m", "comma"),
        ("redis+sentinel://a,/m", "comma"),
        ("redis+sentinel://a:0,b/m", "from 1 to 65535"),
        ("redis+sentinel://a/m?db=x", "from 0 up"),
        ("redis+cluster://a/3", "none but 0"),
        ("redis+cluster://a?db=3", "none but 0"),
        ("redis+cluster://a,:1", "empty host"),
        ("unix:///r.sock?db=-1", "from 0 up"),
        ("unix:///\(String(repeating: "a", count: 200))", "longer than"),
    ])
    func bad(_ text: String, _ reason: String) {
        let error = #expect(throws: RedisError.self) { try RedisURL(parsing: text) }
        #expect(error?.code == .badURL)
        #expect(error?.message.contains(reason) == true, "\(error?.message ?? "")")
        #expect(error?.message.contains("example: ") == true)
    }

    /// Wherever a slip of the pen puts the password, it is not repeated.
    @Test(arguments: [
        "redis://:hunter2", "redis://me:hunter2", "redis://:hunter2/x@host", "redis://me:hun ter2@host", "hunter2",
        "redis://h?password=hunter2", "redis://:hunter2@h:port", "unix://:hunter2@host/x", "redis://h/hunter2",
    ])
    func errorsNeverQuote(_ text: String) {
        let error = #expect(throws: RedisError.self) { try RedisURL(parsing: text) }
        var dumped = ""
        dump(error, to: &dumped)
        #expect(!dumped.contains("hunter2") && !dumped.contains("ter2"))
    }

    @Test func passwordIsNeverPrinted() throws {
        let url = try RedisURL(parsing: "redis://me:hunter2@h")
        let configuration = RedisConfiguration(url: url)
        #expect(configuration.password == RedisPassword("hunter2"))
        var printed = "\(url) \(configuration) \(String(reflecting: url)) \(String(reflecting: configuration))"
        dump(url, to: &printed)
        dump(configuration, to: &printed)
        dump(RedisCommand("AUTH", "hunter2"), to: &printed)
        #expect(!printed.contains("hunter2"))
        #expect(printed.contains("<redacted>"))
        #expect(!printed.contains("104"), "nor as the numbers of its bytes")
    }
}
