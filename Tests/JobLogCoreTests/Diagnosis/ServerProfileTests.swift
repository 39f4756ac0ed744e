import Testing

@testable import JobLogCore

/// Which server it is, from what it tells.
struct ServerProfileTests {
    @Test func redisTellsByBothCommands() {
        let info =
            "# Server\r\nredis_version:7.0.15\r\nredis_mode:cluster\r\n\r\n# Replication\r\nrole:slave\r\n"
            + "master_link_status:down\r\n# Memory\r\nused_memory:5\r\nmaxmemory:10\r\nmaxmemory_policy:volatile-ttl\r\n"
        let profile = ServerProfile(hello: ["server": "redis", "version": "7.0.15"], info: info)
        #expect(profile.product == "Redis" && profile.version == "7.0.15" && profile.redisMajor == 7)
        #expect(profile.mode == "cluster" && profile.role == "replica" && profile.isCutOff)
        #expect(profile.usedMemory == 5 && profile.memoryLimit == 10 && profile.evicts)
    }

    @Test func howFullItIsCountsWhereNothingIsGivenUp() {
        func fullness(_ policy: String, _ limit: Int) -> Double? {
            let info = "used_memory:96\r\nmaxmemory:\(limit)\r\nmaxmemory_policy:\(policy)\r\n"
            return ServerProfile(hello: [:], info: info).fullness
        }
        #expect(fullness("noeviction", 100) == 0.96 && fullness("noeviction", 48) == 2)
        #expect(fullness("noeviction", 0) == nil && fullness("allkeys-lru", 100) == nil)
    }

    @Test func helloAloneIsEnoughForTheName() {
        let profile = ServerProfile(
            hello: ["server": "valkey", "version": "8.1.0", "mode": "sentinel", "role": "master"], info: nil)
        #expect(profile.product == "Valkey" && profile.version == "8.1.0" && profile.redisMajor == nil)
        #expect(profile.mode == "sentinel" && profile.role == "primary" && !profile.evicts)
    }

    @Test func relativesAreTold() {
        let valkey = "redis_version:7.2.4\r\nserver_name:valkey\r\nvalkey_version:8.1.0\r\nserver_mode:standalone\r\n"
        #expect(ServerProfile(hello: [:], info: valkey).product == "Valkey")
        #expect(ServerProfile(hello: [:], info: valkey).version == "8.1.0")
        #expect(ServerProfile(hello: [:], info: valkey).mode == "standalone")
        let keydb = "redis_version:6.3.4\r\nexecutable:/usr/bin/keydb-server\r\n"
        #expect(ServerProfile(hello: [:], info: keydb).product == "KeyDB")
        #expect(
            ServerProfile(hello: [:], info: "redis_version:7.4.0\r\ndragonfly_version:df-v1.3\r\n").product
                == "Dragonfly")
    }

    @Test func whatIsNoTextOfAServerIsHarmless() {
        let profile = ServerProfile(hello: [:], info: "redis_version:\u{1B}[31m7\r\nno line\r\nmaxmemory:x\r\n")
        #expect(profile.version == "\u{FFFD}[31m7" && profile.memoryLimit == nil && profile.role == nil)
    }
}
