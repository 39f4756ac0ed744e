import ArgumentParser
import Testing

@testable import joblog_server

@Suite struct ServerTests {
    @Test func isCalledJoblogServer() {
        #expect(Server.configuration.commandName == "joblog-server")
    }
}
