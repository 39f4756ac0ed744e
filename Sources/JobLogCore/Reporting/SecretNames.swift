/// Which names mean a secret: `db_password`, `X-Api-Key`, `refreshToken`, and neither `tokens: 512` nor `keyboard`.
struct SecretNames: Sendable {
    /// Words that mean a secret wherever they stand in a name.
    private static let words: Set<String> = [
        "password", "passwords", "passwd", "passwds", "pwd", "passphrase", "passphrases", "passcode", "passcodes",
        "secret", "secrets", "token", "tokens", "authorization", "auth", "cookie", "cookies", "credential",
        "credentials", "creds", "session", "sessions", "sid", "dsn", "jwt", "jwts", "bearer", "csrf", "xsrf", "apikey",
        "apikeys", "otp", "totp",
    ]
    /// Words that make the word `key` or `keys` after them a secret.
    private static let kindsOfKeys: Set<String> = [
        "api", "private", "access", "secret", "encryption", "signing", "auth", "account", "master", "ssh",
        "subscription", "hmac",
    ]
    /// Words that make the word `pass` after them a secret; alone it may be the pass of a compiler.
    private static let ownersOfPasses: Set<String> = [
        "db", "database", "redis", "user", "smtp", "mail", "email", "ftp", "mysql", "postgres", "pg", "sql", "http",
        "proxy", "admin", "root", "ldap",
    ]
    /// Endings of words that are written in one: `dbpassword`, `clientsecret`.
    private static let endings = [
        "password", "passwd", "passphrase", "secret", "token", "apikey", "privatekey", "accesskey", "secretkey",
        "cookie", "credential", "credentials", "authorization", "sessionid", "sessionkey", "accesskeyid",
    ]
    /// Last words of a name that speaks about a secret and does not hold it: `tokenType`, `session_count`.
    private static let about: Set<String> = [
        "count", "counts", "limit", "limits", "type", "types", "name", "expires", "expiry", "expiration", "at", "ttl",
        "duration", "length", "len", "size", "age", "policy", "rate", "usage", "used", "budget", "remaining", "total",
        "max", "min", "enabled", "required", "present", "valid", "status", "state", "index", "number", "cost", "price",
        "ms", "seconds", "minutes", "version", "per", "in",
    ]
    /// Words before the secret's word that make it a number of things: `maxTokens`, `total_tokens`.
    private static let counting: Set<String> = [
        "max", "min", "total", "num", "number", "count", "prompt", "completion", "input", "output", "reasoning", "used",
        "remaining", "active", "cached",
    ]

    private let additional: Set<String>

    init(additional: [String]) {
        self.additional = Set(additional.map { Self.split($0).joined() }).subtracting([""])
    }

    /// Whether `value`, nil for an array or object, is a secret because of its name.
    func isSecret(_ name: String, value: String?) -> Bool {
        // A name is a few words; what is longer is text.
        guard name.utf8.count <= 256 else { return false }
        let words = Self.split(name)
        guard !words.isEmpty else { return false }
        if !additional.isEmpty, additional.contains(words.joined()) { return true }
        guard let word = Self.secretWord(words) else {
            return words == ["key"] && value.map(Self.looksLikeKey) == true
        }
        if let last = words.last, words.count > 1, Self.about.contains(last) { return false }
        guard let value, Self.isNumber(value) else { return true }
        return !Self.isPlural(word) && words != ["pass"] && !Self.counting.contains(words[0])
    }

    /// Whether the name holds one of the words that are a secret even when the value is a plain word.
    static func isPassword(_ name: String) -> Bool {
        split(name).contains { word in
            ["pass", "pwd", "creds"].contains(word)
                || ["password", "passwd", "passphrase", "passcode", "secret", "apikey"].contains { word.hasSuffix($0) }
        }
    }

    /// Whether the name is that of a header whose value goes on to the end of the line.
    static func isHeader(_ name: String) -> Bool {
        ["authorization", "proxyauthorization", "cookie", "setcookie"].contains(split(name).joined())
    }

    /// The word of a name that means a secret; nil when none does.
    private static func secretWord(_ words: [String]) -> String? {
        for (index, word) in words.enumerated() {
            if self.words.contains(word) || endings.contains(where: { word.hasSuffix($0) }) { return word }
            if word.hasPrefix("password"), word != "passwordless" { return word }
            guard index > 0 else { continue }
            if word == "key" || word == "keys", kindsOfKeys.contains(words[index - 1]) { return word }
            if word == "pass", ownersOfPasses.contains(words[index - 1]) { return word }
        }
        if words == ["pass"] { return "pass" }
        // A word that somebody wrote with a separator: pass-word.
        let joined = words.joined()
        return words.count > 1 && endings.contains(where: { joined.hasSuffix($0) }) ? words.last : nil
    }

    private static func isPlural(_ word: String) -> Bool {
        word.hasSuffix("s") && word != "pass"
    }

    private static func isNumber(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.count <= 24
            && text.utf8.allSatisfy { ASCII.isDigit($0) || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "-") }
    }

    /// Whether the value of something that is just called `key` is long hexadecimal or base 64 of chance.
    static func looksLikeKey(_ text: String) -> Bool {
        let bytes = text.utf8
        guard bytes.count >= 20 else { return false }
        var (digits, upper, lower, beyondHex, urlSafe) = (0, 0, 0, 0, 0)
        for byte in bytes {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digits += 1
            case UInt8(ascii: "A")...UInt8(ascii: "Z"): upper += 1
            case UInt8(ascii: "a")...UInt8(ascii: "z"): lower += 1
            case UInt8(ascii: "+"), UInt8(ascii: "/"), UInt8(ascii: "="): break
            case UInt8(ascii: "-"), UInt8(ascii: "_"): urlSafe += 1
            default: return false
            }
            if ASCII.isLetter(byte), !ASCII.isHex(byte) { beyondHex += 1 }
        }
        if beyondHex == 0, urlSafe == 0 { return digits > 0 && upper + lower > 0 || digits >= 32 }
        return digits > 0 && upper > 0 && lower > 0
    }

    /// The words of a name in lower case: `X-Api-Key` and `xApiKey2` are `x`, `api`, `key`.
    static func split(_ name: String) -> [String] {
        var words: [String] = []
        var word: [UInt8] = []
        var previous: UInt8 = 0
        let bytes = Array(name.utf8)
        func flush() {
            if !word.isEmpty { words.append(String(decoding: word, as: UTF8.self)) }
            word = []
        }
        for (index, byte) in bytes.enumerated() {
            if ASCII.isUpper(byte) {
                // fooBar begins a word at B; HTTPServer at the S that a lower-case letter follows.
                let next = index + 1 < bytes.count ? bytes[index + 1] : 0
                if !ASCII.isUpper(previous) || ASCII.isLower(next) { flush() }
                word.append(byte | 0x20)
            } else if ASCII.isLower(byte) || byte >= 0x80 {
                word.append(byte)
            } else {
                flush()
            }
            previous = byte
        }
        flush()
        return words
    }
}
