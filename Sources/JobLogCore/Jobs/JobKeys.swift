/// The names of the Redis keys and channels of jobs, below an optional prefix.
public struct JobKeys: Sendable, Hashable {
    /// What stands in front of every key and channel; empty for the names as the TypeScript workers use them.
    public let prefix: [UInt8]

    /// Names below `prefix`, for example `"staging:"`.
    public init(prefix: String = "") {
        self.prefix = Array(prefix.utf8)
    }

    /// The kinds of keys from which a viewer knows that a job exists.
    public enum Kind: String, Sendable, CaseIterable {
        /// `job:logs:{id}`, a list.
        case logs = "job:logs:"
        /// `job:state:{id}`, a string.
        case state = "job:state:"
        /// `checkpoint:{id}`, a string.
        case checkpoint = "checkpoint:"
        /// `job:reasoning:{id}`, a stream.
        case reasoning = "job:reasoning:"
    }

    private static let heads = Kind.allCases.map { (kind: $0, bytes: Array($0.rawValue.utf8)) }
    private static let archive = Array("archive:".utf8)
    private static let events = Array("job:event:".utf8)
    private static let cancels = Array("job:cancel:".utf8)

    /// The key of `kind` for a job.
    public func key(_ kind: Kind, _ id: JobID) -> [UInt8] {
        join(kind.rawValue, id.bytes)
    }

    /// `job:logs:{id}`: the list of log entries, oldest first.
    public func logs(_ id: JobID) -> [UInt8] { key(.logs, id) }

    /// `job:state:{id}`: the JSON job state.
    public func state(_ id: JobID) -> [UInt8] { key(.state, id) }

    /// `checkpoint:{id}`: the JSON checkpoint.
    public func checkpoint(_ id: JobID) -> [UInt8] { key(.checkpoint, id) }

    /// `job:reasoning:{id}`: the stream of reasoning steps.
    public func reasoning(_ id: JobID) -> [UInt8] { key(.reasoning, id) }

    /// `checkpoint:archive:{id}:{sequence}`: a checkpoint that is kept for history.
    public func archivedCheckpoint(_ id: JobID, sequence: Int) -> [UInt8] {
        join("checkpoint:archive:", id.bytes) + ":\(sequence)".utf8
    }

    /// `job:seq:{id}`: the counter that numbers the server's events.
    public func sequence(_ id: JobID) -> [UInt8] { join("job:seq:", id.bytes) }

    /// `job:archive`: the hash of job records that the server has cleaned away.
    public var archive: [UInt8] { join("job:archive", []) }

    /// `job:index`: all jobs by the time of their last activity in ms.
    public var index: [UInt8] { join("job:index", []) }

    /// `job:index:{userId}`: one owner's jobs by the time of their last activity in ms.
    public func index(user: String) -> [UInt8] { join("job:index:", Array(user.utf8)) }

    /// `job:event:{id}`: the channel of a job's events.
    public func events(_ id: JobID) -> [UInt8] { join("job:event:", id.bytes) }

    /// `job:cancel:{id}`: the channel on which workers listen for a request to cancel.
    public func cancel(_ id: JobID) -> [UInt8] { join("job:cancel:", id.bytes) }

    /// The pattern of all event channels, for `PSUBSCRIBE`.
    public var eventPattern: [UInt8] { escapedPrefix + Array("job:event:*".utf8) }

    /// The pattern that finds every key of a job in one `SCAN`: keys that begin with `job` or `che`.
    public var scanPattern: [UInt8] { escapedPrefix + Array("[jc][oh][be]*".utf8) }

    /// What ``scanPattern`` and the index find of jobs, for people.
    var searched: [String] {
        ["job:index", "job:logs:*", "job:state:*", "checkpoint:*", "job:reasoning:*"].map {
            String(decoding: prefix, as: UTF8.self) + $0
        }
    }

    /// The pattern that finds a job's archived checkpoints, and those of jobs whose ids begin with this one's and a
    /// colon: see ``archivedSequence(_:of:)``.
    func archivePattern(_ id: JobID) -> [UInt8] {
        Self.escaped(join("checkpoint:archive:", id.bytes)) + Array(":*".utf8)
    }

    /// The pattern that finds the index of every owner.
    var userIndexPattern: [UInt8] { escapedPrefix + Array("job:index:*".utf8) }

    /// The sequence of one of the job's archived checkpoints by its key; nil for any other key.
    func archivedSequence(_ key: ArraySlice<UInt8>, of id: JobID) -> Int? {
        guard let rest = dropping(join("checkpoint:archive:", id.bytes + ":".utf8), from: key),
            let sequence = Int(String(decoding: rest, as: UTF8.self)),
            key.elementsEqual(archivedCheckpoint(id, sequence: sequence))
        else { return nil }
        return sequence
    }

    /// The job that a key belongs to, or nil for a key that makes no job: a checkpoint's archive, a sequence, the index.
    public func job(ofKey key: ArraySlice<UInt8>) -> (kind: Kind, id: JobID)? {
        guard let name = dropping(prefix, from: key) else { return nil }
        for (kind, head) in Self.heads {
            guard let rest = dropping(head, from: name), !rest.isEmpty else { continue }
            if kind == .checkpoint, rest.starts(with: Self.archive) { return nil }
            return (kind, JobID(bytes: rest))
        }
        return nil
    }

    /// The job whose events a channel carries.
    public func job(ofEventChannel channel: [UInt8]) -> JobID? {
        guard let name = dropping(prefix, from: channel[...]), let id = dropping(Self.events, from: name), !id.isEmpty
        else { return nil }
        return JobID(bytes: id)
    }

    /// The job that a request to cancel is about.
    public func job(ofCancelChannel channel: [UInt8]) -> JobID? {
        guard let name = dropping(prefix, from: channel[...]), let id = dropping(Self.cancels, from: name), !id.isEmpty
        else { return nil }
        return JobID(bytes: id)
    }

    private func join(_ name: String, _ rest: [UInt8]) -> [UInt8] {
        var key: [UInt8] = []
        key.reserveCapacity(prefix.count + name.utf8.count + rest.count)
        key += prefix
        key += name.utf8
        key += rest
        return key
    }

    private func dropping(_ head: [UInt8], from bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        bytes.starts(with: head) ? bytes.dropFirst(head.count) : nil
    }

    /// A prefix is plain text: its glob characters must not match anything else.
    var escapedPrefix: [UInt8] { Self.escaped(prefix) }

    /// The bytes as a pattern that matches nothing but them, save for spaces: no ACL may name a pattern with one.
    private static func escaped(_ bytes: [UInt8]) -> [UInt8] {
        bytes.flatMap { byte in
            switch byte {
            case 0, 9...13, 32: [UInt8(ascii: "?")]
            case _ where Array("*?[]\\^".utf8).contains(byte): [UInt8(ascii: "\\"), byte]
            default: [byte]
            }
        }
    }
}
