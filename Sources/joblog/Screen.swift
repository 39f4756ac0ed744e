import Dispatch
import JobLogCore
import JobLogTUI
import NcursesBackend
import RedisClient
import Synchronization
import TerminalUI

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// Runs joblog's screen on a source: the parts wired together.
struct Screen {
    let source: any JobSource
    let opening: JobID?
    /// The jobs whose logs are merged with that one's.
    var others: [JobID] = []
    let appearance: AppearanceOptions
    let options: ScreenOptions
    var access = Access.writable
    let closesAfter: Duration?
    /// Whether nothing has said where the jobs are.
    var isPlaceAssumed = false
    /// The profile by which the source was named.
    var profile: String?
    /// Whether a tour is given.
    var hasTour = false
    /// How the log is looked at that it opens at; nil for the usual way.
    var view: LogView?
    /// What an earlier run has left.
    var saved = SavedState()
    /// Gives Unix ms.
    var clock: @Sendable () -> Int64 = Timestamp.now

    /// What is to come after the screen.
    enum Next {
        case nothing, demo
    }

    /// What has ended the screen.
    private enum End {
        case left(Next)
        case signal(Int32)
    }

    /// Takes the terminal, shows the screen until it is left, and gives the terminal back. A signal that ended it is
    /// passed on.
    @MainActor
    @discardableResult
    func run() async throws -> Next {
        switch try show() {
        case .left(let next): return next
        case .signal(let number):
            Self.die(of: number)
            return .nothing
        }
    }

    /// Lets the signal do what it would have done without a screen. The main actor may run on a thread that blocks
    /// signals: there it would wait for ever.
    private static func die(of signal: Int32) {
        Glibc.signal(signal, SIG_DFL)
        var own = sigset_t()
        sigemptyset(&own)
        sigaddset(&own, signal)
        pthread_sigmask(SIG_UNBLOCK, &own, nil)
        raise(signal)
    }

    /// The loop has the main actor's thread to itself; the feed has a thread of its own.
    @MainActor
    private func show() throws -> End {
        // What is wrong in a file of settings is told before the terminal is taken.
        let (keys, chosenTheme) = (try options.keyMap(), try options.chosenTheme())
        let (source, feed) = (source, source.viewerFeed())
        let mailbox = Mailbox<AppMessage>()
        // The option is for one run; what a key chose stays.
        let mouse = options.askedMouse ?? saved.remembered.mouse
        let keeper = StateKeeper(saved, mailbox: mailbox)
        let orders = Orders()
        // What is read or done on request must not hold up what is on screen, nor each other.
        let (lookups, actions, searches) = (Orders(), Orders(), Orders())
        // It connects while the terminal is being taken.
        orders.add {
            await source.rest()
            await feed.start { mailbox.post(.feed($0)) }
        }
        let backend: NcursesBackend
        do throws(TerminalError) {
            backend = try NcursesBackend(
                colors: appearance.color != .never && Environment.allowsColor, mouse: mouse)
        } catch {
            Self.wait { await feed.close() }
            throw Failure(.error, error.description)
        }
        defer { backend.restore() }
        // What was chosen for colours says little without.
        let lastTheme = backend.hasColors ? keeper.theme : nil
        let theme = try chosenTheme ?? lastTheme ?? ScreenOptions.suitedTheme(hasColors: backend.hasColors)
        backend.use(theme.sheet)
        if let closesAfter {
            Task(executorPreference: Main.executor) {
                await Main.executor.sleep(for: closesAfter)
                mailbox.post(.timeIsUp)
            }
        }
        let lookers = Lookers()
        let desk = OutDesk(backend: backend, mailbox: mailbox) { line in
            Self.wait { try? await source.whole(line.record, of: line.job) }
        }
        let alerts = AlertDesk(backend: backend) { mailbox.post(.trouble($0)) }
        let searcher = Searcher(source)
        var end = End.left(.nothing)
        let loop = ProgramLoop(
            JoblogProgram(clock: clock),
            model: AppModel(
                sourceName: source.name, profile: profile, server: source.server, searchedKeys: source.searchedKeys,
                isPlaceAssumed: isPlaceAssumed, opening: opening, with: others, access: access,
                isUTC: appearance.askedUTC,
                now: clock(), view: view,
                settings: ScreenSettings(
                    keys: keys, theme: theme.name, themes: ThemeFolder.names, mouse: mouse,
                    alerts: Settings.current.alerts),
                remembered: saved.remembered, hasTour: hasTour),
            backend: backend,
            mailbox: mailbox, rest: options.rest
        ) { effect in
            switch effect {
            case .watch(let interest): orders.add { await feed.watch(interest) }
            case .loadOlder(let id, let first, let held):
                orders.add { await feed.loadOlder(of: id, before: first, held: held) }
            case .act(let action, let id):
                actions.add { mailbox.post(.acted(await Self.carryOut(action, on: id, of: source))) }
            case .read(let detail, let id):
                lookups.add { mailbox.post(.details(id, detail, await Self.read(detail, of: id, from: source))) }
            case .compare(let id, let other):
                lookups.add { mailbox.post(.compared(await Self.compare(id, with: other, in: source))) }
            case .readWhole(let id, let record):
                lookups.add { mailbox.post(.whole(id, record, await Self.whole(record, of: id, from: source))) }
            case .examine(let exam) where exam.isCut:
                searches.add {
                    guard let exam = await exam.completed(from: source) else { return }
                    lookers.look(at: exam) { mailbox.post(.examined($0)) }
                }
            case .examine(let exam): lookers.look(at: exam) { mailbox.post(.examined($0)) }
            case .out(.save(let order)) where order.isIncomplete:
                // The screen itself does not read it before its page is shown.
                lookups.add {
                    var order = order
                    await order.bundle?.readReasoning(from: source)
                    await order.bundle?.readLargeEntries(from: source)
                    desk.save(order)
                }
            case .out(let request):
                if case .pipe = request {
                    Self.wait {
                        await feed.suspend()
                        await source.rest()
                    }
                }
                desk.carryOut(request)
            case .search(let order): searcher.start(order) { mailbox.post(.searched($0)) }
            case .stopSearch: searcher.stop()
            case .alert(let order): alerts.carryOut(order)
            case .remember(let remembered): keeper.keep(remembered)
            case .measure: mailbox.post(.measured(source.cost))
            case .refresh: orders.add { await feed.refresh() }
            case .theme(let name): mailbox.post(.themed(Self.use(name, on: backend)))
            case .redraw: return .redrawAll
            case .reportMouse(let reports): return .reportMouse(reports)
            case .suspend:
                searcher.stop()
                // A stopped process must not let the server's output for it pile up.
                Self.wait {
                    await feed.suspend()
                    await source.rest()
                }
                return .stopProcess
            case .resume:
                // Not before the process was stopped and goes on, and not after the next stop: stopped, it would hold the
                // new connections.
                Self.wait { await feed.resume() }
            case .quit(let number):
                if let number { end = .signal(number) }
                return .end
            case .demo:
                end = .left(.demo)
                return .end
            }
            return .none
        }
        let left = loop.run()
        searcher.stop()
        backend.restore()
        desk.finish()
        keeper.finish(left.unsaved)
        Self.wait { await feed.close() }
        return end
    }

