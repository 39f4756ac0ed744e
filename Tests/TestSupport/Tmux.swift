import Foundation
import Synchronization

/// A real terminal for a test: one pane of a private tmux server, which ends with the last reference to this object.
///
///     let terminal = try Tmux(width: 80, height: 24)
///     try await terminal.start([BuiltProducts.path(of: "joblog"), "--url", url])
///     try await terminal.waitFor("Online")
///     try await terminal.send("j", "Enter")
public final class Tmux: Sendable {
    private let folder: TemporaryFolder
    private let width: Int
    private let height: Int
    private let environment: [String: String]
    private let isRunning = Atomic(false)
    private var socket: String { folder.file("tmux") }

    /// Prepares a terminal; nothing runs before ``start(_:)``.
    ///
    /// - Parameters:
    ///   - width: columns.
    ///   - height: rows; there is no status line.
    ///   - environment: added to ``childEnvironment(adding:)`` for what runs in it. State and configuration are in empty
    ///     folders of its own unless this says otherwise.
    /// - Throws: ``SubprocessError`` when there is no place for its socket.
    public init(width: Int = 80, height: Int = 24, environment: [String: String] = [:]) throws {
        folder = try TemporaryFolder()
        self.width = width
        self.height = height
        let own = ["XDG_STATE_HOME": folder.file("state"), "XDG_CONFIG_HOME": folder.file("config")]
        self.environment = own.merging(environment) { $1 }
    }

    deinit {
        // Waited for (some milliseconds), because the folder with the socket goes next.
        guard isRunning.load(ordering: .relaxed), let child = try? Spawned(base + ["kill-server"]) else { return }
        child.block()
    }

    /// Starts a program in the pane, without a shell around it: ``panePID`` is the program's.
    ///
    /// - Parameter command: the program and its arguments.
    /// - Throws: ``SubprocessError``, also when tmux is not installed.
    public func start(_ command: [String]) async throws {
        // tmux gives a single word to a shell; env makes two of it and goes away.
        let words = command.count == 1 ? ["env"] + command : command
        var options = [
            ["start-server"], ["set", "-g", "default-terminal", "tmux-256color"], ["set", "-g", "status", "off"],
            ["set", "-g", "remain-on-exit", "on"], ["set", "-g", "remain-on-exit-format", Self.endMark],
            ["set", "-s", "escape-time", "0"], ["set", "-s", "set-clipboard", "on"],
        ]
        options.append(["new-session", "-d", "-x", "\(width)", "-y", "\(height)", "--"] + words.map(Self.escaped))
        isRunning.store(true, ordering: .relaxed)
        try await tmux(Array(options.joined(separator: [";"])), environment: environment)
    }

    /// Starts a shell with job control and the prompt `$ `, and waits for the prompt.
    ///
    /// - Throws: ``SubprocessError``, also when tmux is not installed.
    public func startShell() async throws {
        try await start(["env", "PS1=$ ", "HISTFILE=", "bash", "--norc", "--noprofile", "-i"])
        try await waitFor("$")
    }

    /// Presses keys, by tmux' names: `j`, `Enter`, `Escape`, `C-d`, `PageDown`, `S-Tab`.
    ///
    /// - Throws: ``SubprocessError`` when tmux fails.
    public func send(_ keys: String...) async throws {
        try await tmux(["send-keys"] + keys.map(Self.escaped))
    }

    /// Types text as it is.
    ///
    /// - Throws: ``SubprocessError`` when tmux fails.
    public func type(_ text: String) async throws {
        try await tmux(["send-keys", "-l", "--", Self.escaped(text)])
    }

    /// Types a line and presses Enter.
    ///
    /// - Throws: ``SubprocessError`` when tmux fails.
    public func enter(_ line: String) async throws {
        try await type(line)
        try await send("Enter")
    }

    /// What the terminal shows.
    ///
    /// - Throws: ``SubprocessError`` when tmux fails.
    public func capture() async throws -> TerminalScreen {
        try await look(colors: false).screen
    }

    /// The same with the escape sequences of its colours and attributes in the rows.
    ///
    /// - Throws: ``SubprocessError`` when tmux fails.
    public func capture(colors: Bool) async throws -> TerminalScreen {
        try await look(colors: colors).screen
    }

    /// Waits until a row shows some text.
    ///
    /// - Throws: ``SubprocessError`` with the last screen when that takes too long or the program has ended without.
    @discardableResult
    public func waitFor(_ text: String, timeout: Duration = .seconds(60)) async throws -> TerminalScreen {
        try await waitFor("the text \"\(text)\"", timeout: timeout) { $0.contains(text) }
    }

    /// Waits until the screen is as wanted.
    ///
    /// - Parameters:
    ///   - what: what is awaited, for the message of the failure.
    ///   - timeout: how long at most.
    ///   - isReached: looks at one screen.
    /// - Returns: the screen that is as wanted.
    /// - Throws: ``SubprocessError`` with the last screen when that takes too long or the program has ended without.
    @discardableResult
    public func waitFor(
        _ what: String = "the wanted screen", timeout: Duration = .seconds(60),
        until isReached: (TerminalScreen) -> Bool
    ) async throws -> TerminalScreen {
        let deadline = ContinuousClock.now + timeout.patient
        while true {
            let seen = try await look(colors: false)
            if isReached(seen.screen) {
                return seen.screen
            }
            guard !seen.hasEnded else {
                throw SubprocessError("the program has ended without showing \(what):\n\(seen.screen)")
            }
            guard ContinuousClock.now < deadline else {
                throw SubprocessError("\(what) did not come in \(timeout):\n\(seen.screen)")
            }
            // tmux has no event for a changed screen; a look costs it 2 ms.
            try await Task.sleep(for: .milliseconds(5))
        }
    }

