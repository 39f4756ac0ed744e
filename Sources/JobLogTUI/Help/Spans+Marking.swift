import TerminalUI

extension Spans {
    /// Adds a part on the right in which words stand out wherever they occur.
    ///
    /// - Parameters:
    ///   - text: the text.
    ///   - style: how it looks.
    ///   - words: what stands out, in lower case; the text's case does not matter.
    ///   - mark: how that looks.
    mutating func add(_ text: String, _ style: Style = .plain, marking words: [Substring], with mark: Style) {
        let letters = text.map { $0.lowercased() }
        var isMarked = Array(repeating: false, count: letters.count)
        for word in words {
            let wanted = word.map { String($0) }
            guard !wanted.isEmpty, wanted.count <= letters.count else { continue }
            for start in 0...letters.count - wanted.count where letters[start...].starts(with: wanted) {
                for place in start..<start + wanted.count { isMarked[place] = true }
            }
        }
        var run = ""
        var runIsMarked = false
        for (letter, marked) in zip(text, isMarked) {
            if marked != runIsMarked, !run.isEmpty {
                add(run, runIsMarked ? mark : style)
                run = ""
            }
            runIsMarked = marked
            run.append(letter)
        }
        if !run.isEmpty { add(run, runIsMarked ? mark : style) }
    }
}
