import JobLogTUI

/// How a notification gets onto the desktop before which the user sits.
enum DesktopWay {
    /// The way that fits, by the environment.
    ///
    /// A terminal that is known to make notifications is the best way, since it reaches the desktop over SSH too, and a click leads
    /// back to it. Else there is `notify-send`, where the desktop is that of this machine. What is left is to ask the terminal:
    /// nearly all that do not know a sequence ignore it.
    ///
    /// - Parameters:
    ///   - variable: the value of a variable of the environment; nil where it is not set.
    ///   - hasTool: whether there is `notify-send`.
    /// - Returns: one of the ways that are not ``AlertWay/desktop``.
    static func find(_ variable: (String) -> String?, hasTool: Bool) -> AlertWay {
        let terminal = variable("TERM") ?? ""
        // Inside of a multiplexer, which may drop the sequence, the tool goes before the terminal.
        let isDirect = variable("TMUX") == nil && variable("STY") == nil
        if isDirect {
            if ["rxvt", "foot"].contains(where: terminal.hasPrefix) { return .osc777 }
            let isKnown = ["xterm-kitty", "xterm-ghostty", "wezterm"].contains(where: terminal.hasPrefix)
            if isKnown || ["iTerm.app", "WezTerm", "ghostty"].contains(variable("TERM_PROGRAM") ?? "") { return .osc9 }
        }
        let isRemote = variable("SSH_CONNECTION") != nil || variable("SSH_TTY") != nil
        let hasDesktop = variable("DISPLAY") != nil || variable("WAYLAND_DISPLAY") != nil
        return !isRemote && hasDesktop && hasTool ? .notifySend : .osc9
    }
}
