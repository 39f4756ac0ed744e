import Foundation
import JobLogCore
import TerminalUI
import Testing

@testable import JobLogTUI

/// Every scene looks as its file says, and every part of the screen has a scene.
@Suite struct GoldenScreenTests {
    @Test(arguments: Scene.all) func itLooksAsItsFileSays(_ scene: Scene) throws {
        let text = try GoldenScreen.text(of: scene)
        let file = GoldenScreen.file(of: scene)
        if GoldenScreen.isWriting {
            try FileManager.default.createDirectory(at: GoldenScreen.folder, withIntermediateDirectories: true)
            try Data(text.utf8).write(to: file)
        }
        let expected = (try? String(contentsOf: file, encoding: .utf8)) ?? ""
        let difference = GoldenScreen.difference(text, expected)
        #expect(
            difference == nil,
            "\(difference ?? "")\nIf that is meant: JOBLOG_WRITE_SCREENS=1 swift test --filter GoldenScreenTests")
    }

    @Test func everyFileHasItsScene() throws {
        let names = Scene.all.map(\.name)
        #expect(Set(names).count == names.count)
        let expected = Set(names.map { $0 + ".txt" })
        let files = Set(try FileManager.default.contentsOfDirectory(atPath: GoldenScreen.folder.path))
        if GoldenScreen.isWriting {
            for name in files.subtracting(expected) {
                try FileManager.default.removeItem(at: GoldenScreen.folder.appending(path: name))
            }
            return
        }
        #expect(files == expected, "\(files.symmetricDifference(expected))")
    }

    /// Each place where keys go, each page, each kind of connection, of access, of times and of split.
    @Test func everyPartOfTheScreenHasItsScene() {
        var contexts: Set<KeyContext> = []
        var tabs: Set<PanelTab> = []
        var splits: Set<Split> = []
        var modes: Set<LogTimes.Mode> = []
        var prompts: Set<LogPrompt.Kind> = []
        var kinds: Set<String> = []
        for model in Scene.plain.map(\.model) {
            contexts.insert(model.context)
            tabs.insert(model.panel.tab)
            splits.formUnion([model.split].compactMap(\.self))
            modes.formUnion([model.log?.times.mode].compactMap(\.self))
            prompts.formUnion([model.log?.prompt?.kind].compactMap(\.self))
            kinds.formUnion([Self.kind(model.connection), Self.kind(model.access)])
            if let subject = model.question?.subject { kinds.insert(Self.kind(subject)) }
        }
        #expect(contexts == Set(KeyContext.allCases))
        #expect(tabs == Set(PanelTab.allCases))
        #expect(splits == Set(Split.allCases))
        #expect(modes == Set(LogTimes.Mode.allCases))
        #expect(prompts == Set(LogPrompt.Kind.allCases))
        #expect(kinds == Set(Self.kinds))
    }

    private static let kinds = [
        "connecting", "online", "online with a notice", "reconnecting", "saved", "disconnected", "writable",
        "read-only",
        "bundle", "locked", "unlocked", "act", "unlock", "out",
    ]

    private static func kind(_ connection: FeedConnection) -> String {
        switch connection {
        case .connecting: "connecting"
        case .online(let notice, _, _): notice == nil ? "online" : "online with a notice"
        case .reconnecting: "reconnecting"
        case .saved: "saved"
        case .disconnected: "disconnected"
        }
    }

    private static func kind(_ access: Access) -> String {
        switch access {
        case .writable: "writable"
        case .readOnly: "read-only"
        case .saved: "bundle"
        case .locked: "locked"
        case .unlocked: "unlocked"
        }
    }

    private static func kind(_ subject: Question.Subject) -> String {
        switch subject {
        case .act: "act"
        case .unlock: "unlock"
        case .out: "out"
        }
    }

    /// Whatever the model may hold besides is held in some scene: a new part of it needs one.
    @Test func whateverMayBeOnScreenIsInSomeScene() {
        // What is on its way to the screen, or leaves it, is not on it.
        var missing: Set<String> = [
            "AppModel.announcement", "AppModel.wheel", "AppModel.renewing", "AppModel.restoring", "LogPane.stretch",
            "LogPane.target",
        ]
        var seen = missing
        for model in Scene.plain.map(\.model) {
            for (type, part) in [
                ("AppModel", model as Any), ("LogPane", model.log as Any), ("SearchScreen", model.search),
            ] {
                for (name, isThere) in Self.optionals(part) {
                    missing.insert("\(type).\(name)")
                    if isThere { seen.insert("\(type).\(name)") }
                }
            }
        }
        #expect(missing == seen, "\(missing.subtracting(seen))")
    }

    /// The optional properties of a value, and whether they are there.
    private static func optionals(_ value: Any) -> [(name: String, isThere: Bool)] {
        let mirror = Mirror(reflecting: value)
        if mirror.displayStyle == .optional { return mirror.children.first.map { optionals($0.value) } ?? [] }
        return mirror.children.compactMap { child in
            let part = Mirror(reflecting: child.value)
            guard part.displayStyle == .optional, let name = child.label else { return nil }
            return (name, !part.children.isEmpty)
        }
    }
}
