import Testing

@testable import JobLogCore

@Suite struct OlderPagesTests {
    private func records(_ count: Int, of size: Int) -> [LogRecord] {
        Array(repeating: LogRecord(bytes: Array(repeating: 0x61, count: size)), count: count)
    }

    @Test func pagesGrowWhileTheyComeQuicklyAndShrinkWhereTheyDoNot() {
        var pages = OlderPages()
        #expect(pages.size == 2_000)
        pages.take(records(2_000, of: 100), in: .milliseconds(5))
        #expect(pages.size == 4_000)
        for _ in 0..<10 { pages.take(records(10, of: 100), in: .milliseconds(5)) }
        #expect(pages.size == 16_000)
        pages.take(records(10, of: 100), in: .milliseconds(60))
        #expect(pages.size == 16_000)
        for _ in 0..<20 { pages.take(records(10, of: 100), in: .seconds(1)) }
        #expect(pages.size == 64)
    }

    @Test func largeEntriesComeAFewAtATime() {
        var pages = OlderPages()
        pages.take(records(4, of: 40_000), in: nil)
        #expect(pages.size == (4 << 20) / 40_000)
        pages.take(records(2, of: 4_000_000), in: .milliseconds(5))
        #expect(pages.size == 64)
        pages.take([], in: .milliseconds(5))
        #expect(pages.size == 64)
    }
}