    /// Gives the terminal another size.
    ///
    /// - Throws: ``SubprocessError`` when tmux fails.
    public func resize(width: Int, height: Int) async throws {
        try await tmux(["resize-window", "-x", "\(width)", "-y", "\(height)"])
    }

    /// Whether the program in the pane has asked to be told of the mouse.
    ///
    /// - Throws: ``SubprocessError`` when tmux fails.
    public var reportsMouse: Bool {
        get async throws { try await display("#{mouse_any_flag}") == "1" }
    }

    /// The process in the pane.
    ///
    /// - Throws: ``SubprocessError`` when tmux fails.
    public func panePID() async throws -> Int32 {
        guard let pid = Int32(try await display("#{pane_pid}")) else {
            throw SubprocessError("tmux knows no process in its pane")
        }
        return pid
    }

    /// Whether the process in the pane still runs.
    ///
    /// - Throws: ``SubprocessError`` when tmux fails.
    public func isAlive() async throws -> Bool {
        try await exitStatus() == nil
    }

    /// How the process in the pane ended, or nil while it runs. A program that closes its terminal before it ends, as
    /// cat does, may be told as ended by SIGHUP: tmux hangs up when the last descriptor is closed.
    ///
    /// - Throws: ``SubprocessError`` when tmux fails.
    public func exitStatus() async throws -> ExitStatus? {
        let parts = try await display("#{pane_dead},#{pane_dead_status},#{pane_dead_signal},#{pid}")
            .split(separator: ",", omittingEmptySubsequences: false).map { Int32($0) }
        guard parts.count == 4, parts[0] == 1, let server = parts[3] else { return nil }
        if let status = parts[1] {
            return .exited(status)
        }
        if let signal = parts[2] {
            return .signalled(signal)
        }
        // A pane is dead as soon as its output has ended; how its process ended is known a moment later. Now and then
        // tmux 3.3 misses that moment and leaves a zombie; told once more, it looks.
        kill(server, SIGCHLD)
        return nil
    }

    /// Waits until the process in the pane has ended.
    ///
    /// - Throws: ``SubprocessError`` with the screen when that takes too long.
    public func waitForExit(timeout: Duration = .seconds(60)) async throws -> ExitStatus {
        let deadline = ContinuousClock.now + timeout.patient
        while true {
            if let status = try await exitStatus() {
                return status
            }
            guard ContinuousClock.now < deadline else {
                throw SubprocessError("the program still runs after \(timeout):\n\(try await capture())")
            }
            try await Task.sleep(for: .milliseconds(5))
        }
    }

    /// A value that tmux knows of the pane: `#{mouse_any_flag}`, `#{pane_title}`, `#{cursor_x}`.
    ///
    /// - Throws: ``SubprocessError`` when tmux fails.
    public func display(_ format: String) async throws -> String {
        try await tmux(["display-message", "-p", format]).text.trimmingCharacters(in: .newlines)
    }

    /// What a command of tmux prints, as it is.
    ///
    /// - Throws: ``SubprocessError`` when tmux fails.
    public func output(of command: [String]) async throws -> String { try await tmux(command).text }

    /// Ends the terminal and what runs in it, and waits for the server's end.
    ///
    /// - Throws: ``SubprocessError`` when tmux fails.
    public func close() async throws {
        isRunning.store(false, ordering: .relaxed)
        try await tmux(["kill-server"])
    }
}

extension Tmux {
    private var base: [String] { ["tmux", "-S", socket, "-f", "/dev/null"] }

    @discardableResult
    private func tmux(_ arguments: [String], environment: [String: String] = [:]) async throws -> CommandOutput {
        let output: CommandOutput
        do {
            output = try await run(base + arguments, environment: environment)
        } catch let error as SubprocessError where error.description.contains("No such file") {
            throw SubprocessError("tmux is needed for this test: install the package tmux (\(error))")
        }
        guard output.status == .exited(0) else {
            throw SubprocessError("tmux \(arguments.joined(separator: " ")): \(output.errorText)")
        }
        return output
    }

    private func look(colors: Bool) async throws -> (screen: TerminalScreen, hasEnded: Bool) {
        let flags = "#{cursor_x},#{cursor_y},#{cursor_flag},#{alternate_on},#{mouse_any_flag},#{pane_dead}"
        let capture = ["capture-pane", "-p"] + (colors ? ["-e"] : [])
        var rows = try await lines(of: ["display-message", "-p", flags, ";"] + capture)
        let values = rows.removeFirst().split(separator: ",").compactMap { Int($0) }
        guard values.count == 6 else {
            throw SubprocessError("tmux answered what this harness does not know: \(values)")
        }
        if values[5] == 1, rows.last?.contains(Self.endMark) == true {
            // The mark has pushed the top row into the history.
            rows = try await Array(lines(of: capture + ["-S", "-1"]).prefix(rows.count))
        }
        let screen = TerminalScreen(
            rows: rows, cursor: (values[0], values[1]), isCursorVisible: values[2] == 1, isAlternate: values[3] == 1,
            wantsMouse: values[4] == 1)
        return (screen, values[5] == 1)
    }

    private func lines(of arguments: [String]) async throws -> [String] {
        // The text ends with a line end, after which there is no row.
        try await tmux(arguments).text.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
            .map(String.init)
    }

    /// What tmux writes into the bottom row when the program has ended: it always scrolls then, even for an empty text.
    private static let endMark = "(tmux: the program has ended)"

    /// tmux takes a semicolon at the end of an argument for the end of its command.
    private static func escaped(_ argument: String) -> String {
        argument.hasSuffix(";") ? argument.dropLast() + "\\;" : argument
    }
}
