import JobLogCore

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// A program that puts its standard input on a clipboard.
struct ClipboardTool {
    /// Its name.
    let name: String
    private let arguments: [String]

    /// The tool that fits where this runs; nil where there is none.
    ///
    /// - Parameter isSent: whether the text went to the terminal already. Inside tmux that reaches a clipboard only where
    ///   tmux is told to take it; where not, tmux itself is the tool.
    /// - Returns: the first that there is.
    static func find(isSent: Bool) -> ClipboardTool? {
        var tools: [ClipboardTool] = []
        if Environment["WAYLAND_DISPLAY"] != nil { tools.append(ClipboardTool(name: "wl-copy", arguments: [])) }
        if Environment["DISPLAY"] != nil {
            tools.append(ClipboardTool(name: "xclip", arguments: ["-selection", "clipboard", "-in"]))
            tools.append(ClipboardTool(name: "xsel", arguments: ["--clipboard", "--input"]))
        }
        tools.append(ClipboardTool(name: "pbcopy", arguments: []))
        if let tool = tools.first(where: { Tool.isThere($0.name) }) { return tool }
        guard Environment["TMUX"] != nil, Tool.isThere("tmux") else { return nil }
        if isSent, let answer = try? Tool.run(["tmux", "show-options", "-sv", "set-clipboard"]), answer == "on\n" {
            return nil
        }
        return ClipboardTool(name: "tmux", arguments: ["load-buffer", "-w", "-"])
    }

    /// Hands the text over. Throws a `Failure` that says what went wrong.
    func copy(_ text: [UInt8]) throws(Failure) {
        try Tool.run([name] + arguments, input: text)
    }
}
