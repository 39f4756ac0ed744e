import Testing

@testable import RedisClient

/// Where the commands of a pipeline go, and what becomes of refusals: without a server.
struct ClusterDeliveryTests {
    private let nodes = (1...3).map { RedisEndpoint(host: "10.0.0.\($0)", port: 7_000) }

    /// Three nodes that share the slots.
    private func topology() -> ClusterTopology {
        var topology = ClusterTopology(nodes)
        for slot in 0..<HashSlot.count { topology.learn(slot, at: nodes[slot / 5_462]) }
        return topology
    }

    private func key(on node: Int, _ number: Int = 0) -> [UInt8] {
        var found = 0
        for candidate in 0... {
            let key = Array("key-\(candidate)".utf8)
            guard HashSlot.of(key[...]) / 5_462 == node else { continue }
            if found == number { return key }
            found += 1
        }
        return []
    }

    private func get(_ node: Int, _ number: Int = 0) -> RedisCommand {
        RedisCommand("GET", .key(key(on: node, number)))
    }

    private func push(_ node: Int) -> RedisCommand { RedisCommand("RPUSH", .key(key(on: node)), "x") }

    private func parts(_ step: ClusterDelivery.Step) -> [ClusterDelivery.Part] {
        if case .send(let parts) = step { parts } else { [] }
    }

    private func answered(_ values: [Int]) -> ClusterDelivery.Outcome {
        ClusterDelivery.Outcome(replies: values.map { RedisReply(integer: $0) })
    }

    private func refused(_ text: String, count: Int = 1) -> ClusterDelivery.Outcome {
        ClusterDelivery.Outcome(replies: (0..<count).map { _ in RedisReply(error: text) })
    }

    private let refusedConnection = RedisError(code: .connectionFailed, message: "Nobody is there.")
    private let lostConnection = RedisError(code: .connectionLost, message: "It ended.")

    @Test func repliesOfSeveralNodesStandInTheOrderOfTheCommands() {
        var topology = topology()
        var delivery = ClusterDelivery([get(2), get(0), get(2, 1), get(1), get(0, 1)])
        let sent = parts(delivery.next(topology))
        #expect(sent.map(\.endpoint) == [nodes[2], nodes[0], nodes[1]])
        #expect(sent.map(\.places) == [[0, 2], [1, 4], [3]])
        for part in sent { delivery.take(answered(part.places), of: part, &topology) }
        #expect(delivery.next(topology) == .finish)
        #expect(delivery.replies.map(\.integer) == [0, 1, 2, 3, 4])
    }

    @Test func whatHasNoKeyGoesAlongAndAnnouncementsComeLast() {
        var topology = topology()
        var announcement = RedisCommand("EVAL", "return 1", 1, .key(key(on: 2)))
        announcement.isAnnouncement = true
        var delivery = ClusterDelivery([RedisCommand("TIME"), announcement, push(1), get(0)])
        let first = parts(delivery.next(topology))
        #expect(first.map(\.places) == [[0, 2], [3]])
        for part in first { delivery.take(answered(part.places), of: part, &topology) }
        let second = parts(delivery.next(topology))
        #expect(second == [ClusterDelivery.Part(endpoint: nodes[2], isAsking: false, places: [1])])
        delivery.take(answered([1]), of: second[0], &topology)
        #expect(delivery.next(topology) == .finish)
        #expect(delivery.replies.map(\.integer) == [0, 1, 2, 3])
    }

    @Test func aChannelHasItsNode() {
        let topology = topology()
        for node in 0..<3 {
            var delivery = ClusterDelivery([RedisCommand("PUBLISH", .bytes(key(on: node)), "x")])
            #expect(parts(delivery.next(topology)).map(\.endpoint) == [nodes[node]])
        }
    }

    @Test func onlyWhatWasMovedIsSentAgain() {
        var topology = topology()
        var delivery = ClusterDelivery([push(0), push(1)])
        let sent = parts(delivery.next(topology))
        let slot = HashSlot.of(key(on: 0)[...])
        delivery.take(refused("MOVED \(slot) 10.0.0.9:7009"), of: sent[0], &topology)
        delivery.take(answered([7]), of: sent[1], &topology)
        let again = parts(delivery.next(topology))
        let target = RedisEndpoint(host: "10.0.0.9", port: 7_009)
        #expect(again == [ClusterDelivery.Part(endpoint: target, isAsking: false, places: [0])])
        #expect(topology.owner(of: slot) == target)
        delivery.take(answered([8]), of: again[0], &topology)
        #expect(delivery.next(topology) == .finish)
        #expect(delivery.replies.map(\.integer) == [8, 7])
    }

