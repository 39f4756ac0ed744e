import Foundation
import Synchronization

/// How a child ended.
public enum ExitStatus: Equatable, Sendable {
    /// By itself, with this status.
    case exited(Int32)
    /// By this signal.
    case signalled(Int32)
}

/// Why a child could not be started, awaited or understood, as a sentence.
public struct SubprocessError: Error, CustomStringConvertible {
    /// What went wrong.
    public var description: String

    /// - Parameter description: one sentence for the person who reads the failed test.
    public init(_ description: String) {
        self.description = description
    }
}

/// One child of the test process: started without a shell, reaped as soon as it ends.
///
/// Foundation.Process is not used because it waits for everybody who inherited its pipes, which a daemon such as the
/// tmux server keeps for ever.
final class ChildProcess: Sendable {
    let pid: pid_t
    private let state: Mutex<State>

    private enum State {
        case running([CheckedContinuation<ExitStatus, Never>])
        case ended(ExitStatus)
    }

    /// Starts `argv[0]`, looked up on PATH, with the three given descriptors and no others, and with nothing in its
    /// environment but `environment`. In a group of its own it does not hear of ^C at the tests' terminal.
    ///
    /// - Throws: ``SubprocessError`` that names the program.
    init(
        _ argv: [String], environment: [String: String], input: borrowing FileHandle, output: borrowing FileHandle,
        errors: borrowing FileHandle, hasOwnGroup: Bool = false
    ) throws {
        ignoreBrokenPipes
        pid = try Self.spawn(
            argv, environment: environment,
            descriptors: [input.fileDescriptor, output.fileDescriptor, errors.fileDescriptor],
            hasOwnGroup: hasOwnGroup)
        state = Mutex(.running([]))
        // A thread of its own, because waiting blocks and a blocked cooperative thread would hold up other tests.
        Thread.detachNewThread { [self] in reap() }
    }

    /// Sends a signal; does nothing when the child has ended already.
    func signal(_ number: Int32) {
        state.withLock { state in
            // Under the lock, because the reaper frees the pid for others to use.
            if case .running = state {
                kill(pid, number)
            }
        }
    }

    /// How the child ended, or nil while it runs.
    var status: ExitStatus? {
        state.withLock { state in
            if case .ended(let status) = state { status } else { nil }
        }
    }

    /// Waits for the end.
    func wait() async -> ExitStatus {
        await withCheckedContinuation { continuation in
            let ended: ExitStatus? = state.withLock { state in
                switch state {
                case .ended(let status):
                    return status
                case .running(let waiting):
                    state = .running(waiting + [continuation])
                    return nil
                }
            }
            if let ended {
                continuation.resume(returning: ended)
            }
        }
    }

    /// Blocks the calling thread until the end.
    func block() {
        var info = siginfo_t()
        while waitid(P_PID, id_t(pid), &info, WEXITED | WNOWAIT) == -1, errno == EINTR {}
    }

    private func reap() {
        block()
        let (status, waiting) = state.withLock { state -> (ExitStatus, [CheckedContinuation<ExitStatus, Never>]) in
            var raw: Int32 = 0
            while waitpid(pid, &raw, 0) == -1, errno == EINTR {}
            let status: ExitStatus = raw & 0x7f == 0 ? .exited(raw >> 8 & 0xff) : .signalled(raw & 0x7f)
            guard case .running(let waiting) = state else { return (status, []) }
            state = .ended(status)
            return (status, waiting)
        }
        for continuation in waiting {
            continuation.resume(returning: status)
        }
    }

    private static func spawn(
        _ argv: [String], environment: [String: String], descriptors: [Int32], hasOwnGroup: Bool
    ) throws -> pid_t {
        try spawnProcess(argv, environment: environment, flags: hasOwnGroup ? Int32(POSIX_SPAWN_SETPGROUP) : 0) {
            actions in
            for (target, descriptor) in descriptors.enumerated() {
                posix_spawn_file_actions_adddup2(&actions, descriptor, Int32(target))
            }
        }
    }
}

