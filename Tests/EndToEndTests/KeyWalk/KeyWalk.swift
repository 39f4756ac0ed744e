import Foundation
import JobLogTUI
import TerminalUI
import TestSupport
import Testing

/// Presses every key of a context in a real terminal, and looks for what it does.
struct KeyWalk: Sendable {
    let scene: KeyScene
    let keys: KeyMap
    let place: Workplace
    let folder: TemporaryFolder
    private let options: [String]
    private let screen = CurrentTerminal()

    /// The terminal in which the program runs now.
    private actor CurrentTerminal {
        var terminal: Tmux?
        func set(_ terminal: Tmux?) { self.terminal = terminal }
    }

    /// The prompt of the shell in which the program is started, after a command that ended so.
    static func prompt(_ status: Int) -> String { "left \(status) $" }

    /// - Parameters:
    ///   - scene: the context.
    ///   - keys: the table.
    ///   - place: the server.
    ///   - folder: where the program is started.
    ///   - options: tell the program of that table.
    init(_ scene: KeyScene, _ keys: KeyMap, at place: Workplace, in folder: TemporaryFolder, options: [String] = []) {
        (self.scene, self.keys, self.place, self.folder, self.options) = (scene, keys, place, folder, options)
    }

    /// The bindings of the context.
    private var bindings: [KeyBinding] { keys.bindings.filter { $0.contexts.contains(scene.context) } }

    /// What the table has and the scene does not know, and the other way round.
    func gaps() -> [String] {
        let bound = Set(bindings.map(\.action))
        var gaps = bound.subtracting(scene.actions.keys).map { "\($0) has no expectation" }
        gaps += Set(scene.actions.keys).subtracting(bound).map { "\($0) is expected, and not in the table" }
        for (action, expectation) in scene.actions where !expectation.names.isEmpty {
            let names = Set(bindings.filter { $0.action == action }.flatMap(\.keys).map(\.name))
            gaps += names.symmetricDifference(expectation.names).map { "\(action): \($0) is in one of both only" }
        }
        return gaps.sorted().map { "\(scene.context.rawValue): \($0)" }
    }

    /// Walks; each key that does not do what it should is an issue, and the walk goes on in a new terminal.
    ///
    /// - Returns: how many keys were pressed.
    func run() async throws -> Int {
        var (count, failures) = (0, 0)
        for binding in bindings {
            for key in binding.keys {
                guard let stop = scene.actions[binding.action]?.stop(of: key) else { continue }
                do {
                    try await press(key, stop)
                    count += 1
                } catch {
                    Issue.record("\(scene.context.rawValue), \(key.name) (\(binding.action)): \(error)")
                    try await screen.terminal?.close()
                    await screen.set(nil)
                    failures += 1
                    // What goes wrong in the scene itself goes wrong with every key.
                    if failures == 5 { return count }
                }
            }
        }
        return count
    }

    private func press(_ key: Key, _ stop: KeyStop) async throws {
        let terminal = try await atBase()
        for step in stop.before { try await take(step, terminal) }
        let before = try await terminal.capture()
        guard !stop.sees.isOn(before) else { throw Failure("\(stop.sees.name) is there before the key:\n\(before)") }
        if let effect = stop.effect, try await effect.isThere(self) {
            throw Failure("\(effect.name) is there before the key")
        }
        try await terminal.send(key.tmuxName)
        try await terminal.waitFor(stop.sees.name, timeout: Self.patience, until: stop.sees.isOn)
        if let effect = stop.effect {
            try await eventually(effect.name, timeout: Self.patience) { try await effect.isThere(self) }
        }
        for step in stop.after { try await take(step, terminal) }
    }

    /// How long something is waited for.
    private static let patience = Duration.seconds(30)

    /// The terminal, in which the scene's base is on screen; the program is started where it does not run.
    private func atBase() async throws -> Tmux {
        if let terminal = await screen.terminal {
            if Sight.shell.isOn(try await terminal.capture()) {
                try await enter(terminal)
            } else {
                try await waitForBase(terminal)
            }
            return terminal
        }
        let environment = ["LC_ALL": "C.UTF-8", "DISPLAY": "", "WAYLAND_DISPLAY": "", "PAGER": "cat"]
        let terminal = try Tmux(
            width: 100, height: scene.height, environment: place.environment.merging(environment) { $1 })
        await screen.set(terminal)
        try await terminal.startShell()
        try await terminal.enter("cd \(folder.path); PS1='left $? $ '")
        try await terminal.waitFor(until: Sight.shell.isOn)
        try await enter(terminal)
        return terminal
    }

    private func enter(_ terminal: Tmux) async throws {
        try await terminal.enter(([place.joblog] + options + scene.arguments).joined(separator: " "))
        for step in scene.entry { try await take(step, terminal) }
        try await waitForBase(terminal)
    }

    private func waitForBase(_ terminal: Tmux) async throws {
        try await terminal.waitFor("the base, \(scene.base.name)", timeout: Self.patience) {
            $0.isAlternate && scene.base.isOn($0)
        }
    }

    private func take(_ step: KeyStep, _ terminal: Tmux) async throws {
        for press in step.press {
            switch press {
            case .keys(let keys): for key in keys { try await terminal.send(key) }
            case .text(let text): try await terminal.type(text)
            case .action(let action):
                guard let key = bindings.first(where: { $0.action == action && !$0.keys.isEmpty })?.keys[0] else {
                    throw Failure("no key asks for \(action)")
                }
                try await terminal.send(key.tmuxName)
            case .smear(let text):
                // Into the header, which nothing but a redraw writes again.
                let tty = try #require(FileHandle(forWritingAtPath: try await terminal.display("#{pane_tty}")))
                try tty.write(contentsOf: Data("\u{1B}7\u{1B}[1;1H\(text)\u{1B}8".utf8))
                try tty.close()
            case .turn(let jobs, let state): for job in jobs { try await place.state("job-\(job)", state) }
            }
        }
        try await terminal.waitFor(step.until.name, timeout: Self.patience, until: step.until.isOn)
    }

    /// What the terminal's clipboard holds.
    func clipboard() async throws -> String {
        guard let terminal = await screen.terminal else { return "" }
        // Without a buffer tmux fails.
        let names = try await terminal.output(of: ["list-buffers", "-F", "#{buffer_name}"])
        return names.isEmpty ? "" : try await terminal.output(of: ["show-buffer"])
    }

    /// Why a walk does not go on.
    struct Failure: Error, CustomStringConvertible {
        let description: String
        init(_ description: String) { self.description = description }
    }
}

extension Key {
    /// The name by which tmux sends it. It can send all keys that the table has.
    var tmuxName: String {
        switch code {
        case .character(" "): isControl ? "C-Space" : "Space"
        case .character(let scalar): (isControl ? "C-" : "") + String(scalar)
        case .up: "Up"
        case .down: "Down"
        case .left: "Left"
        case .right: "Right"
        case .home: "Home"
        case .end: "End"
        case .pageUp: "PageUp"
        case .pageDown: "PageDown"
        case .enter: "Enter"
        case .escape: "Escape"
        case .tab: "Tab"
        case .backTab: "BTab"
        case .backspace: "BSpace"
        case .delete: "DC"
        case .insert: "IC"
        case .function(let number): "F\(number)"
        }
    }
}
