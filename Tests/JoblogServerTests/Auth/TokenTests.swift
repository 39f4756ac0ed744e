import JWTKit
import JobLogCore
import TestSupport
import Testing

@testable import joblog_server

/// Which tokens are believed.
@Suite(.inTurn) struct TokenTests {
    private static let now: Int64 = 1_800_000_000_000
    private let settings = TokenSettings(key: .secret(APIServer.secret))

    private func caller(
        _ claims: TokenClaims, settings: TokenSettings? = nil, secret: String = APIServer.secret
    ) async throws -> Caller? {
        let token = try await TokenKeys(TokenSettings(key: .secret(secret))).token(for: claims)
        return try await TokenKeys(settings ?? self.settings).caller(of: token, now: Self.now)
    }

    private func claims(
        user: String? = "ann", isOperator: Bool? = nil, exp: Double? = 1_800_000_060, nbf: Double? = nil
    ) -> TokenClaims {
        var claims = TokenClaims(userId: user)
        claims.operator = isOperator
        claims.exp = exp
        claims.nbf = nbf
        return claims
    }

    @Test func aValidTokenNamesItsUser() async throws {
        #expect(try await caller(claims()) == Caller(user: "ann", isOperator: false))
        #expect(try await caller(claims(exp: nil)) == Caller(user: "ann", isOperator: false))
        #expect(try await caller(claims(user: nil, isOperator: true)) == Caller(user: nil, isOperator: true))
        #expect(try await caller(claims(isOperator: false)) == Caller(user: "ann", isOperator: false))
        #expect(try await caller(claims(nbf: 1_800_000_000)) != nil)
    }

    @Test func noMoreTokensAreRememberedThanTheBound() async throws {
        let keys = try await TokenKeys(settings)
        for number in 0..<(TokenKeys.mostKnown + 1_000) {
            let token = try await keys.token(for: claims(user: "user-\(number)"))
            #expect(await keys.caller(of: token, now: Self.now)?.user == "user-\(number)")
        }
        #expect((1...TokenKeys.mostKnown).contains(keys.count))
    }

    @Test func whatIsTooLateTooEarlyNamelessOrSignedByOthersIsNot() async throws {
        #expect(try await caller(claims(exp: 1_800_000_000)) == nil)
        #expect(try await caller(claims(exp: -1)) == nil)
        #expect(try await caller(claims(exp: 1e300)) == nil)
        #expect(try await caller(claims(nbf: 1_800_000_001)) == nil)
        #expect(try await caller(claims(user: nil)) == nil)
        #expect(try await caller(claims(user: "")) == nil)
        #expect(try await caller(claims(), secret: "another-secret-of-many-more-than-32-bytes") == nil)
    }

    @Test func issuerAndAudienceCountWhereTheyAreConfigured() async throws {
        var strict = settings
        strict.issuer = "us"
        strict.audience = "joblog"
        var claims = claims()
        #expect(try await caller(claims, settings: strict) == nil)
        claims.iss = "us"
        claims.aud = .several(["other", "joblog"])
        #expect(try await caller(claims, settings: strict) != nil)
        claims.aud = .one("other")
        #expect(try await caller(claims, settings: strict) == nil)
        claims.aud = .one("joblog")
        claims.iss = "them"
        #expect(try await caller(claims, settings: strict) == nil)
    }

    @Test func aTokenThatIsRememberedEndsAllTheSame() async throws {
        let keys = try await TokenKeys(settings)
        let token = try await keys.token(for: claims())
        #expect(await keys.caller(of: token, now: Self.now) != nil)
        #expect(await keys.caller(of: token, now: Self.now + 59_999) != nil)
        #expect(await keys.caller(of: token, now: Self.now + 60_000) == nil)
    }

