import Foundation
import TerminalUI
import Testing

@testable import JobLogTUI

/// The key table and what is made of it.
@Suite struct KeyTableTests {
    @Test func noKeyMeansTwoThingsInOnePlace() {
        for context in KeyContext.allCases {
            let keys = KeyTable.bindings.filter { $0.contexts.contains(context) }.flatMap(\.keys)
            #expect(Set(keys).count == keys.count, "\(context)")
        }
    }

    @Test func everyActionHasAKeyAndEveryKeyASentence() {
        #expect(Set(KeyTable.bindings.map(\.action)) == Set(Action.allCases))
        #expect(KeyTable.bindings.allSatisfy { $0.help.hasSuffix(".") && !$0.keys.isEmpty })
    }

    @Test(arguments: 1...200) func theWayOutFitsFirst(_ width: Int) {
        let hints = KeyHints(KeyMap().hints(in: .log)).fitting(width)
        let taken = hints.reduce(0) { $0 + TextWidth.columns(of: $1.key) + 1 + TextWidth.columns(of: $1.label) + 2 }
        #expect(taken <= width + 2)
        if width >= 20 { #expect(hints.contains { $0.label == "back" } && hints.contains { $0.label == "help" }) }
    }

    @Test func theDocumentedKeysAreTheKeys() throws {
        let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "docs/keys.md")
        if ProcessInfo.processInfo.environment["JOBLOG_WRITE_DOCS"] == "1" {
            try Data(KeyMap().markdown.utf8).write(to: file)
        }
        let text = try String(contentsOf: file, encoding: .utf8)
        #expect(
            text == KeyMap().markdown, "docs/keys.md is stale: JOBLOG_WRITE_DOCS=1 swift test --filter KeyTableTests")
    }
}