    /// A file of a theme is read on the loop: it is small, and what comes next is to be shown by it.
    private static func use(_ name: String, on backend: NcursesBackend) -> Result<Theme, ReadFailure> {
        do throws(SettingsError) {
            let theme = try ThemeFolder.theme(name)
            backend.use(theme.sheet)
            return .success(theme)
        } catch {
            return .failure(ReadFailure(error.description))
        }
    }

    private static func carryOut(_ action: JobAction, on id: JobID, of source: any JobSource) async -> ActionReport {
        do {
            return ActionReport(try await source.perform(action, on: id), of: id)
        } catch {
            return ActionReport(action, of: id, failed: "\(error)")
        }
    }

    private static func compare(
        _ id: JobID, with other: JobID?, in source: any JobSource
    ) async -> Result<LogComparison, ReadFailure> {
        do {
            return .success(try await LogComparison.read(id, with: other, from: source))
        } catch let refusal as LogComparison.Refusal {
            return .failure(
                ReadFailure(refusal.description + (refusal.lacksOther ? " x marks two jobs for = to compare." : "")))
        } catch {
            return .failure(ReadFailure("\(error)"))
        }
    }

    private static func read(
        _ detail: JobDetail, of id: JobID, from source: any JobSource
    ) async -> Result<JobDetailContent, ReadFailure> {
        do {
            let content: JobDetailContent =
                switch detail {
                case .log: .records(try await source.beginnings(id, newest: JobDetail.logLength))
                case .reasoning: .records(try await source.reasoning(id))
                case .archive: .sequences(try await source.archivedCheckpoints(of: id))
                case .archived(let sequence):
                    .checkpoint(try await source.archivedCheckpoint(of: id, sequence: sequence))
                }
            return .success(content)
        } catch {
            return .failure(ReadFailure("\(error)"))
        }
    }

    private static func whole(
        _ record: LogRecord, of id: JobID, from source: any JobSource
    ) async -> Result<LogRecord?, ReadFailure> {
        do {
            return .success(try await source.whole(record, of: id))
        } catch {
            return .failure(ReadFailure("\(error)"))
        }
    }

    /// Waits on this thread, which is none of Swift's own; not for orders that were given before, which may wait for a
    /// server that is silent.
    @discardableResult
    private static func wait<Value: Sendable>(_ body: @escaping @Sendable () async -> Value?) -> Value? {
        let done = DispatchSemaphore(value: 0)
        let answer = Answer<Value>()
        Task(executorPreference: Orders.executor) {
            let value = await body()
            answer.value.withLock { $0 = value }
            done.signal()
        }
        done.wait()
        return answer.value.withLock { $0 }
    }

    private final class Answer<Value: Sendable>: Sendable {
        let value = Mutex<Value?>(nil)
    }
}

/// Carries orders out one after the other, in the order in which they were given.
private final class Orders: Sendable {
    /// Not the main executor, on whose thread the screen's loop may run.
    static let executor = RedisExecutor(label: "joblog.orders")
    private let orders: AsyncStream<@Sendable () async -> Void>.Continuation

    init() {
        let (stream, continuation) = AsyncStream.makeStream(of: (@Sendable () async -> Void).self)
        orders = continuation
        Task(executorPreference: Self.executor) { for await order in stream { await order() } }
    }

    deinit { orders.finish() }

    func add(_ order: @escaping @Sendable () async -> Void) { orders.yield(order) }
}
