import RedisClient
import Testing

@Suite struct RedisConfigurationTests {
    private func configuration(
        url: String? = nil, _ environment: [String: String]
    ) throws -> RedisConfiguration {
        try RedisConfiguration.fromEnvironment(url: url, environment: environment, clientName: "test")
    }

    @Test func addressIsTheGivenThenTheEnvironmentsThenLocal() throws {
        #expect(try configuration([:]).url.description == "redis://localhost:6379/0")
        #expect(try configuration(["REDIS_URL": ""]).url.description == "redis://localhost:6379/0")
        #expect(try configuration(["REDIS_URL": "redis://a"]).url.description == "redis://a:6379/0")
        #expect(try configuration(url: "redis://b", ["REDIS_URL": "redis://a"]).url.description == "redis://b:6379/0")
    }

    @Test func passwordComesFromTheEnvironment() throws {
        var environment = ["REDISCLI_AUTH": "cli"]
        #expect(try configuration(environment).password == RedisPassword("cli"))
        environment["REDIS_URL"] = "redis://me:own@h"
        #expect(try configuration(environment).password == RedisPassword("own"))
        #expect(try configuration(environment).user == "me")
        environment["JOBLOG_REDIS_PASSWORD"] = "joblog"
        environment["JOBLOG_REDIS_USER"] = "you"
        #expect(try configuration(environment).password == RedisPassword("joblog"))
        #expect(try configuration(environment).user == "you")
        #expect(try configuration(url: "redis://other", ["REDIS_URL": "redis://:own@h"]).password == nil)
    }

    @Test func passwordInAGivenURLIsRefused() {
        let error = #expect(throws: RedisError.self) { try configuration(url: "redis://:hunter2@h", [:]) }
        #expect(error?.code == .badURL)
        #expect(error?.message.contains("other users can read") == true)
        #expect(error?.message.contains("REDIS_URL or JOBLOG_REDIS_PASSWORD") == true)
        #expect(error?.message.contains("hunter2") == false)
    }

    @Test func clientNameSaysWhoAndWhere() throws {
        let name = RedisConfiguration(url: try RedisURL(parsing: "redis://h")).clientName
        #expect(name.wholeMatch(of: /joblog:.+:\d+/) != nil)
    }
}
