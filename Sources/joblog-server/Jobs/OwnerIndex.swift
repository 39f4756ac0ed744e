import JobLogAPI
import JobLogCore
import RedisClient

/// The jobs of one owner, or of all, by the time of their last activity: `job:index:{userId}` and `job:index`.
struct OwnerIndex: Sendable {
    /// A place between two jobs of the index.
    struct Cursor: Sendable, Hashable {
        var score: Double
        var id: JobID

        init(score: Double, id: JobID) {
            self.score = score
            self.id = id
        }

        /// Reads what ``text`` says; nil where it is no cursor.
        init?(_ text: String) {
            guard let bytes = Base64.decode(text), let space = bytes.firstIndex(of: 0x20),
                let score = Double(String(decoding: bytes[..<space], as: UTF8.self)), score.isFinite
            else { return nil }
            self.init(score: score, id: JobID(bytes: bytes[(space + 1)...]))
        }

        /// The cursor as it stands in a query, unreserved characters only.
        var text: String {
            Base64.encode(Array("\(score) ".utf8) + id.bytes).filter { $0 != "=" }
                .replacing("+", with: "-").replacing("/", with: "_")
        }
    }

    /// How many are read at once.
    static let step = 200

    let connection: RedisConnection
    let keys: JobKeys

    /// The index of what a caller may see; of one user's jobs where an operator asks for those.
    func key(for caller: Caller, user: String?) throws -> [UInt8] {
        guard let user = user ?? (caller.isOperator ? nil : caller.user) else { return keys.index }
        guard caller.isOperator || user == caller.user else { throw Answer.forbidden }
        return keys.index(user: user)
    }

    /// The jobs that follow on a cursor, those of the newest activity first; fewer than asked for only at the end.
    func jobs(in key: [UInt8], after cursor: Cursor?, count: Int) async throws -> [Cursor] {
        // Those that share the cursor's score come once more: as many as there may be of them are read with it.
        var skipped = 0
        var found: [Cursor] = []
        repeat {
            let from = cursor.map { "\($0.score)" } ?? "+inf"
            let reply = try await connection.send(
                RedisCommand(
                    "ZREVRANGEBYSCORE", .key(key), .text(from), "-inf", "WITHSCORES", "LIMIT", .integer(skipped),
                    .integer(Self.step)))
            let fields = reply.array.map { Array($0) } ?? []
            for place in stride(from: 0, to: fields.count - 1, by: 2) {
                guard let id = fields[place].bytes, let score = fields[place + 1].string.flatMap(Double.init) else {
                    continue
                }
                let entry = Cursor(score: score, id: JobID(bytes: id))
                // Of the same score Redis gives the greater id first.
                if let cursor, score == cursor.score, !(entry.id < cursor.id) { continue }
                found.append(entry)
            }
            skipped += Self.step
            if fields.count < 2 * Self.step { break }
        } while found.count < count
        return Array(found.prefix(count))
    }
}
