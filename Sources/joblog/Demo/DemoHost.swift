import ArgumentParser
import Dispatch
import JobLogCore
import RedisClient

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// Owns the demo's redis-server, workers and folder, and removes them when its standard input closes: that happens
/// however the screen ends, also by `kill -9`.
struct DemoHost: AsyncParsableCommand, WithoutSettings {
    static let name = "demo-host"
    static let configuration = CommandConfiguration(commandName: name, shouldDisplay: false)

    @OptionGroup var shape: DemoOptions

    func run() async throws {
        var template = Array(((Environment["TMPDIR"] ?? "/tmp") + "/joblog-demo.XXXXXX").utf8CString)
        guard mkdtemp(&template) != nil else {
            return report("No temporary folder can be made: \(String(cString: strerror(errno))).")
        }
        let folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        var children: [ChildProcess] = []
        defer {
            for child in children.reversed() { child.end(signal: SIGTERM) }
            remove(folder)
        }
        do {
            children.append(try server(in: folder))
            let url = "unix://\(folder)/redis.sock"
            try await answers(url, folder)
            let workers = min(3, shape.jobs)
            for index in 0..<workers {
                children.append(try worker(index, of: workers, url: url, folder: folder))
            }
            report(url)
        } catch let failure as Failure {
            return report(failure.message)
        }
        await end()
    }

    private func server(in folder: String) throws -> ChildProcess {
        do {
            return try ChildProcess(
                [
                    "redis-server", "--port", "0", "--unixsocket", "\(folder)/redis.sock", "--unixsocketperm", "700",
                    "--dir", folder, "--save", "", "--appendonly", "no", "--daemonize", "no",
                ], log: "\(folder)/redis.log")
        } catch {
            throw Failure(
                .error, "redis-server cannot be started. Install it, for example: sudo apt-get install redis-server")
        }
    }

    private func worker(_ index: Int, of count: Int, url: String, folder: String) throws -> ChildProcess {
        try ChildProcess(
            [ChildProcess.ownExecutable, DemoWorker.name, "--index", String(index), "--of", String(count)]
                + shape.arguments,
            log: "\(folder)/worker-\(index).log", environment: ["REDIS_URL": url])
    }

    private func answers(_ url: String, _ folder: String) async throws {
        let configuration = try RedisConfiguration.fromEnvironment(
            url: url, environment: [:], clientName: "joblog-demo")
        for _ in 0..<500 {
            let connection = RedisConnection(configuration)
            if (try? await connection.send(RedisCommand("PING"))) != nil { return }
            try await Task.sleep(for: .milliseconds(10))
        }
        throw Failure(.error, "The demo's redis-server does not answer; its log is \(folder)/redis.log.")
    }

    /// One line for the screen's process: the address, or what went wrong.
    private func report(_ line: String) {
        var out = StandardOutput()
        out.line(line)
        out.flush()
    }

    /// Waits for the end of standard input, or a signal that asks to end; others are passed over from then on.
    ///
    /// By poll, not by sources of Dispatch: such a source for an input at its end, when it was cancelled, has ended the host by a
    /// fault in that library now and then, and left redis-server behind.
    private func end() async {
        // Made before a signal comes: a handler may make nothing.
        let waker = Self.waker.read
        for number in [SIGTERM, SIGINT, SIGHUP] {
            signal(number) { _ in
                var byte: UInt8 = 0
                _ = write(DemoHost.waker.write, &byte, 1)
            }
        }
        await withCheckedContinuation { ended in
            DispatchQueue(label: "joblog.demo").async {
                var ends = [STDIN_FILENO, waker].map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
                while poll(&ends, nfds_t(ends.count), -1) < 0, errno == EINTR {}
                ended.resume()
            }
        }
    }

    /// What a signal writes to; without one, poll passes over it and the end of input alone counts.
    private static let waker = (try? ChildProcess.pipe()) ?? (read: -1, write: -1)

    /// Removes the folder, which holds files only.
    private func remove(_ folder: String) {
        if let directory = opendir(folder) {
            while let entry = readdir(directory) {
                let name = withUnsafePointer(to: entry.pointee.d_name) {
                    $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
                }
                if name != ".", name != ".." { unlink("\(folder)/\(name)") }
            }
            closedir(directory)
        }
        rmdir(folder)
    }
}
