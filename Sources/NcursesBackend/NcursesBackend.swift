import CNcurses
import CTerminal
import TerminalUI

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// A terminal by ncurses, on standard input and standard output.
///
/// One at a time, and on one thread only. The terminal is given back by `restore()`, when the last reference goes,
/// at `exit`, and after a fatal signal. What is written to standard error meanwhile, where that is a terminal too, is
/// kept from the screen and written when the terminal has been given back. SIGINT, SIGTERM, SIGHUP, SIGQUIT and SIGTSTP become events.
public final class NcursesBackend: TerminalBackend {
    /// The terminal's size now.
    public private(set) var size: Size
    /// Whether the locale's characters are Unicode.
    public let isUnicode: Bool
    private var screen: OpaquePointer?
    private var input: NcursesInput
    private var parent: ParentWatch
    private let modes: InputModes
    private var wantsMouse: Bool
    private var painter: NcursesPainter
    private var isHungUp = false
    private var isAway = false

    /// Takes the terminal.
    ///
    /// - Parameters:
    ///   - colors: whether colours are used; bold, dim and the like always are.
    ///   - mouse: whether the terminal is to tell of the mouse from the beginning.
    /// - Throws: `TerminalError` when there is no terminal, or none that a screen can be shown on. Nothing is taken then.
    public init(colors: Bool = true, mouse: Bool = true) throws(TerminalError) {
        guard isatty(STDIN_FILENO) == 1 else {
            throw TerminalError(.notATerminal, "standard input is not a terminal")
        }
        guard isatty(STDOUT_FILENO) == 1 else {
            throw TerminalError(.notATerminal, "standard output is not a terminal")
        }
        isUnicode = Self.setLocale()
        // Before ncurses installs handlers of its own: it leaves alone what is taken.
        let failure = ct_save(STDOUT_FILENO)
        guard failure == 0 else {
            throw TerminalError(.system, "the terminal's modes cannot be read: \(String(cString: strerror(failure)))")
        }
        guard let screen = jn_newterm() else {
            ct_restore_signals()
            throw TerminalError.unknownTerminal()
        }
        guard jn_capability("cup") != nil else {
            endwin()
            delscreen(screen)
            ct_restore_signals()
            throw TerminalError.incapableTerminal()
        }
        modes = InputModes()
        wantsMouse = mouse
        Self.takeOver(ending: modes)
        // Where no file can be made, stray output is the lesser evil.
        _ = ct_catch_stderr()
        self.screen = screen
        input = NcursesInput()
        parent = ParentWatch()
        painter = NcursesPainter(colors: NcursesColors(enabled: colors))
        size = Self.fitScreen()
        beginInput()
    }

    deinit { restore() }

    /// Standard input and the pipe of signals; the first goes when the terminal has hung up.
    public var inputDescriptors: [Int32] {
        isHungUp || isAway ? [ct_signal_fd()] : [STDIN_FILENO, ct_signal_fd()] + (parent.descriptor.map { [$0] } ?? [])
    }

    /// When a sequence that is unfinished counts as it is, for example Escape by itself as a key, or it is to be looked
    /// whether the terminal is still ours.
    public var eventsDue: ContinuousClock.Instant? {
        guard screen != nil, !isHungUp, !isAway else { return nil }
        return [input.due, parent.due].compactMap(\.self).min()
    }

    /// Whether the terminal tells of the mouse; it then leaves selecting text with the mouse to Shift.
    public var reportsMouse: Bool {
        get { wantsMouse && modes.hasMouse }
        set {
            guard newValue != wantsMouse else { return }
            wantsMouse = newValue
            if screen != nil, !isHungUp, !isAway { Self.send(modes.mouse(newValue).utf8) }
        }
    }

    /// The events that are there, without waiting.
    ///
    /// Several changes of size come as one event. What was under way when the mouse was turned off is no event.
    public func readEvents() -> [InputEvent] {
        guard screen != nil else { return [] }
        var events = readSignals()
        guard !isHungUp, !isAway else { return events }
        let isLost = parent.terminalIsLost()
        if !isLost { events += input.events() }
        if !reportsMouse { events.removeAll(where: \.isMouse) }
        // Who sends something is there.
        if isLost || events.isEmpty && terminalIsGone() {
            isHungUp = true
            events.append(.hangup)
        }
        return events
    }

    /// Shows a frame; only what differs from the last one is sent.
    ///
    /// - Parameters:
    ///   - buffer: the frame; what does not fit on the screen is left out. The one before takes its place.
    ///   - cursor: where the cursor is shown; nil hides it.
    public func paint(_ buffer: inout CellBuffer, cursor: Point?) {
        guard screen != nil, !isHungUp, !isAway else { return }
        painter.paint(&buffer, cursor: cursor)
    }

