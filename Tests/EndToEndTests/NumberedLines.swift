import Foundation
import TestSupport

extension TerminalScreen {
    /// The numbers of the lines `line 1`, `line 2` and so on that are on screen, in their order; marks of the pane and what
    /// follows a number are left out.
    var lineNumbers: [Int] {
        rows.compactMap { row in
            row.range(of: "INFO  line ").flatMap { Int(row[$0.upperBound...].prefix(while: \.isNumber)) }
        }
    }
}

extension Tmux {
    /// Goes through the log that is open from its first line on, page by page, and gives the numbers of its lines.
    func allLineNumbers(from first: Int = 1, to last: Int) async throws -> [Int] {
        try await send("g")
        try await waitFor("the first line") { $0.lineNumbers.first == first }
        var seen: [Int] = []
        while seen.last != last {
            let page = try await capture().lineNumbers
            seen += page.filter { $0 > seen.last ?? 0 }
            try await send("PageDown")
            try await waitFor("the next page") { $0.lineNumbers != page || page.last == last }
        }
        return seen
    }

    /// The process of joblog's screen, which runs in the pane's shell.
    func screenPID() async throws -> Int32 {
        let shell = try await panePID()
        let screen = Processes.descendants(of: shell).first { $0.value.split(separator: " ")[0].hasSuffix("/joblog") }
        guard let screen else { throw SubprocessError("no joblog runs in the shell") }
        return screen.key
    }
}