    @Test(arguments: [false, true]) func keyPairsWorkAndTheirPublicKeyIsNoSecret(_ isRSA: Bool) async throws {
        let signing = JWTKeyCollection()
        let pem: String
        if isRSA {
            let key = try Insecure.RSA.PrivateKey(pem: Self.rsa)
            await signing.add(rsa: key, digestAlgorithm: .sha256)
            pem = key.publicKey.pemRepresentation
        } else {
            let key = ES256PrivateKey()
            await signing.add(ecdsa: key)
            pem = key.publicKey.pemRepresentation
        }
        let keys = try await TokenKeys(TokenSettings(key: .publicKey(pem)))
        let token = try await signing.sign(claims())
        #expect(await keys.caller(of: token, now: Self.now) != nil)
        // Signed with the public key as if it were a shared secret.
        let forged = try await TokenKeys(TokenSettings(key: .secret(pem))).token(for: claims())
        #expect(await keys.caller(of: forged, now: Self.now) == nil)
    }

    @Test func whatIsNoTokenIsRefused() async throws {
        let keys = try await TokenKeys(settings)
        let valid = try await keys.token(for: claims())
        let parts = valid.split(separator: ".").map(String.init)
        func head(_ json: String) -> String { Base64.encode(Array(json.utf8)).filter { $0 != "=" } }
        for token in [
            "", ".", "..", "a.b.c", String(repeating: "x", count: 100_000), parts[0] + "." + parts[1] + ".",
            parts[0] + "." + parts[1], valid + "x", valid + ".x",
            head(#"{"alg":"none"}"#) + "." + parts[1] + ".", head(#"{"alg":"none"}"#) + "." + parts[1] + "." + parts[2],
            head(#"{"alg":"HS512","typ":"JWT"}"#) + "." + parts[1] + "." + parts[2],
            head(#"{"alg":"HS256","crit":["x"]}"#) + "." + parts[1] + "." + parts[2],
        ] {
            #expect(await keys.caller(of: token, now: Self.now) == nil, "\(token.prefix(80))")
        }
    }

    @Test(arguments: [
        (nil, "is not set"), ("", "is not set"), ("short", "has 5 bytes"),
        ("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "can guess"),
        ("your-256-bit-secret-your-256-bit-secret", "can guess"),
        ("please-ChangeMe-before-production-0815", "can guess"),
    ])
    func aSecretThatIsNoneIsRefused(secret: String?, reason: String) throws {
        do throws(BadSetting) {
            _ = try TokenSettings.secret(secret)
            Issue.record("it was taken")
        } catch {
            #expect(error.description.contains(reason))
        }
    }

    @Test(arguments: [
        (["JWT_SECRET": "-"], [], "JWT_SECRET is not set"), (["JWT_SECRET": "short"], [], "has 5 bytes"),
        (["PORT": "http"], [], "PORT takes a number"), ([:], ["--port", "70000"], "--port takes"),
        ([:], ["--jwt-key", "/nothing"], "cannot be read"),
        ([:], ["--url", "redis://:secret@localhost"], "holds a password"),
        ([:], ["--jwt-key", "/dev/null"], "no public key"), ([:], ["--rate", "0"], "--rate takes"),
    ])
    func whatDoesNotMakeSenseDoesNotStart(
        environment: [String: String], arguments: [String], reason: String
    ) async throws {
        let variables = ["JWT_SECRET": APIServer.secret].merging(environment) { $1 }.filter { $0.value != "-" }
        let output = try await run([try BuiltProducts.path(of: "joblog-server")] + arguments, environment: variables)
        #expect(output.status == .exited(64), "\(output.status)")
        #expect(output.errorText.contains(reason), "\(output.errorText)")
        #expect(!output.errorText.contains("secret@"))
    }

    /// Made for this test with `openssl genrsa`.
    private static let rsa = """
        -----BEGIN PRIVATE KEY-----
        MIIEvgIBADANBgkqhkiG9w0BAQEFAASCBKgwggSkAgEAAoIBAQC5XC6Tk85Y1Pd2
        e3K1/vO1FoDhkvh3s173wUF71lm3vri2UTDu8aeeCKSzFm4J3gev0qKzBYuQEaw2
        BzcHFNTR+stfAIdeD7Doy7YwL6wSuBOuxSda4NBiEmzuDRnb54gTBgNCMNyK+DrW
        x6VpHaokxioN1LN357pkMXs8r1aVZDw89RFNM/QhR0QiXUJ1YY3CeVeQZzXYHFlj
        HZNC5RSR54pQrWjOGfYMC7Ql1YaIJ0viMFZQcJaJM5K4lEbkN77Ls+nOPSkxIiLn
        bC4gtXS+lS/q1XKtASLKgrpZEGJKlpkExLpm5/nIcj476TN9qR8EfOsE1i8OT1QV
        mFCdBg5PAgMBAAECggEAB8Rd6++BcdskBBzNJDoq3SI0bqoEFllM9/Bq/YpFrSY6
        mDfTvJd3W28SSQd+FJTErrCSrRIPlI8Lr8yNQ5MzDcTGuSmNApCBbGfThQu3rVB1
        pq5P5Vt5RTrEwhQzdVxWKTHoeLa9Gbz9aNrpyqX5vLEUZGBO0DiaE1u4Gxq1Hpey
        jxmLWbCc2mPC6uSsA3lwIwWonmf8NoWykQ0FEmJ0oEvMcoR/rAo6bzrpwAqcc7Aw
        F1f+sy85mCzAfPLGprceaRzKDLO56gjTKL6ZhC160+HNyQoYEKf0+qrAXXVRHFBU
        XmZxOv0VVm0xjklsqzw0hapRkDBZynppYwrcg2DlJQKBgQDe0F5BYp8O02n34thv
        +gsRANwpVi3nU+PjA4CLGIRRiuYHtVLl0eWxEbJG3MnshjkVA+8d6EE5LkmRY2J5
        1MDOcZDzHxtbBrX+CwaWes+4NKLHjdK9+M4sylq/XSRZocGpBh3Xfuiqj2Mf6tTR
        iXm91u+TzNkcspf35L6lI/1YqwKBgQDU974f/JuWjD/lmPiwWWztesUI7txSxds7
        tuQh50WeNnZa+Vs1a/w7BdBs1sj2/544Z0QPO7XLUYdUzxZWk9gYJsDVY7jEAuvO
        s+4u53KTwIfvEQgCfSpnMLPm5BZNlYpn6uAojHTMqol48ds6Ek6hlw/YGIjXvQEg
        PRH0WWDo7QKBgQC17X64dpUW3upsW42LyKcWiBQ7sEEk26t75ZUkfa00g2wVKSl5
        uyuHq8Jb99TryiB7l027prLyxGePTY3PmjafmbzXtjN43H7m4gvL/JT0fA3ZUGSd
        drSpf8Qe8idHBDuDDhp5pQbGlPND0VNZj52WsxPFI4K22uAYqW48mqk2pwKBgBqV
        tokdqnp3lX5ewySYdS2L9s6vqpc2lbB1mzLUQO+IEuw2VnlrunfPuP3tLfcPX7vg
        wDE6ne38hm1C0KIMIJybMdUxdp4ZU0BhW6lFQRtKnG1ubdaJs2JgRQTckiArO7TP
        MB4/slDeNP0BDAHKyUAIsHSkU2jC8kII/ZXIFn3dAoGBAK+UkhyomL9AM4CrTfxS
        jYYGuxF9zoSZp5FkAEustrRE/WX+5TqcHopAHr8OgGvCfHx8tBrYAy/WNFdrKd2P
        uJurA3eckkg5i4ziDj/KSXC1ZV7AYW0PCe1pNDkshgVL5zoeP8eJyTu9N2ZHkO2b
        m9mOFMuJxGmPxgLbbmqgbdEZ
        -----END PRIVATE KEY-----
        """
}