    /// Whether the terminal shows colours, and is to.
    public var hasColors: Bool { painter.hasColors }

    /// Shows named styles by a sheet, from the next frame on.
    public func use(_ sheet: StyleSheet) {
        guard screen != nil else { return }
        painter.use(sheet)
    }

    /// Sends everything anew with the next frame.
    public func redrawAll() {
        guard screen != nil else { return }
        painter.forget()
    }

    /// Gives the terminal back, stops the process group, and takes the terminal again when the process goes on.
    ///
    /// A `resize` event follows, so that the frame is drawn anew. Continued in the background, the process stops again,
    /// unless a signal asks it to end: then the terminal stays given back.
    public func stopProcess() {
        guard screen != nil, !isAway else { return }
        giveBack()
        repeat { ct_stop_self() } while ct_foreground(STDOUT_FILENO) == 0 && ct_ending() == 0
        isAway = ct_foreground(STDOUT_FILENO) == 0
        if !isAway { takeAgain() }
    }

    /// Sends OSC 52. What is between the terminal and the program may still ignore it.
    public func copy(base64: String) -> Bool {
        sendBetweenFrames(
            Clipboard.sequence(
                base64: base64, terminal: Self.variable("TERM") ?? "", isScreen: Multiplexer(Self.variable) == .screen))
    }

    /// Rings the bell, in whatever way the terminal has one.
    public func ring() { _ = sendBetweenFrames([0x07]) }

    /// Sends the notification's sequence. What is between the terminal and the program may still ignore it.
    public func notify(_ notification: TerminalNotification) -> Bool {
        sendBetweenFrames(
            notification.sequence(
                terminal: Self.variable("TERM") ?? "", multiplexer: Multiplexer(Self.variable), isUnicode: isUnicode))
    }

    /// Sends bytes that change nothing on screen; tells whether there were any, and all were taken.
    private func sendBetweenFrames(_ bytes: [UInt8]?) -> Bool {
        guard screen != nil, !isHungUp, !isAway, let bytes else { return false }
        return Self.send(bytes)
    }

    /// Gives the terminal to what `body` runs, for example a pager, and takes it again when that returns.
    ///
    /// Meanwhile ^C and ^\ are for the others; ^Z and signals that end a program do what they do to any. A `resize` event
    /// follows, so that the frame is drawn anew.
    public func lend(_ body: () -> Void) {
        guard screen != nil, !isHungUp, !isAway else { return }
        giveBack()
        ct_release_stderr()
        ct_lend(1)
        body()
        ct_lend(0)
        _ = ct_catch_stderr()
        takeAgain()
    }

    /// Gives the terminal back for good; further calls do nothing.
    public func restore() {
        guard let screen else { return }
        if !isendwin() { giveBack() }
        self.screen = nil
        delscreen(screen)
        parent.end()
        ct_restore_signals()
        ct_release_stderr()
    }

    /// Ends all modes, for someone else to use the terminal.
    private func giveBack() {
        Self.send(modes.end.utf8)
        input.dropReports()
        endwin()
        ct_taken(0)
    }

    /// Sets the modes again; a `resize` event will have the frame drawn anew.
    private func takeAgain() {
        ct_taken(1)
        size = Self.fitScreen()
        painter.forget()
        doupdate()
        beginInput()
        ct_note(Self.takenAgain)
    }

    /// Sets the modes of input, of which giving the terminal back leaves none.
    private func beginInput() {
        keypad(jn_stdscr(), true)
        Self.send(modes.begin(mouse: wantsMouse).utf8)
    }

    private func readSignals() -> [InputEvent] {
        var events: [InputEvent] = []
        var isResized = false
        var isTakenAgain = false
        while let signals = Self.signals() {
            for signal in signals {
                switch signal {
                case SIGWINCH: isResized = true
                case Self.takenAgain: isTakenAgain = true
                case SIGTSTP: events.append(.stop)
                case SIGCONT where !isAway:
                    // Someone stopped the process without asking; the shell has used the terminal since.
                    reset_prog_mode()
                    beginInput()
                    isResized = true
                case SIGTERM, SIGHUP, SIGINT, SIGQUIT: events.append(.terminate(signal: signal))
                default: break
                }
            }
        }
        if isResized, !isAway {
            size = Self.fitScreen()
            painter.forget()
        }
        if isResized || isTakenAgain, !isAway { events.append(.resize(size)) }
        return events
    }

