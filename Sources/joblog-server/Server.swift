import ArgumentParser
import CVersion
import JWTKit
import JobLogCore
import Logging
import RedisClient
import RedisTLS

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// The command that serves the HTTP API.
@main
struct Server: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "joblog-server", abstract: "Serve jobs and their logs over HTTP.",
        version: String(cString: joblog_version()), subcommands: [Serve.self, MakeToken.self],
        defaultSubcommand: Serve.self)
}

/// Serves.
struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Serve the API until SIGTERM or SIGINT.")

    @Option(
        help:
            "The Redis to read, else REDIS_URL, else redis://localhost:6379. TLS is set by JOBLOG_TLS_CA and the like.")
    var url: String?

    @Option(help: "The port to listen at, else PORT, else 3000; 0 takes a free one.")
    var port: Int?

    @Option(help: "The address to listen at.")
    var host = "127.0.0.1"

    @Option(help: "What stands in front of every key.")
    var keyPrefix = ""

    @Option(help: "Let web pages of this origin read the answers; may be given several times.")
    var corsOrigin: [String] = []

    @Option(help: "How many requests a second a user may make.")
    var rate = 50

    @OptionGroup var tokens: TokenOptions

    func validate() throws {
        if let port, !(0...65_535).contains(port) {
            throw ValidationError("--port takes a number up to 65535, not \(port).")
        }
        guard rate > 0 else { throw ValidationError("--rate takes a number of at least 1.") }
    }

    func run() async throws {
        let environment = ProcessEnvironment.all
        let server: JoblogServer
        do {
            var redis = try RedisConfiguration.fromEnvironment(
                url: url, environment: environment, clientName: "joblog-server:\(getpid())")
            if redis.url.isTLS { redis.transport = try TLSTransport(TLSSettings(environment: environment)) }
            server = JoblogServer(
                settings: .init(
                    redis: redis, keys: JobKeys(prefix: keyPrefix), host: host, port: try port(environment),
                    tokens: try tokens.settings(environment), origins: Set(corsOrigin), rate: rate),
                logger: Logger(label: "joblog-server", factory: { StreamLogHandler.standardError(label: $0) }))
        } catch {
            throw ValidationError("\(error)")
        }
        // Else every line of the log has the C library look whether this file has changed.
        setenv("TZ", ":/etc/localtime", 0)
        do {
            try await server.run { port in
                print("joblog-server listens on http://\(host.contains(":") ? "[\(host)]" : host):\(port)")
                // Whoever waits for it may read a pipe.
                fflush(nil)
            }
        } catch let error as BadSetting {
            throw ValidationError("\(error)")
        }
    }

    private func port(_ environment: [String: String]) throws(BadSetting) -> Int {
        if let port { return port }
        guard let text = environment["PORT"], !text.isEmpty else { return 3_000 }
        guard let port = Int(text), (0...65_535).contains(port) else {
            throw BadSetting("PORT takes a number up to 65535, not \(TerminalText.line(text)).")
        }
        return port
    }
}

/// Makes a token.
struct MakeToken: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "token", abstract: "Print a token for a user, signed with JWT_SECRET.")

    @Option(help: "The user whose jobs may be seen.")
    var user: String?

    @Flag(help: "Let every job be seen.")
    var `operator` = false

    @Option(help: "How long the token is valid: 30m, 1h, 7d.")
    var expires: String

    @OptionGroup var tokens: TokenOptions

    func validate() throws {
        guard `operator` || user?.isEmpty == false else { throw ValidationError("A token needs --user or --operator.") }
    }

    func run() async throws {
        let now = Timestamp.now()
        do {
            let settings = try tokens.settings(ProcessEnvironment.all)
            guard case .secret = settings.key else {
                throw BadSetting("A token is made with JWT_SECRET, not with --jwt-key.")
            }
            let began: Int64
            do throws(TimeFormatError) {
                began = try RelativeTime.parse(expires, now: now)
            } catch {
                throw BadSetting("--expires: \(error.description).")
            }
            guard began < now else { throw BadSetting("--expires takes a time such as 1h.") }
            var claims = TokenClaims(userId: user)
            claims.operator = `operator` ? true : nil
            claims.exp = Double((2 * now - began) / 1_000)
            claims.iss = settings.issuer
            claims.aud = settings.audience.map { .one($0) }
            print(try await TokenKeys(settings).token(for: claims))
        } catch {
            throw ValidationError("\(error)")
        }
    }
}

/// How tokens are signed.
struct TokenOptions: ParsableArguments {
    @Option(help: "Tokens are RS256 or ES256, checked by the public key in this PEM file; else HS256 by JWT_SECRET.")
    var jwtKey: String?

    @Option(help: "Who must have issued a token.")
    var issuer: String?

    @Option(help: "For whom a token must be.")
    var audience: String?

    func settings(_ environment: [String: String]) throws(BadSetting) -> TokenSettings {
        let key: TokenSettings.Key
        if let jwtKey {
            key = .publicKey(try contents(of: jwtKey))
        } else {
            key = try TokenSettings.secret(environment["JWT_SECRET"])
        }
        return TokenSettings(key: key, issuer: issuer, audience: audience)
    }
}

extension TokenOptions {
    /// A key's file, of which no more is read than a key has.
    private func contents(of path: String) throws(BadSetting) -> String {
        guard let file = fopen(path, "re") else {
            throw BadSetting("--jwt-key: \(TerminalText.line(path)) cannot be read.")
        }
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: 65_536)
        let count = fread(&bytes, 1, bytes.count, file)
        return String(decoding: bytes[..<count], as: UTF8.self)
    }
}
