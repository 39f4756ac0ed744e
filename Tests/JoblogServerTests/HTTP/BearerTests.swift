import Testing

@testable import joblog_server

@Suite struct BearerTests {
    @Test(arguments: [
        ("Bearer abc", "abc"), ("bearer abc", "abc"), ("BEARER   a.b.c", "a.b.c"), ("Basic abc", nil),
        ("Bearer", nil), ("Bearerabc", nil), ("", nil),
    ])
    func theTokenIsWhatFollowsTheScheme(header: String, token: String?) {
        #expect(Authentication.bearer(header) == token)
    }
}
