import RedisClient

/// The smallest ACL rules with which a role works.
public struct AccessRules: Sendable {
    /// Whom they are for.
    public let role: AccessRole
    /// The patterns of keys and channels: `~job:logs:*`, `&job:event:*`.
    public let objects: [[UInt8]]
    /// The commands: `+lrange`.
    public let commands: [String]

    /// The rules of a role.
    ///
    /// - Parameters:
    ///   - role: whom they are for.
    ///   - keys: the names of the keys.
    ///   - url: where Redis is: what its user needs besides depends on that.
    public init(
        _ role: AccessRole, keys: JobKeys = JobKeys(),
        url: RedisURL = RedisURL(target: .tcp(host: "localhost", port: 6379))
    ) {
        self.role = role
        let rights = AccessRight.all.filter { $0.isInRules(of: role, at: url) }
        let touched = Set(rights.flatMap { $0.use(of: role)?.objects ?? [] })
        var objects: [[UInt8]] = []
        for object in AccessObject.allCases where touched.contains(object) {
            let rule = object.rule(keys)
            if !objects.contains(rule) { objects.append(rule) }
        }
        self.objects = objects
        commands = rights.map { "+" + $0.name }
    }

    /// All words behind the user's name; `reset` takes away what the user could do before.
    public func words(password: String = "CHANGE-ME") -> [[UInt8]] {
        ["reset", "on", ">" + password].map { Array($0.utf8) } + objects + commands.map { Array($0.utf8) }
    }

    /// The command that makes the user, as `redis-cli` takes it.
    public var command: String {
        (["ACL", "SETUSER", role.userName].map { Array($0.utf8) } + words()).map(Self.quoted).joined(separator: " ")
    }

    /// A word as `redis-cli` reads it: in quotes where it is not plain.
    private static func quoted(_ word: [UInt8]) -> String {
        let isPlain = word.allSatisfy { (0x21...0x7E).contains($0) && !Array(#""'\"#.utf8).contains($0) }
        guard !isPlain else { return String(decoding: word, as: UTF8.self) }
        let digits = Array("0123456789abcdef")
        return word.reduce(into: "\"") { text, byte in
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): text += "\\" + String(UnicodeScalar(byte))
            case 0x20...0x7E: text.unicodeScalars.append(UnicodeScalar(byte))
            default: text += "\\x" + [digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        } + "\""
    }
}