    @Test func askingIsForOnce() {
        var topology = topology()
        var delivery = ClusterDelivery([push(0), push(0)])
        let sent = parts(delivery.next(topology))
        let slot = HashSlot.of(key(on: 0)[...])
        delivery.take(refused("ASK \(slot) 10.0.0.2:7000", count: 2), of: sent[0], &topology)
        let asked = parts(delivery.next(topology))
        #expect(asked == [ClusterDelivery.Part(endpoint: nodes[1], isAsking: true, places: [0, 1])])
        #expect(topology.owner(of: slot) == nodes[0])
        delivery.take(
            refused("TRYAGAIN Multiple keys request during rehashing of slot", count: 2), of: asked[0], &topology)
        // From the start, at the node that has the slot.
        #expect(parts(delivery.next(topology)).map(\.isAsking) == [false])
    }

    @Test func nodesThatReferToEachOtherAreGivenUp() {
        var topology = topology()
        var delivery = ClusterDelivery([push(0)])
        let slot = HashSlot.of(key(on: 0)[...])
        var rounds = 0
        while case .send(let parts) = delivery.next(topology) {
            rounds += 1
            delivery.take(refused("MOVED \(slot) 10.0.0.\(rounds % 3 + 1):7000"), of: parts[0], &topology)
        }
        #expect(rounds == 17)
        #expect(delivery.replies[0].error?.code == .moved)
    }

    @Test func aNodeThatIsAwayIsWaitedForAndThenTold() {
        var topology = topology()
        var delivery = ClusterDelivery([push(0), push(1)])
        var waited = Duration.zero
        var learned = 0
        loop: while true {
            switch delivery.next(topology) {
            case .finish: break loop
            case .learn: learned += 1
            case .wait(let pause): waited += pause
            case .send(let parts):
                for part in parts {
                    let isAway = part.endpoint == nodes[0]
                    delivery.take(
                        isAway ? ClusterDelivery.Outcome(failure: refusedConnection) : answered([1]), of: part,
                        &topology)
                }
            }
        }
        #expect(learned > 3 && waited > .seconds(1) && waited < .seconds(3))
        #expect(delivery.failure == nil && delivery.givenUp == [nodes[0]] && delivery.reached == [nodes[1]])
        let error = delivery.replies[0].error
        #expect(error?.code == .clusterDown && error?.isNotReady == true && error?.isConnectionFailure == false)
        #expect(error?.message.contains("10.0.0.1:7000 cannot be reached") == true)
        #expect(delivery.replies[1].integer == 1)
        // Who was waited for in vain a moment ago is not waited for again.
        delivery = ClusterDelivery([push(0)], impatient: delivery.givenUp)
        let sent = parts(delivery.next(topology))
        delivery.take(ClusterDelivery.Outcome(failure: refusedConnection), of: sent[0], &topology)
        #expect(delivery.next(topology) == .learn)
        #expect(delivery.next(topology) == .finish)
        #expect(delivery.replies[0].error?.code == .clusterDown)
    }

    @Test func aNodeThatIsSilentIsNotWaitedForTwice() {
        var topology = topology()
        var delivery = ClusterDelivery([get(0), get(1)])
        let silence = RedisError(code: .timedOut, message: "It is silent.")
        for part in parts(delivery.next(topology)) {
            let isSilent = part.endpoint == nodes[0]
            delivery.take(
                isSilent ? ClusterDelivery.Outcome(failure: silence, isInDoubt: true) : answered([1]), of: part,
                &topology)
        }
        #expect(delivery.next(topology) == .learn)
        #expect(delivery.next(topology) == .finish)
        #expect(delivery.replies[0].error?.code == .clusterDown && delivery.replies[1].integer == 1)
    }

    @Test func anotherNodeThatTookItsPlaceIsAskedAtOnce() {
        var topology = topology()
        var delivery = ClusterDelivery([push(0)])
        let sent = parts(delivery.next(topology))
        delivery.take(ClusterDelivery.Outcome(failure: refusedConnection), of: sent[0], &topology)
        #expect(delivery.next(topology) == .learn)
        topology.learn(HashSlot.of(key(on: 0)[...]), at: nodes[2])
        #expect(parts(delivery.next(topology)).map(\.endpoint) == [nodes[2]])
    }

