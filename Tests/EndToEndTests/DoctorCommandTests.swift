import Foundation
import RedisClient
import TestSupport
import Testing

/// `joblog doctor` as people and scripts use it.
@Suite(.inTurn) struct DoctorCommandTests {
    @Test func aServerThatIsWell() async throws {
        let place = try Workplace()
        _ = try await place.output("publish", "progress", "job-1", "--user", "u", "--step", "S", "--percent", "5")
        let text = try await place.output("doctor")
        #expect(text.contains("server      Redis 7") && text.contains("standalone, primary"))
        #expect(text.contains("without TLS") && text.contains("viewer: all that it needs"))
        #expect(
            text.contains("jobs        1: 1 with a log, 1 with a state") && text.contains("looked into 1: 1 running"))
        #expect(text.hasSuffix("✓ All that a viewer needs works.\n"))
        let found = try await place.output("doctor", "-o", "json", "--role", "worker", "--samples", "0")
        #expect(found.hasPrefix(#"{"well":true,"#) && found.contains(#""role":"worker","#))
        #expect(found.contains(#""examined":0"#))
        #expect(field("user", of: try json(found)) == "default")
    }

    @Test func whatIsWrongIsNamedAndNothingOfItReachesTheTerminal() async throws {
        let place = try Workplace()
        try await place.send("SET", "job:state:evil\u{1B}]0;x\u{07}", "no JSON")
        let text = try await place.run("doctor")
        #expect(text.status == .exited(1) && text.errorText == "")
        #expect(text.text.contains("✗ 1 state is no JSON object") && text.text.contains("✗ 1 key never expires"))
        #expect(text.text.contains("    job:state:evil␛]0;x"))
        #expect(!text.stdout.contains(0x1B) && !text.stdout.contains(0x07))
        let found = try await place.run("doctor", "-o", "json")
        #expect(found.status == .exited(1) && !found.stdout.contains(0x1B))
        #expect(found.text.hasPrefix(#"{"well":false,"#))
        _ = try json(found.text)
    }

    @Test func aServerThatIsNotThere() async throws {
        let place = try Workplace()
        place.server.stop()
        let gone = try await place.run("doctor")
        #expect(gone.status == .exited(4) && gone.errorText.contains(place.server.socketPath))
        // Rules need no server.
        #expect(try await place.output("doctor", "--acl", "worker").hasPrefix("ACL SETUSER joblog-worker reset on "))
    }

    @Test func whatMakesNoSenseIsSaid() async throws {
        let place = try Workplace()
        for arguments in [
            ["--role", "king"], ["--samples", "-1"], ["--acl", "viewer", "-o", "json"], ["--acl", "x"],
        ] {
            #expect(try await place.run(["doctor"] + arguments).status == .exited(64))
        }
        let unknown = try await place.run("doctor", "--as", "nobody")
        #expect(unknown.status == .exited(1) && unknown.errorText.contains("nobody"))
    }

    /// What is printed is pasted into redis-cli as it is, and makes the user that the doctor finds to be well.
    @Test(arguments: ["read-only", "viewer", "worker"]) func rulesArePasted(_ role: String) async throws {
        let place = try Workplace()
        let prefix = #"st*ge "1":"#
        let rules = try await place.output(
            "doctor", "--acl", role, "--key-prefix", prefix, "--url", place.server.urlText + "?db=2")
        let pasted = try await TestSupport.run(["redis-cli", "-s", place.server.socketPath], input: rules)
        #expect(pasted.text == "OK\n", "\(pasted.text) \(pasted.errorText)")
        let user = ["JOBLOG_REDIS_USER": "joblog-\(role)", "JOBLOG_REDIS_PASSWORD": "CHANGE-ME"]
        let arguments = ["doctor", "--role", role, "--key-prefix", prefix, "--url", place.server.urlText + "?db=2"]
        let found = try await place.run(arguments, environment: user)
        #expect(found.status == .exited(0), "\(found.text) \(found.errorText)")
        #expect(
            found.text.contains("\(role): all that it needs\n") && found.text.contains("user        joblog-\(role)"))
        let asked = try await place.run(["doctor", "--as", "joblog-\(role)", "--role", role, "--key-prefix", prefix])
        #expect(asked.status == .exited(0) && asked.text.contains("by ACL DRYRUN for joblog-\(role)"))
    }

    @Test func aClusterAndANodeThatIsMissing() async throws {
        let cluster = try await RedisCluster(
            hasReplicas: true, arguments: ["--cluster-require-full-coverage", "no"])
        let place = try Workplace(cluster: cluster)
        let id = try await cluster.name(on: 0) { ("job-\($0)", "job:state:job-\($0)") }
        try await place.state(id, "running")
        try await place.send("EXPIRE", "job:state:\(id)", "600")
        let well = try await place.output("doctor")
        #expect(well.contains(", cluster\n") && well.contains("nodes       3 primaries, 3 replicas\n"), "\(well)")
        #expect(well.contains("looked into 1: 1 running") && well.hasSuffix("✓ All that a viewer needs works.\n"))
        let missing = "127.0.0.1:\(cluster.servers[2].port ?? 0)"
        cluster.servers[2].kill()
        let text = try await place.run("doctor")
        #expect(text.status == .exited(1) && text.errorText == "")
        #expect(text.text.contains("; without \(missing)\n"))
        #expect(text.text.contains("✗ the node \(missing) cannot be reached, the jobs there are missing: "))
        #expect(text.text.contains("looked into 1: 1 running"))
        let found = try json(try await place.run("doctor", "-o", "json").text) as? NSDictionary
        let nodes = try #require(found?["nodes"] as? [NSObject])
        #expect(nodes.count == 6 && nodes.count { field("problem", of: $0) != nil } == 1)
        for server in cluster.servers { server.kill() }
        #expect(try await place.run("doctor").status == .exited(4))
    }

    @Test func rulesForAClusterHaveItsCommands() async throws {
        let place = try Workplace()
        let url = "redis+cluster://127.0.0.1:1,127.0.0.1:2"
        let rules = try await place.output("doctor", "--acl", "read-only", "--url", url)
        #expect(rules.contains(" +cluster|slots +asking "))
        #expect(try await !place.output("doctor", "--acl", "read-only").contains("asking"))
    }

    @Test func theCeilingIsKept() async throws {
        let place = try Workplace()
        let found = try await place.run("doctor", "--max-commands", "300")
        #expect(found.status == .exited(0), "\(found.text) \(found.errorText)")
    }
}
