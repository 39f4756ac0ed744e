import RedisClient

extension AccessRight {
    private static let everybody = Set(AccessRole.allCases)
    private static let lookers: Set<AccessRole> = [.readOnly, .viewer]
    private static let jobKeys: [AccessObject] = [
        .logs, .state, .checkpoint, .archivedCheckpoint, .reasoning, .sequence,
    ]

    private static func use(
        _ roles: Set<AccessRole>, _ objects: [AccessObject] = [], without: String
    ) -> Use {
        Use(roles: roles, objects: objects, isEssential: false, isExtra: false, without: without)
    }

    private static func need(
        _ roles: Set<AccessRole>, _ objects: [AccessObject] = [], without: String
    ) -> Use {
        Use(roles: roles, objects: objects, isEssential: true, isExtra: false, without: without)
    }

    private static func extra(
        _ roles: Set<AccessRole>, _ objects: [AccessObject] = [], without: String
    ) -> Use {
        Use(roles: roles, objects: objects, isEssential: false, isExtra: true, without: without)
    }

    private static let unscripted = "states cannot be written where EVAL is refused"

    /// Every command that joblog and its publisher send.
    public static let all: [AccessRight] = connection + reading + finding + hearing + writing + extras

    private static let connection = [
        AccessRight(
            "PING", nil, .harmless,
            uses: [use(everybody, without: "a refusal is the sign of life that is asked for")]
        ) { _ in [] },
        AccessRight(
            "SELECT", nil, .harmless, condition: .otherDatabase,
            uses: [need(everybody, without: "only database 0 can be used")]
        ) { _ in [0] },
        AccessRight(
            "ROLE", nil, .harmless, condition: .replicas,
            uses: [
                use(
                    lookers,
                    without: "a replica that is out of touch with its primary is not told from others; "
                        + "a server is taken for what Sentinels say that it is"),
                use([.worker], without: "a server is taken for what Sentinels say that it is"),
            ]
        ) { _ in [] },
        AccessRight(
            "CLUSTER", "SLOTS", .harmless, condition: .cluster,
            uses: [
                use(lookers, without: "jobs are looked for only on nodes that the URL or other nodes name"),
                use([.worker], without: "each slot is looked for until a node tells where it is"),
            ]
        ) { _ in [] },
        AccessRight(
            "ASKING", nil, .harmless, condition: .cluster,
            uses: [
                use(
                    everybody, without: "keys that are just moving to another node are refused until they are all there"
                )
            ]
        ) { _ in [] },
        AccessRight(
            "CLIENT", "SETNAME", .harmless,
            uses: [use(everybody, without: "CLIENT LIST does not show whose connection it is")]
        ) { _ in ["joblog-doctor"] },
        AccessRight(
            "CLIENT", "ID", .harmless,
            uses: [use(everybody, without: "HELLO is asked for the connection's number, one round trip more")]
        ) { _ in [] },
        AccessRight(
            "CLIENT", "TRACKING", .harmless, since: 6,
            uses: [use(lookers, without: "what is on screen is read twice a second instead of when it changes")]
        ) { _ in ["OFF"] },
        AccessRight(
            "TIME", nil, .harmless,
            uses: [use([.worker], without: "a worker whose clock is wrong is not told from one whose clock is right")]
        ) { _ in [] },
    ]

