import ArgumentParser

/// The command line that a shell asks to have completed, up to the cursor.
struct CompletedLine {
    /// What stands before the word that is completed, as the program would be given it.
    let arguments: [String]
    /// What was typed of that word.
    let prefix: String
    private let shell: CompletionShell?

    /// - Parameters:
    ///   - words: the words of the line, the program's name among them.
    ///   - index: which of them is completed.
    ///   - typed: what stands before the cursor in that word.
    ///   - shell: the shell that asks.
    init(words: [String], index: Int, typed: String, shell: CompletionShell?) {
        arguments = Array(words.prefix(max(index, 0)).dropFirst())
        prefix = typed
        self.shell = shell
    }

    /// A text as the shell wants it, if the word can become it; nil where it can't, or the shell could not take it as it is.
    func completion(_ text: String) -> String? {
        guard text.hasPrefix(prefix), Self.isPlain(text) else { return nil }
        // For zsh a description stands behind a colon.
        return shell == .zsh ? text.replacing(":", with: "\\:") : text
    }

    /// Whether a text needs no quotes, and has nothing in it that a terminal would obey.
    ///
    /// Others are not offered: what is made of marks differs from one shell to the next.
    private static func isPlain(_ text: String) -> Bool {
        !text.hasPrefix("-")
            && text.unicodeScalars.allSatisfy { scalar in
                scalar.properties.isAlphabetic || ("0"..."9").contains(scalar)
                    || "-_.:/@+,=%".unicodeScalars.contains(scalar)
            }
    }
}
