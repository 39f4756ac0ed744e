import JobLogAPI
import Testing

@Suite struct APIAddressTests {
    @Test(arguments: [
        ("https://jobs.example", "https://jobs.example"),
        ("HTTPS://jobs.example:8443/a/b/", "https://jobs.example:8443/a/b"),
        ("http://localhost:3000", "http://localhost:3000"), ("http://127.9.8.7", "http://127.9.8.7"),
        ("http://[::1]:3000/", "http://[::1]:3000"), ("https://[2001:db8::1]", "https://[2001:db8::1]"),
        ("https://jobs.example:443", "https://jobs.example"),
    ]) func isRead(_ text: String, _ shown: String) throws {
        #expect(try APIAddress(text).description == shown)
    }

    @Test(arguments: [
        ("jobs.example", "https://"), ("redis://localhost", "https://"), ("", "https://"), ("https://", "host"),
        ("https://a b", "blanks"), ("https://ä.example", "Punycode"), ("https://a:0", "port"), ("https://a:x", "port"),
        ("https://a:70000", "port"), ("https://a?b=1", "query"), ("https://a/#b", "fragment"),
        ("https://a:1:2", "host"),
        ("https://[::1", "host"), ("http://jobs.example", "--insecure-api"),
        ("http://127.example.com", "--insecure-api"),
        ("http://0.0.0.0", "--insecure-api"), ("http://localhost.example", "--insecure-api"),
    ]) func isRefusedWithWhatIsWrong(_ text: String, _ word: String) {
        let error = #expect(throws: APIClientError.self) { try APIAddress(text) }
        #expect(error?.code == .badAddress)
        #expect(error?.message.contains(word) == true, "\(error?.message ?? "")")
    }

    @Test func aTokenInItIsRefusedAndNotShown() {
        let error = #expect(throws: APIClientError.self) { try APIAddress("https://user:sesame@jobs.example") }
        #expect(error?.message.contains("JOBLOG_TOKEN") == true)
        #expect(error?.message.contains("sesame") == false)
    }

    @Test func withoutTLSItCanBeAllowed() throws {
        #expect(try APIAddress("http://jobs.example", allowsClearText: true).isTLS == false)
    }
}
