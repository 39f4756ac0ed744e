import Foundation
import Testing

@testable import JobLogSentry

@Suite struct SentryDSNTests {
    @Test func everyPartIsRead() throws {
        let dsn = try SentryDSN(parsing: " https://Pub_1:sec-2@sentry.example.com:8443/a/b/42 \n")
        #expect(dsn.scheme == "https")
        #expect(dsn.publicKey == "Pub_1")
        #expect(dsn.secretKey == "sec-2")
        #expect(dsn.host == "sentry.example.com")
        #expect(dsn.port == 8443)
        #expect(dsn.path == "/a/b")
        #expect(dsn.project == "42")
        #expect(dsn.endpoint == "https://sentry.example.com:8443/a/b/api/42/envelope/")
        #expect(dsn.full == "https://Pub_1@sentry.example.com:8443/a/b/42")
        #expect(
            dsn.authorization
                == "Sentry sentry_version=7, sentry_client=joblog.swift/1.0.0, sentry_key=Pub_1, sentry_secret=sec-2")
    }

    @Test func mostPartsMayBeMissing() throws {
        let dsn = try SentryDSN(parsing: "http://k@h/1")
        #expect(dsn.secretKey == nil)
        #expect(dsn.port == nil)
        #expect(dsn.endpoint == "http://h/api/1/envelope/")
        #expect(dsn.authorization.hasSuffix("sentry_key=k"))
        #expect(try SentryDSN(parsing: "https://k:@h/1/").endpoint == "https://h/api/1/envelope/")
        #expect(try SentryDSN(parsing: "http://k@[::1]:9000/1").endpoint == "http://[::1]:9000/api/1/envelope/")
    }

    @Test(
        arguments: [
            ("", .dsnScheme), ("nonsense", .dsnScheme), ("k@h/1", .dsnScheme), ("ftp://k@h/1", .dsnScheme),
            ("://k@h/1", .dsnScheme), ("https://h/1", .dsnNoKey), ("https://@h/1", .dsnNoKey),
            ("https://:s@h/1", .dsnNoKey),
            ("https://k%20@h/1", .dsnKey), ("https://k:a:b@h/1", .dsnKey), ("https://k@x@h/1", .dsnKey),
            ("https://k@/1", .dsnHost), ("https://k@:9/1", .dsnHost), ("https://k@h_ö/1", .dsnHost),
            ("https://k@[::1/1", .dsnHost), ("https://k@[x]/1", .dsnHost), ("https://k@[::1]9/1", .dsnPort),
            ("https://k@h:/1", .dsnPort), ("https://k@h:0/1", .dsnPort), ("https://k@h:65536/1", .dsnPort),
            ("https://k@h:x/1", .dsnPort), ("https://k@h", .dsnNoProject), ("https://k@h/", .dsnNoProject),
            ("https://k@h/a/", .dsnProject), ("https://k@h/name", .dsnProject), ("https://k@h/a%b/1", .dsnProject),
            ("https://k@h/1?x=1", .dsnQuery), ("https://k@h/1#x", .dsnQuery), ("https://k @h/1", .dsnCharacters),
            ("https://k@h/1\u{7F}", .dsnCharacters), ("https://k@h/\u{1B}[31m1", .dsnCharacters),
        ] as [(String, SentryError.Code)])
    func whatIsWrongIsNamed(_ text: String, _ code: SentryError.Code) {
        #expect { try SentryDSN(parsing: text) } throws: { error in
            let error = error as? SentryError
            return error?.code == code && error?.message.hasPrefix("The Sentry DSN ") == true
        }
    }

    @Test func noKeyIsEverPrinted() throws {
        let key = "c0ffee"
        let dsn = try SentryDSN(parsing: "https://\(key):\(key)@h/1")
        var dumped = ""
        dump(dsn, to: &dumped)
        var configured = ""
        dump(try SentryConfiguration(dsn: dsn), to: &configured)
        for text in ["\(dsn)", String(reflecting: dsn), dumped, configured, "\(Optional(dsn) as Any)"] {
            #expect(text.contains("https://h/1"))
            #expect(!text.contains(key))
        }
        for wrong in ["https://\(key)", "https://\(key)@\(key)ö/1", "\(key)://h/1", "https://k@h:\(key)/1", key] {
            #expect { try SentryDSN(parsing: wrong) } throws: { !"\($0)".contains(key) }
        }
    }

    // MARK: - Configuration

    @Test func theEnvironmentConfigures() throws {
        let found = try SentryConfiguration.fromEnvironment([
            "SENTRY_DSN": "https://k@h/1", "SENTRY_RELEASE": "worker@1", "SENTRY_ENVIRONMENT": "test",
            "SENTRY_SAMPLE_RATE": "0.25",
        ])
        let configuration = try #require(found)
        #expect(configuration.dsn.host == "h")
        #expect(configuration.release == "worker@1")
        #expect(configuration.environment == "test")
        #expect(configuration.sampleRate == 0.25)
        #expect(configuration.serverName == ProcessInfo.processInfo.hostName)
    }

    @Test func whatIsGivenWins() throws {
        let found = try SentryConfiguration.fromEnvironment(
            ["SENTRY_DSN": "wrong", "SENTRY_RELEASE": "a", "SENTRY_ENVIRONMENT": "b", "SENTRY_SAMPLE_RATE": "x"],
            dsn: "https://k@given/1", release: "c", environment: "d", sampleRate: 0)
        let configuration = try #require(found)
        #expect(configuration.dsn.host == "given")
        #expect(configuration.release == "c")
        #expect(configuration.environment == "d")
        #expect(configuration.sampleRate == 0)
    }

    @Test(arguments: [[:], ["SENTRY_DSN": ""], ["SENTRY_DSN": " \n"]])
    func withoutADSNReportingIsOff(_ variables: [String: String]) async throws {
        #expect(try SentryConfiguration.fromEnvironment(variables)?.dsn == nil)
        let off = SentryReporter(try .fromEnvironment(variables))
        #expect(!off.isOn)
        #expect(off.report(.sample()) == nil)
        #expect(await off.flush(within: .zero))
        #expect(await off.shutdown())
    }

    @Test(arguments: ["-0.1", "1.5", "nan", "inf", "half", "10%"])
    func aWrongSampleRateIsAnError(_ rate: String) {
        #expect {
            try SentryConfiguration.fromEnvironment(["SENTRY_DSN": "https://k@h/1", "SENTRY_SAMPLE_RATE": rate])
        } throws: {
            ($0 as? SentryError)?.code == .sampleRate && "\($0)".contains("SENTRY_SAMPLE_RATE")
        }
    }
}
