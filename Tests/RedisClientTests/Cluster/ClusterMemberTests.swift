import Testing

@testable import RedisClient

/// The nodes of a cluster, from what one of them says.
struct ClusterMemberTests {
    private func members(_ lines: String..., known: [RedisEndpoint] = []) -> [ClusterMember] {
        ClusterMember.list(lines.joined(separator: "\n") + "\n", from: "asked", known: known)
    }

    @Test func addressesAreThoseThatAreConnectedTo() {
        let name = RedisEndpoint(host: "cache-1", port: 7)
        let line = "a 10.0.0.1:7@17,cache-1,,tls-port=0 master - 0 1 2 connected 0-5"
        #expect(members(line).map(\.endpoint) == [RedisEndpoint(host: "10.0.0.1", port: 7)])
        #expect(members(line, known: [name]).map(\.endpoint) == [name])
        #expect(members("a :7@17 myself,master - 0 1 2 connected").map(\.endpoint.host) == ["asked"])
        #expect(members("a ::1:7@17 master - 0 1 2 connected").map(\.endpoint.description) == ["[::1]:7"])
    }

    @Test func whatTheyAreIsTold() {
        let all = members(
            "a h:1@11 myself,master - 0 1 2 connected 0-100 102", "b h:2@12 slave a 0 1 2 connected",
            "c h:3@13 master,fail - 0 1 2 disconnected [5-<-a]", "d h:4@14 master,fail? - 0 1 2 connected 200",
            "e :0@0 master,noaddr - 0 1 2 disconnected", "f h:6@16 handshake - 0 1 0 disconnected", "no line")
        #expect(all.map(\.endpoint.port) == [1, 2, 3, 4])
        #expect(all.map(\.isReplica) == [false, true, false, false])
        #expect(all.map(\.hasSlots) == [true, false, false, true])
        #expect(all.map(\.hasFailed) == [false, false, true, false])
    }
}
