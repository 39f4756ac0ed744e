import Foundation
import TestSupport
import Testing

@testable import JobLogAPI

@Suite struct APITokenTests {
    @Test func blanksAroundItAreLeftOut() throws {
        #expect(try APIToken(" a.b-c_d=\r\n").value == "a.b-c_d=")
    }

    @Test(arguments: ["", "  \n", "a b", "a\nb", "ä", "a\u{0}b", String(repeating: "x", count: 20_000)])
    func whatIsNoTokenIsRefused(_ text: String) {
        #expect(throws: APIClientError.self) { try APIToken(text) }
    }

    @Test func itIsNeverPrinted() throws {
        let token = try APIToken("sesame.open")
        var dumped = ""
        dump(token, to: &dumped)
        for text in ["\(token)", String(reflecting: token), "\([token])", dumped] { #expect(!text.contains("sesame")) }
    }

    @Test func aFileIsOnlyReadWhereNobodyElseCan() throws {
        let folder = try TemporaryFolder()
        let file = folder.file("token")
        try Data("sesame\n".utf8).write(to: URL(filePath: file))
        for (mode, isFine) in [(0o600, true), (0o400, true), (0o640, false), (0o604, false), (0o644, false)] {
            try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: file)
            if isFine {
                #expect(try APIToken(file: file).value == "sesame")
            } else {
                let error = #expect(throws: APIClientError.self) { try APIToken(file: file) }
                #expect(error?.message.contains("chmod 600") == true)
                #expect(error?.message.contains("sesame") == false)
            }
        }
        for path in [folder.file("none"), folder.file("."), "/dev/null"] {
            #expect(throws: APIClientError.self) { try APIToken(file: path) }
        }
    }
}
