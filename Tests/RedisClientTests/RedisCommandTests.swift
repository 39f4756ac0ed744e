import Testing

@testable import RedisClient

@Suite struct RedisCommandTests {
    private func text(_ command: RedisCommand) -> String {
        String(decoding: command.encoded, as: UTF8.self)
    }

    @Test func isEncodedAsRESP() {
        #expect(text(RedisCommand("PING")) == "*1\r\n$4\r\nPING\r\n")
        let command = RedisCommand("SET", .key(Array("k".utf8)), .slice(Array("xvalue".utf8)[1...]), "EX", 10)
        #expect(text(command) == "*5\r\n$3\r\nSET\r\n$1\r\nk\r\n$5\r\nvalue\r\n$2\r\nEX\r\n$2\r\n10\r\n")
        #expect(text(RedisCommand("ECHO", .text("é"))) == "*2\r\n$4\r\nECHO\r\n$2\r\né\r\n")
        #expect(text(RedisCommand("ECHO", .bytes([]))) == "*2\r\n$4\r\nECHO\r\n$0\r\n\r\n")
    }

    @Test(arguments: [
        (0, "0"), (-1, "-1"), (9, "9"), (10, "10"), (-604_800, "-604800"),
        (Int.max, "9223372036854775807"), (Int.min, "-9223372036854775808"),
    ])
    func integersAreDecimal(_ value: Int, _ digits: String) {
        let argument = "$\(digits.utf8.count)\r\n\(digits)\r\n"
        #expect(text(RedisCommand("ECHO", .integer(value))) == "*2\r\n$4\r\nECHO\r\n" + argument)
    }

    @Test func knowsItsKeys() {
        let command = RedisCommand("MSET", .key([1, 2]), "v", .key([3]), "w", .key([]), "x")
        #expect(command.keys.map(Array.init) == [[1, 2], [3], []])
        #expect(RedisCommand("PING").keys.isEmpty)
        #expect(command.name == "MSET")
    }
}