#if canImport(Darwin)
typealias SpawnFileActions = posix_spawn_file_actions_t?
typealias SpawnAttributes = posix_spawnattr_t?
#else
typealias SpawnFileActions = posix_spawn_file_actions_t
typealias SpawnAttributes = posix_spawnattr_t
#endif

/// Starts a program with three descriptors and signals as at first.
///
/// - Parameters:
///   - argv: the program, looked for on PATH, and its arguments.
///   - environment: all of its environment.
///   - flags: of `posix_spawn`, besides those for the signals.
///   - prepare: gives it standard input, output and error.
/// - Returns: its process id.
/// - Throws: ``SubprocessError`` with the program's name.
func spawnProcess(
    _ argv: [String], environment: [String: String], flags: Int32, prepare: (inout SpawnFileActions) -> Void
) throws -> pid_t {
    #if canImport(Darwin)
    var actions: SpawnFileActions
    var attributes: SpawnAttributes
    #else
    var actions = SpawnFileActions()
    var attributes = SpawnAttributes()
    #endif
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    prepare(&actions)
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    // The test runner's threads block signals, and a child that inherits that can't be ended by them.
    var signals = sigset_t()
    sigemptyset(&signals)
    posix_spawnattr_setsigmask(&attributes, &signals)
    sigfillset(&signals)
    sigdelset(&signals, SIGKILL)
    sigdelset(&signals, SIGSTOP)
    posix_spawnattr_setsigdefault(&attributes, &signals)
    var flags = flags | Int32(POSIX_SPAWN_SETSIGMASK) | Int32(POSIX_SPAWN_SETSIGDEF)
    #if canImport(Darwin)
    flags |= Int32(POSIX_SPAWN_CLOEXEC_DEFAULT)
    #else
    // Not every descriptor of this process closes itself on exec: hiredis' sockets do not.
    for descriptor in 3..<min(1024, getdtablesize()) {
        posix_spawn_file_actions_addclose(&actions, descriptor)
    }
    #endif
    posix_spawnattr_setflags(&attributes, Int16(flags))

    let arguments: [UnsafeMutablePointer<CChar>?] = argv.map { strdup($0) } + [nil]
    let variables: [UnsafeMutablePointer<CChar>?] = environment.map { strdup("\($0)=\($1)") } + [nil]
    defer {
        for pointer in arguments + variables {
            free(pointer)
        }
    }
    var pid: pid_t = 0
    let code = argv[0].withCString { posix_spawnp(&pid, $0, &actions, &attributes, arguments, variables) }
    guard code == 0 else {
        throw SubprocessError("\(argv[0]) could not be started: \(String(cString: strerror(code)))")
    }
    return pid
}

/// The environment of a child: what it needs to run here, nothing that would change what it does (REDIS_URL,
/// NO_COLOR and the like of whoever runs the tests), and what the test adds. Files of that user are not for tests: where
/// none is given there is no place for state and configuration.
public func childEnvironment(adding additions: [String: String] = [:]) -> [String: String] {
    let kept: Set = [
        "PATH", "HOME", "USER", "TMPDIR", "LD_LIBRARY_PATH", "LLVM_PROFILE_FILE",
        // Of Tests/Sanitizers: what is started is built with the same sanitizer.
        "LD_PRELOAD", "TSAN_OPTIONS", "ASAN_OPTIONS",
    ]
    return ProcessInfo.processInfo.environment
        .filter { kept.contains($0.key) }
        .merging(["LC_ALL": "C.UTF-8", "SWIFT_BACKTRACE": "interactive=no,color=no"]) { $1 }
        .merging(["XDG_STATE_HOME": "/dev/null", "XDG_CONFIG_HOME": "/dev/null"]) { $1 }
        .merging(additions) { $1 }
}

/// Writing to a child that has gone away is an error of that write, not the end of the test process.
private let ignoreBrokenPipes: Void = { _ = signal(SIGPIPE, SIG_IGN) }()