    /// Some of the signals that wait; nil when none do.
    private static func signals() -> [Int32]? {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 64) { bytes in
            let count = Int(ct_read_signals(bytes.baseAddress, Int32(bytes.count)))
            return count > 0 ? bytes.prefix(count).map(Int32.init) : nil
        }
    }

    /// Whether nothing will ever be read again: readable, and yet nothing there.
    private func terminalIsGone() -> Bool {
        if input.isRefused { return true }
        var descriptor = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
        guard poll(&descriptor, 1, 0) > 0 else { return false }
        if Int32(descriptor.revents) & (POLLHUP | POLLERR | POLLNVAL) != 0 { return true }
        return ct_waiting_bytes(STDIN_FILENO) <= 0
    }
}

extension NcursesBackend {
    /// Stands among the signals for the terminal taken again, so that the loop wakes up and draws.
    private static let takenAgain: Int32 = 0

    /// Sets the locale of characters from the environment; tells whether it is Unicode.
    private static func setLocale() -> Bool {
        let isSet = ["LC_ALL", "LC_CTYPE", "LANG"].contains { (name: String) in
            getenv(name).map { $0.pointee != 0 } ?? false
        }
        setlocale(LC_CTYPE, isSet ? "" : "C.UTF-8")
        return nl_langinfo(Int32(CODESET)).map { String(cString: $0) } == "UTF-8"
    }

    /// Sets the modes of a new screen, and sees to it that they end with the process.
    private static func takeOver(ending modes: InputModes) {
        let ends = [("rmcup", ""), ("cnorm", "\u{1B}[?25h"), ("sgr0", "\u{1B}[m"), ("rmkx", "")]
        let restore = ends.map { name, fallback in
            jn_capability(name).map { withoutPadding(String(cString: $0)) } ?? fallback
        }
        var bytes = modes.end + restore.joined()
        bytes.withUTF8 { $0.withMemoryRebound(to: CChar.self) { ct_set_restore($0.baseAddress, $0.count) } }
        ct_taken(1)
        raw()
        noecho()
        nonl()
        // A frame is sent whole even when keys wait.
        typeahead(-1)
        curs_set(0)
        leaveok(jn_stdscr(), true)
        idlok(jn_stdscr(), true)
        leaveInitialState()
    }

    /// Makes ncurses send a frame in one write. Until it has come back from `endwin()` once it takes itself for a program
    /// that only places the cursor, and flushes at every move: some eighty writes for a frame, each of which may wake
    /// the terminal. What it sends meanwhile is for nobody.
    private static func leaveInitialState() {
        let terminal = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3)
        let nobody = open("/dev/null", O_WRONLY | O_CLOEXEC)
        if terminal >= 0, nobody >= 0, dup2(nobody, STDOUT_FILENO) >= 0 {
            endwin()
            dup2(terminal, STDOUT_FILENO)
            // With the empty window, so that the screen is cleared once.
            wnoutrefresh(jn_stdscr())
            doupdate()
        }
        if terminal >= 0 { close(terminal) }
        if nobody >= 0 { close(nobody) }
    }

    /// A variable of the environment; nil where it is not set or empty.
    private static func variable(_ name: String) -> String? {
        getenv(name).map { String(cString: $0) }.flatMap { $0.isEmpty ? nil : $0 }
    }

    /// Sends bytes of which ncurses need not know; tells whether all were taken.
    @discardableResult
    private static func send(_ bytes: some Sequence<UInt8>) -> Bool {
        var rest = Array(bytes)[...]
        while !rest.isEmpty {
            let written = rest.withUnsafeBytes { write(STDOUT_FILENO, $0.baseAddress, $0.count) }
            if written < 0, errno != EINTR { return false }
            rest = rest.dropFirst(max(0, written))
        }
        return true
    }

    /// A terminfo string without its delays, which are for printing terminals: `$<5/>`.
    private static func withoutPadding(_ capability: String) -> String {
        var text = ""
        var rest = capability[...]
        while let dollar = rest.firstIndex(of: "$"), rest[dollar...].hasPrefix("$<"),
            let end = rest[dollar...].firstIndex(of: ">")
        {
            text += rest[..<dollar]
            rest = rest[rest.index(after: end)...]
        }
        return text + rest
    }

    /// Fits the screen to the terminal's size; returns the size.
    private static func fitScreen() -> Size {
        var columns: Int32 = 0
        var rows: Int32 = 0
        if ct_window_size(STDOUT_FILENO, &columns, &rows) == 0, columns != jn_columns() || rows != jn_lines() {
            // resizeterm() would also queue a key.
            resize_term(rows, columns)
        }
        return Size(width: Int(jn_columns()), height: Int(jn_lines()))
    }
}
