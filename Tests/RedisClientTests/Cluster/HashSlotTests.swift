import Testing

@testable import RedisClient

struct HashSlotTests {
    private func slot(_ key: String) -> Int { HashSlot.of(Array(key.utf8)[...]) }

    @Test func theChecksumIsTheOneOfTheSpecification() {
        #expect(HashSlot.crc16(Array("123456789".utf8)[...]) == 0x31C3)
        #expect(slot("foo") == 12_182)
        #expect(slot("") == 0)
    }

    @Test func theHashTagCountsWhereThereIsOne() {
        #expect(slot("{user1000}.following") == slot("user1000"))
        #expect(slot("foo{{bar}}zap") == slot("{bar"))
        #expect(slot("foo{bar}{zap}") == slot("bar"))
        // An empty one is none, and neither is one that does not end.
        #expect(slot("foo{}{bar}") == Int(HashSlot.crc16(Array("foo{}{bar}".utf8)[...])) % HashSlot.count)
        #expect(slot("foo{bar") == Int(HashSlot.crc16(Array("foo{bar".utf8)[...])) % HashSlot.count)
        #expect(slot("foo}{bar}") == slot("bar"))
    }

    @Test func aSliceIsNoOtherKey() {
        let bytes = Array("xx{ab}yy".utf8)
        #expect(HashSlot.of(bytes[2...]) == slot("ab"))
    }
}