    @Test func onlyReadsAreSentAgainWhereNobodyKnowsWhatBecameOfThem() {
        var topology = topology()
        let lost = ClusterDelivery.Outcome(
            replies: [RedisReply(integer: 1)], failure: lostConnection, isInDoubt: true)
        var reads = ClusterDelivery([push(0), get(0)])
        reads.take(lost, of: parts(reads.next(topology))[0], &topology)
        #expect(reads.next(topology) == .learn)
        #expect(parts(reads.next(topology)).map(\.places) == [[1]])
        var writes = ClusterDelivery([get(0), push(0)])
        writes.take(lost, of: parts(writes.next(topology))[0], &topology)
        #expect(writes.next(topology) == .finish)
        #expect(writes.failure == lostConnection)
    }

    @Test func aTransactionGoesAsAWhole() {
        var topology = topology()
        let commands = [RedisCommand("MULTI"), push(0), push(0), RedisCommand("EXEC")]
        var delivery = ClusterDelivery(commands, isTransaction: true)
        let slot = HashSlot.of(key(on: 0)[...])
        let sent = parts(delivery.next(topology))
        #expect(sent == [ClusterDelivery.Part(endpoint: nodes[0], isAsking: false, places: [0, 1, 2, 3])])
        let ask = RedisReply(error: "ASK \(slot) 10.0.0.3:7000")
        let discarded = RedisReply(error: "EXECABORT Transaction discarded because of previous errors.")
        delivery.take(
            ClusterDelivery.Outcome(replies: [RedisReply(integer: 0), ask, ask, discarded]), of: sent[0], &topology)
        let asked = parts(delivery.next(topology))
        #expect(asked == [ClusterDelivery.Part(endpoint: nodes[2], isAsking: true, places: [0, 1, 2, 3])])
        delivery.take(
            ClusterDelivery.Outcome(failure: lostConnection, isInDoubt: true), of: asked[0], &topology)
        #expect(delivery.next(topology) == .finish && delivery.failure == lostConnection)
    }

    @Test func refusalsAreRead() {
        let other = RedisEndpoint(host: "other", port: 1)
        #expect(
            ClusterRefusal("MOVED 1 ::1:7000", from: "x")
                == .moved(slot: 1, to: RedisEndpoint(host: "::1", port: 7_000)))
        #expect(ClusterRefusal("ASK 1 :1", from: "other") == .ask(at: other))
        #expect(ClusterRefusal("MOVED 16384 a:1", from: "x") == nil)
        #expect(ClusterRefusal("MOVED 1 a:0", from: "x") == nil)
        #expect(ClusterRefusal("MOVED", from: "x") == nil)
        #expect(ClusterRefusal("CLUSTERDOWN Hash slot not served", from: "x") == .notNow)
        #expect(ClusterRefusal("ERR MOVED", from: "x") == nil)
    }

    @Test func aPlaceInAScanSurvivesThatAnotherNodeTakesIt() throws {
        let primaries = topology().primaries
        #expect(primaries.map(\.firstSlot) == [0, 5_462, 10_924])
        var place = ClusterScanPlace(version: 1)
        #expect(place.settle(among: primaries) == primaries[0])
        place.cursor = Array("17".utf8)
        var next = try #require(ClusterScanPlace(place.encoded))
        #expect(next == place && next.settle(among: primaries) == primaries[0] && next.cursor == place.cursor)
        next = try #require(next.following(among: primaries)?.following(among: primaries))
        next.cursor = Array("23".utf8)
        #expect(next.following(among: primaries) == nil)
        let replica = ClusterTopology.Primary(firstSlot: 10_924, endpoint: RedisEndpoint(host: "replica", port: 1))
        #expect(next.settle(among: [primaries[0], primaries[1], replica]) == replica)
        #expect(next.cursor == RedisConnection.scanStart, "its cursor is no other server's")
        #expect(next.again(version: 1) == nil)
        #expect(next.again(version: 2)?.again(version: 3)?.again(version: 4) == nil)
        #expect(ClusterScanPlace(RedisConnection.scanStart) == nil)
    }
}
