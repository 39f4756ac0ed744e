import Foundation
import JobLogCore
import Testing

@Suite struct SecretScrubberTests {
    private let scrubber = SecretScrubber()

    private func json(_ text: String) throws -> JSONValue { try JSONValue(parsing: text, maximumDepth: 2_000) }

    // MARK: - Names

    @Test(arguments: [
        "password", "Password", "PASSWORD", "db_password", "dbPassword", "dbpassword", "passwd", "pwd", "redis_pass",
        "passphrase", "password_hash", "secret", "client_secret", "clientSecret", "clientsecret", "token",
        "accessToken",
        "access_token", "refresh-token", "X-Auth-Token", "OAuth2Token", "authorization", "Authorization",
        "Proxy-Authorization", "auth", "cookie", "Set-Cookie", "cookies", "apiKey", "api_key", "apikey", "API-KEY",
        "X-Api-Key", "APIKey", "privateKey", "private_key", "secretAccessKey", "AWS_ACCESS_KEY_ID", "credential",
        "credentials", "session", "sessionId", "session_id", "connect.sid", "SENTRY_DSN", "dsn", "PGPASSWORD",
        "REDISCLI_AUTH", "jwt", "csrfToken", "encryption_key", "signing-key", "AccountKey", "bearer",
    ])
    func namesOfSecretsAreFound(_ name: String) {
        #expect(scrubber.isSecret(name: name, value: "abc"))
        let (value, findings) = scrubber.scrub([name: "abc", "other": "abc"] as JSONValue)
        #expect(value == [name: "[scrubbed]", "other": "abc"] as JSONValue)
        #expect(findings.map(\.description) == ["metadata.\(name) (name)"])
    }

    @Test(arguments: [
        "author", "authors", "authority", "authenticated", "keyboard", "monkey", "turkey", "donkey", "key", "keys",
        "primaryKey", "cacheKey", "foreign_key", "hotkey", "tokenizer", "tokenType", "token_count", "maxTokensLimit",
        "sessionCount", "session_duration", "passenger", "passed", "pass_rate", "compass", "bypass", "secretary",
        "secretName", "cookieCount", "cookiecutter", "passwordless", "password_length", "tokenExpiresAt", "description",
        "message", "basic", "key2", "", "🔑", "position", "inside", "outside",
    ])
    func namesThatOnlyLookLikeThemAreNot(_ name: String) {
        #expect(!scrubber.isSecret(name: name, value: "abc"))
        let value: JSONValue = [name: "abc"]
        #expect(scrubber.scrub(value).value == value)
    }

    @Test func aNumberOfTokensIsNoSecret() throws {
        let counts = """
            {"tokens":512,"totalTokens":9,"max_token":4096,"prompt_tokens":"512","tokens_used":7,\
            "usage":{"tokens":{"prompt":12,"completion":30}},"sessions":3,"cookies":0,"token":true,"secret":null}
            """
        let (value, findings) = scrubber.scrub(try json(counts))
        #expect(value.text() == counts)
        #expect(findings.isEmpty)
    }

