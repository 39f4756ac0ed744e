import Foundation
import JobLogCore
import TestSupport
import Testing

@Suite("Times and spans as text")
struct TimeTextTests {
    private static let now: Int64 = 1_734_470_400_000

    @Test(
        "ages",
        arguments: [
            (0, "0s"), (999, "0s"), (12_000, "12s"), (59_999, "59s"), (60_000, "1m"), (3_599_999, "59m"),
            (3_600_000, "1h"), (4_320_000, "1h 12m"), (86_399_999, "23h 59m"), (172_800_000, "2d"), (-999, "0s"),
            (-180_000, "in 3m"), (Int64.min, "in 106751991167d"),
        ] as [(Int64, String)])
    func ages(_ span: Int64, _ text: String) {
        #expect(RelativeTime.age(span) == text)
    }

    @Test(
        "spans",
        arguments: [
            (-5, "0ms"), (0, "0ms"), (850, "850ms"), (1000, "1s"), (12_999, "12s"), (72_000, "1m 12s"),
            (60_000, "1m"), (4_320_000, "1h 12m"), (183_600_000, "2d 3h"),
        ] as [(Int64, String)])
    func spans(_ span: Int64, _ text: String) {
        #expect(Durations.text(span) == text)
    }

    @Test(
        "times that people type",
        arguments: [
            ("5m", now - 300_000), ("2h", now - 7_200_000), ("1h30m", now - 5_400_000), ("90s", now - 90_000),
            ("1.5h", now - 5_400_000), ("1w", now - 604_800_000), ("250ms", now - 250), ("0s", now),
            ("1734470400000", 1_734_470_400_000), ("2024-12-17T21:20:00Z", 1_734_470_400_000),
            ("2024-12-17T22:20:00+01:00", 1_734_470_400_000), ("2024-12-17", 1_734_393_600_000),
        ] as [(String, Int64)])
    func typed(_ text: String, _ expected: Int64) throws {
        #expect(try RelativeTime.parse(text, now: Self.now) == expected)
    }

    @Test(
        "what is no time is refused with the formats",
        arguments: ["", "5", "soon", "5x", "m", "-5m", "1e99w", "5m ", "٥m"])
    func refused(_ text: String) {
        guard text != "5" else {
            #expect((try? RelativeTime.parse(text, now: Self.now)) == 5)
            return
        }
        #expect { try RelativeTime.parse(text, now: Self.now) } throws: { error in
            let sentence = "\(error)"
            return ["5m", "RFC 3339", "Unix ms"].allSatisfy(sentence.contains)
        }
    }

    @Test("ISO 8601 agrees with Foundation on random times")
    func foundation() throws {
        var random = SeededGenerator(seed: 6)
        let style = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
        for _ in 0..<2000 {
            let time = Int64(random.next() % 250_000_000_000_000) - 60_000_000_000_000
            let text = ISO8601.text(time)
            #expect(ISO8601.milliseconds(text) == time)
            guard 0...253_402_300_799_999 ~= time else { continue }
            let theirs = try style.parse(text).timeIntervalSince1970
            #expect(Int64((theirs * 1000).rounded()) == time)
        }
    }

    @Test(
        "ISO 8601 in the forms that occur",
        arguments: [
            ("1970-01-01T00:00:00.000Z", 0), ("1970-01-01t00:00:01z", 1000), ("1970-01-01 00:00:01.5", 1500),
            ("1970-01-01T00:00Z", 0), ("1970-01-01T00:00:00.123456789Z", 123), ("1970-01-01T01:00:00+0100", 0),
            ("1970-01-01T01:00:00+01", 0), ("1969-12-31T23:00:00-01:00", 0), ("1970-01-01T24:00:00Z", 86_400_000),
            ("2024-02-29", 1_709_164_800_000), ("2016-12-31T23:59:60Z", 1_483_228_800_000),
            ("2023-02-29", nil), ("1970-13-01", nil), ("1970-00-01", nil), ("1970-01-32", nil),
            ("1970-01-01T25:00:00Z", nil),
            ("1970-01-01T24:00:01Z", nil), ("1970-01-01T00:60:00Z", nil), ("1970-01-01T00:00:00.Z", nil),
            ("1970-01-01T", nil), ("1970-01-01X00:00:00Z", nil), ("1970-01-01T00:00:00Zx", nil), ("70-01-01", nil),
            ("", nil),
            ("1970-01-01T00:00:00+24:00", nil), ("1970-01-01T00:00:00é", nil),
        ] as [(String, Int64?)])
    func forms(_ text: String, _ expected: Int64?) {
        #expect(ISO8601.milliseconds(text) == expected)
    }

    @Test("times of day")
    func clock() {
        #expect(ClockTime.time(Self.now, utc: true) == "21:20:00")
        #expect(ClockTime.time(Self.now + 7, utc: true, milliseconds: true) == "21:20:00.007")
        #expect(ClockTime.time(-1, utc: true, milliseconds: true) == "23:59:59.999")
        #expect(ClockTime.date(Self.now, utc: true) == "2024-12-17")
        #expect(ClockTime.stamp(Self.now, now: Self.now + 1000, utc: true) == "21:20:00")
        #expect(ClockTime.stamp(Self.now, now: Self.now + 86_400_000, utc: true) == "2024-12-17 21:20:00")
        #expect(ClockTime.date(Int64.max, utc: true) == "275760-09-13")
        #expect(!ClockTime.time(Int64.min).isEmpty)
        #expect(ClockTime.dayAndTime(Self.now, utc: true) == "12-17 21:20:00")
        #expect(ClockTime.dayAndTime(-1, utc: true) == "12-31 23:59:59")
        #expect(ClockTime.dayAndTime(Int64.min, utc: true).utf8.count == 14)
        #expect(ClockTime.isSameDay(Self.now, Self.now + 9_599_999, utc: true))
        #expect(!ClockTime.isSameDay(Self.now, Self.now + 9_600_000, utc: true))
    }

    @Test("the local time of day is Foundation's")
    func local() {
        let calendar = Calendar.current
        for offset in stride(from: Int64(0), to: 365 * 86_400_000, by: 11 * 86_400_000 + 3_723_000) {
            let parts = calendar.dateComponents(
                [.hour, .minute, .second], from: Date(timeIntervalSince1970: Double(Self.now + offset) / 1000))
            let expected = String(
                format: "%02d:%02d:%02d", parts.hour ?? -1, parts.minute ?? -1, parts.second ?? -1)
            #expect(ClockTime.time(Self.now + offset) == expected)
        }
    }
}
