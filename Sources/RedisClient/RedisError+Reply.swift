extension RedisError {
    /// Types an error reply by its first word.
    init(reply text: String, command: String? = nil) {
        let word = text.prefix { $0 != " " }
        let code = Self.code(word: word, text: text)
        self.init(
            code: code,
            message: Self.sentence(code, text: text, command: command),
            command: command,
            serverMessage: text)
    }

    /// The same error with the name of the command that it answers.
    public func naming(_ command: String) -> RedisError {
        guard let serverMessage else { return self }
        return RedisError(reply: serverMessage, command: command)
    }

    private static func code(word: Substring, text: String) -> Code {
        switch word {
        case "WRONGTYPE": .wrongType
        case "NOAUTH": .authenticationRequired
        case "WRONGPASS": .wrongPassword
        case "NOPERM": .noPermission
        case "READONLY": .readOnly
        case "OOM": .outOfMemory
        case "MOVED": .moved
        case "CLUSTERDOWN": .clusterDown
        case "LOADING": .loading
        // Servers before version 6 have no word of their own for these.
        case "ERR" where text.hasPrefix("ERR invalid password"): .wrongPassword
        case "ERR" where text.hasPrefix("ERR operation not permitted"): .authenticationRequired
        case "ERR" where text.hasPrefix("ERR AUTH <password> called without"): .wrongPassword
        case "ERR" where text.hasPrefix("ERR Client sent AUTH, but no password is set"): .wrongPassword
        default: .server
        }
    }

    private static func sentence(_ code: Code, text: String, command: String?) -> String {
        let subject = command ?? "The command"
        switch code {
        case .wrongType:
            return "\(subject) failed because the key holds another type of value; look at it with TYPE."
        case .authenticationRequired:
            return "Redis wants a password; give it in REDIS_URL or JOBLOG_REDIS_PASSWORD."
        case .wrongPassword where text.hasPrefix("ERR AUTH") || text.hasPrefix("ERR Client sent AUTH"):
            return "A password was given, but this Redis has none for the default user; leave it out or name the user."
        case .wrongPassword:
            return "Redis refused the user or the password; check REDIS_URL, JOBLOG_REDIS_USER and "
                + "JOBLOG_REDIS_PASSWORD."
        case .noPermission:
            return "\(subject) is not allowed for this Redis user (\(text)); ask for the right with ACL SETUSER."
        case .readOnly:
            return "\(subject) cannot write because this Redis is a read-only replica; connect to its primary."
        case .outOfMemory:
            return "\(subject) cannot write because Redis has reached its maxmemory; free memory there or raise it."
        case .moved:
            return "\(subject) met a key that lives on another cluster node (\(text)); connect to that node."
        case .loading:
            return "Redis is still loading its data; try again in a moment."
        case .clusterDown:
            return "The Redis Cluster does not serve \(subject == "The command" ? "this" : subject) now (\(text)); "
                + "what is there is missing until the node or a replica of it is back."
        case .server where text.hasPrefix("ERR SELECT is not allowed in cluster mode"):
            return "A Redis Cluster has no database but 0; leave the database out of the URL."
        case .server where text.hasPrefix("ERR This instance has cluster support disabled"):
            return "The server is no node of a Redis Cluster; name it by redis:// instead of redis+cluster://."
        case .server where text.hasPrefix("ERR unknown command"):
            return "\(subject) is unknown to this Redis, which is older or has it renamed; ask for it there."
        default:
            return "Redis refused \(command ?? "the command"): \(text)"
        }
    }
}
