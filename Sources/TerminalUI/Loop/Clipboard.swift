/// The terminal's clipboard, by the sequence OSC 52.
public enum Clipboard {
    /// The most bytes that are sent: what every terminal that knows the sequence takes. 100,000 bytes are it with all that is
    /// around the text in base 64.
    public static let limit = 74_994

    /// The bytes that put a text on the clipboard; nil for a terminal that would show them.
    ///
    /// - Parameters:
    ///   - base64: the text, in base 64.
    ///   - terminal: the value of TERM.
    ///   - isScreen: whether GNU screen is in between, which passes on only short sequences that are made for it.
    /// - Returns: what is to be sent.
    public static func sequence(base64: String, terminal: String, isScreen: Bool) -> [UInt8]? {
        guard terminal != "linux", terminal != "dumb" else { return nil }
        let bytes = Array("\u{1B}]52;c;\(base64)\u{7}".utf8)
        // tmux knows this sequence, and takes it for its own.
        return isScreen ? Multiplexer.screen.passing(bytes) : bytes
    }
}