    @Test func aNumberCanBeASecret() throws {
        let (value, _) = scrubber.scrub(try json(#"{"password":123456,"otp":"004711","token":99}"#))
        #expect(value.text() == #"{"password":"[scrubbed]","otp":"[scrubbed]","token":"[scrubbed]"}"#)
    }

    @Test func structureStaysBelowASecretName() throws {
        let (value, findings) = scrubber.scrub(
            try json(#"{"credentials":{"user":"u","more":[1,"x",null,true,{"a":"b"}]},"a":1,"a":"b"}"#))
        #expect(
            value.text()
                == #"{"credentials":{"user":"[scrubbed]","more":[1,"[scrubbed]",null,true,{"a":"[scrubbed]"}]},"a":1,"a":"b"}"#
        )
        #expect(
            findings.map(\.path) == [
                "metadata.credentials.user", "metadata.credentials.more[1]", "metadata.credentials.more[4].a",
            ])
    }

    @Test func namesOfYourOwnAreFound() {
        let own = SecretScrubber(additionalNames: ["patient-number"])
        #expect(own.scrub(["patientNumber": 17] as JSONValue).value == ["patientNumber": "[scrubbed]"] as JSONValue)
        #expect(scrubber.scrub(["patientNumber": 17] as JSONValue).findings.isEmpty)
    }

    @Test func textInValuesIsLookedThrough() throws {
        let (value, findings) = scrubber.scrub(
            try json(#"{"log":["ok","GET https://u:pw@host/x"],"https://u:pw@host":1}"#))
        #expect(
            value.text()
                == #"{"log":["ok","GET https://u:[scrubbed]@host/x"],"https://u:[scrubbed]@host":1}"#)
        #expect(findings.map(\.description) == ["metadata.log[1] (url)", "metadata (url)"])
    }

    @Test(arguments: [1_000, 1_900])
    func depthDoesNotMatter(_ depth: Int) throws {
        let text =
            String(repeating: #"{"a":["#, count: depth / 2) + #"{"password":"x"}"#
            + String(repeating: "]}", count: depth / 2)
        let value = try json(text)
        let (scrubbed, findings) = scrubber.scrub(value)
        #expect(scrubbed.text() == text.replacingOccurrences(of: #""x""#, with: #""[scrubbed]""#))
        #expect(findings.count == 1)
        #expect(findings[0].path.hasPrefix("metadata.a[0].a[0]"))
        #expect(findings[0].path.hasSuffix("[0].password"))
        #expect(findings[0].path.contains("…"))
        #expect(findings[0].path.utf8.count < 200)
    }

    // MARK: - Text

    @Test(arguments: [
        // Authorization
        ("Authorization: Bearer abc.def-123", "Authorization: [scrubbed]"),
        ("sent Bearer 0a1b2c3d4e5f and got 401", "sent Bearer [scrubbed] and got 401"),
        ("BEARER abcdefgh1.", "BEARER [scrubbed]."),
        ("with Basic dXNlcjpwYXNz,", "with Basic [scrubbed],"),
        ("Cookie: a=b; c=d\nHost: x", "Cookie: [scrubbed]\nHost: x"),
        ("curl -H 'Authorization: Token t0' https://x", "curl -H 'Authorization: [scrubbed]' https://x"),
        // JWT
        (
            "got eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.sflKxwRJSMeKKF2QT4 back", "got [scrubbed] back"
        ),
        // URLs
        ("redis://:hunter2@cache:6379/0", "redis://:[scrubbed]@cache:6379/0"),
        ("postgres://bob:p@ss@db/x and more", "postgres://bob:[scrubbed]@db/x and more"),
        ("redis://u:pa/s?s@cache/0", "redis://u:[scrubbed]@cache/0"),
        (
            "https://0123456789abcdef0123456789abcdef@o1.ingest.sentry.io/42",
            "https://[scrubbed]@o1.ingest.sentry.io/42"
        ),
        ("GET /x?user=1&token=abc&n=2", "GET /x?user=1&token=[scrubbed]&n=2"),
        // Keys of services
        ("key AKIAIOSFODNN7EXAMPLE used", "key [scrubbed] used"),
        ("ghp_0123456789abcdefghijABCDEFGHIJ012345", "[scrubbed]"),
        ("sk_live_0123456789abcdef", "[scrubbed]"),
        (
            "a -----BEGIN RSA PRIVATE KEY-----\nMIIB\n-----END RSA PRIVATE KEY----- b", "a [scrubbed] b"
        ),
        ("-----BEGIN PRIVATE KEY-----\nMIIB", "[scrubbed]"),
        // Names and values
        ("password=hunter2", "password=[scrubbed]"),
        ("password=a,b, user=c", "password=[scrubbed], user=c"),
        ("password=a,user=c", "password=[scrubbed],user=c"),
        ("Password: correct", "Password: [scrubbed]"),
        ("db.password = 'correct horse' x", "db.password = '[scrubbed]' x"),
        (#"{"password":"a\"b","n":1}"#, #"{"password":"[scrubbed]","n":1}"#),
        (#"{\"apiKey\": \"x y\", \"n\": 1}"#, #"{\"apiKey\": \"[scrubbed]\", \"n\": 1}"#),
        ("run --password hunter2 --verbose", "run --password [scrubbed] --verbose"),
        ("run --api-key=k1 x", "run --api-key=[scrubbed] x"),
        ("export AWS_SECRET_ACCESS_KEY=abc/def", "export AWS_SECRET_ACCESS_KEY=[scrubbed]"),
        ("AccountKey=abc==;Suffix=x", "AccountKey=[scrubbed];Suffix=x"),
        ("token: a1b2c3d4", "token: [scrubbed]"),
        ("[password]=x&params[secret]=y", "[password]=[scrubbed]&params[secret]=[scrubbed]"),
        ("key=9f86d081884c7d659a2feaa0c55ad015", "key=[scrubbed]"),
        ("key: Zm9vYmFyMTIzNDU2Nzg5MGFiY2RlZg==", "key: [scrubbed]"),
        ("größe=3 password=ü✓ done", "größe=3 password=[scrubbed] done"),
        ("secret => 'x'", "secret => '[scrubbed]'"),
    ])
    func secretsInTextAreReplaced(_ text: String, _ expected: String) {
        let (scrubbed, findings) = scrubber.scrub(text)
        #expect(scrubbed == expected)
        #expect(!findings.isEmpty)
        #expect(scrubber.scrub(scrubbed).text == scrubbed, "scrubbing twice changes nothing")
    }

    @Test(arguments: [
        "", "tokens: 512", "tokens=512", "max_tokens=4096", "author=Jane", "keyboard: qwerty", "monkey: business",
        "Unexpected token: identifier", "Unexpected token < in JSON at position 0", "SyntaxError: token: of",
        "the bearer token expired", "Bearer of bad news", "basic understanding of things",
        "Basic authentication failed",
        "session ended", "token=null", "password: must be longer", "password is wrong", "secrets.swift:12: error",
        "http://host:8080/a@b", "https://example.com/@scope/pkg", "redis://localhost:6379/0", "redis://[::1]:6379/a@b",
        "mail bob@example.com: ok", "key=job:logs:job-1734470400000-abc123", "key=user-42", "std::token::type",
        "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", "step 3: passing tests (64%)",
        "eyJ is how they begin", "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----",
        "10:02:09 INFO started", "token", "token:", "token=", "\"password\":\"\"", "password: {", "pass: 2",
        "ratio: 1:2, C:\\Users\\x", "https://user@host/path", "日本語 パスワード",
    ])
    func whatOnlyLooksLikeASecretStays(_ text: String) {
        let (scrubbed, findings) = scrubber.scrub(text)
        #expect(scrubbed == text)
        #expect(findings == [])
    }

    @Test func severalSecretsAreToldInTheirOrder() {
        let (text, findings) = scrubber.scrub(
            "password=x and redis://:y@h and Bearer abcdefgh1", path: "breadcrumbs[3]")
        #expect(text == "password=[scrubbed] and redis://:[scrubbed]@h and Bearer [scrubbed]")
        #expect(findings.map(\.reason) == [.name, .url, .authorization])
        #expect(Set(findings.map(\.path)) == ["breadcrumbs[3]"])
    }

    /// Whatever is cut where: no crash, still text, and twice is once.
    @Test func anyTextIsTaken() {
        let whole = Array(
            #"x: "password" : \"a\\\"b\" https://u:p/#?@[::1]:9@ -----BEGIN PRIVATE KEY----- eyJhbGciOiJI.eyJz.é --token k"#
                .utf8)
        for start in whole.indices {
            for end in start...whole.count {
                let text = String(decoding: whole[start..<end], as: UTF8.self)
                let once = scrubber.scrub(text).text
                #expect(once == String(decoding: Array(once.utf8), as: UTF8.self))
            }
        }
    }

    /// A quadratic scan of these would take minutes.
    @Test(arguments: [
        "a://b:c/", "eyJaaaaaaaaaaaaaaaaaaaaa.", "password", "Bearer ", "\\\"", "a=", "-----BEGIN ", "token:\"", "a:,",
        "x@", "password=1,",
    ])
    func longTextIsLookedThroughOnce(_ piece: String) {
        let text = String(repeating: piece, count: 200_000 / piece.utf8.count)
        #expect(scrubber.scrub(text).text.utf8.count > 0)
    }
}