    private static let reading = [
        AccessRight(
            "GET", nil, .harmless,
            uses: [
                need(
                    lookers, [.state, .checkpoint, .archivedCheckpoint],
                    without: "jobs are shown by their logs and events alone, without owner and checkpoint"),
                need([.worker], [.state, .checkpoint], without: "nobody else's job can be taken up"),
            ]
        ) { [$0] },
        AccessRight(
            "LLEN", nil, .harmless, uses: [need(lookers, [.logs], without: "logs cannot be followed")]
        ) { [$0] },
        AccessRight(
            "LRANGE", nil, .harmless,
            uses: [
                need(lookers, [.logs], without: "logs cannot be read"),
                use([.worker], [.logs], without: "an entry may be there twice after a connection was lost"),
            ]
        ) { [$0, 0, 0] },
        AccessRight(
            "LINDEX", nil, .harmless,
            uses: [use(lookers, [.logs], without: "a search finds jobs of no index in no order")]
        ) { [$0, -1] },
        AccessRight(
            "MEMORY", "USAGE", .harmless, since: 4,
            uses: [use(lookers, [.logs], without: "a search guesses from LLEN how large logs are")]
        ) { [$0] },
        AccessRight(
            "EXISTS", nil, .harmless,
            uses: [use(lookers, [.reasoning], without: "a job that has nothing but reasoning is not shown")]
        ) { [$0] },
        AccessRight(
            "XRANGE", nil, .harmless, since: 5,
            uses: [use(lookers, [.reasoning], without: "reasoning cannot be read")]
        ) { [$0, "-", "+", "COUNT", 1] },
        AccessRight(
            "MULTI", nil, .transaction,
            uses: [
                use(lookers, without: "length and entries of a log are read one by one, again where they do not fit"),
                extra([.worker], without: unscripted),
            ]
        ) { _ in [] },
        AccessRight(
            "EXEC", nil, .outside,
            uses: [
                use(lookers, without: "length and entries of a log are read one by one, again where they do not fit"),
                extra([.worker], without: unscripted),
            ]
        ) { _ in [] },
    ]

    private static let finding = [
        AccessRight(
            "ZREVRANGE", nil, .harmless,
            uses: [
                use(lookers, [.index], without: "jobs are found by SCAN and by their events only, not the newest first")
            ]
        ) { [$0, 0, 0] },
        AccessRight(
            "SCAN", nil, .harmless,
            uses: [use(lookers, without: "only jobs that keep job:index or publish events are found")]
        ) { _ in [0, "COUNT", 1] },
        AccessRight(
            "DBSIZE", nil, .harmless, uses: [use(lookers, without: "a list that is being completed tells no progress")]
        ) { _ in [] },
    ]

    private static let hearing = [
        AccessRight(
            "SUBSCRIBE", nil, .subscription,
            uses: [
                use(
                    lookers, [.invalidation, .events], without: "the viewer polls, and hears events by PSUBSCRIBE only"),
                use([.worker], [.cancels], without: "a cancel is noticed with the next progress only"),
            ]
        ) { [$0] },
        AccessRight(
            "PSUBSCRIBE", nil, .subscription,
            uses: [use(lookers, [.allEvents], without: "only events of jobs on screen are heard")]
        ) { [$0] },
        AccessRight(
            "UNSUBSCRIBE", nil, .harmless,
            uses: [
                use(lookers, [.events], without: "events of jobs that have left the screen go on coming"),
                use([.worker], [.cancels], without: "cancels of jobs that have ended go on coming"),
            ]
        ) { [$0] },
        AccessRight(
            "PUNSUBSCRIBE", nil, .harmless,
            uses: [use(lookers, without: "events of all jobs come even where they are too many")]
        ) { _ in [] },
    ]

    // Where they write, they are tried with arguments that no server takes, or on keys that are not there.
    private static let writing = [
        AccessRight(
            "EVAL", nil, .harmless,
            uses: [
                use(
                    [.viewer], [.state, .logs],
                    without: "states are written by WATCH, MULTI and EXEC where these are allowed"),
                use(
                    [.worker], [.state, .logs],
                    without:
                        "states are written by WATCH, MULTI and EXEC where these are allowed; else events tell of them"),
            ]
        ) { ["return 1", 1, $0] },
        AccessRight(
            "SET", nil, .harmless,
            uses: [
                need([.viewer], [.state], without: "no job can be cancelled, paused, resumed or restarted"),
                need([.worker], [.state], without: "no state is written; events and the log tell of it"),
            ]
        ) { [$0, "", "EX", 0] },
        AccessRight(
            "PUBLISH", nil,
            uses: [
                need([.viewer], [.events, .cancels], without: "workers do not hear that their jobs were cancelled"),
                need([.worker], [.events], without: "nothing is announced: viewers see a job by its keys only"),
            ]
        ) { [$0, ""] },
        AccessRight(
            "RPUSH", nil,
            uses: [
                need(
                    [.viewer], [.logs],
                    without: "logs do not say what was done to their jobs, and workers without a state cannot be asked"),
                need([.worker], [.logs], without: "no log line is written; the worker has them on its console"),
            ]
        ) { [$0, ""] },
        AccessRight(
            "LTRIM", nil, .harmless,
            uses: [
                use([.viewer], [.logs], without: "a line about an action lets a log grow by one"),
                need([.worker], [.logs], without: "logs grow without end"),
            ]
        ) { [$0, "x", "x"] },
        AccessRight(
            "TTL", nil, .harmless,
            uses: [use([.viewer], [.logs], without: "an action does not renew how long a log is kept")]
        ) { [$0] },
        AccessRight(
            "EXPIRE", nil, .harmless,
            uses: [
                use(
                    [.viewer], [.logs, .index, .userIndex],
                    without: "an action does not renew how long logs and indexes are kept"),
                need([.worker], [.logs, .index, .userIndex], without: "logs and indexes stay for ever"),
            ]
        ) { [$0, "x"] },
        AccessRight(
            "SETEX", nil, .harmless,
            uses: [need([.worker], [.checkpoint, .archivedCheckpoint], without: "no checkpoint is saved")]
        ) { [$0, 0, ""] },
        AccessRight(
            "ZADD", nil, .harmless,
            uses: [
                use([.viewer], [.index, .userIndex], without: "an action does not bring its job to the top"),
                need(
                    [.worker], [.index, .userIndex],
                    without: "jobs are in no index: viewers find them late, by SCAN or events"),
            ]
        ) { [$0, "x", ""] },
        AccessRight(
            "ZREMRANGEBYSCORE", nil, .harmless,
            uses: [use([.viewer, .worker], [.index, .userIndex], without: "indexes keep jobs that are long gone")]
        ) { [$0, "x", "x"] },
        AccessRight(
            "DEL", nil, .harmless,
            uses: [need([.viewer], jobKeys, without: "logs, checkpoints and jobs cannot be deleted")]
        ) { [$0] },
        AccessRight(
            "HDEL", nil, .harmless, uses: [need([.viewer], [.archive], without: "a job cannot be removed")]
        ) { [$0, ""] },
        AccessRight(
            "ZREM", nil, .harmless, uses: [need([.viewer], [.index, .userIndex], without: "a job cannot be removed")]
        ) { [$0, ""] },
        AccessRight(
            "ZSCORE", nil, .harmless,
            uses: [need([.viewer], [.index], without: "a job whose owner is not known cannot be removed")]
        ) { [$0, ""] },
        AccessRight(
            "XADD", nil, .harmless, since: 5, uses: [use([.worker], [.reasoning], without: "no reasoning is written")]
        ) { [$0, "x", "payload", ""] },
    ]

    private static let extras = [
        AccessRight(
            "WATCH", nil, .outside, uses: [extra([.viewer, .worker], [.state], without: unscripted)]
        ) { [$0] },
        AccessRight(
            "UNWATCH", nil, .outside, uses: [extra([.viewer, .worker], without: unscripted)]
        ) { _ in [] },
        AccessRight(
            "DISCARD", nil, .outside, uses: [extra([.viewer, .worker], without: unscripted)]
        ) { _ in [] },
        AccessRight(
            "CLIENT", "LIST",
            uses: [extra([.worker], without: "an entry may be there twice after a server was frozen")]
        ) { _ in [] },
        AccessRight(
            "CLIENT", "KILL",
            uses: [extra([.worker], without: "an entry may be there twice after a server was frozen")]
        ) { _ in ["ID", 1] },
    ]
}
