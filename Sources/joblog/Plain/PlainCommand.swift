import JobLogCore

/// What somebody types into the plain mode.
enum PlainCommand: Equatable {
    /// A job as it is named there: its number in the list that was told last, or its id or the beginning of it.
    enum Name: Equatable {
        case number(Int)
        case id(String)
    }

    case list(all: Bool)
    case open(Name)
    case close
    case more(Int)
    case show(Name?)
    case act(JobAction, Name?)
    case yes
    case help
    case quit
    /// Nothing was typed.
    case none
    /// It is not understood: a sentence.
    case unknown(String)

    /// Reads a line.
    init(_ line: String) {
        let words = line.split(whereSeparator: \.isWhitespace).map(String.init)
        guard let first = words.first?.lowercased() else {
            self = .none
            return
        }
        let name = words.dropFirst().first.map { Int($0).map(Name.number) ?? .id($0) }
        switch first {
        case "l", "list": self = .list(all: words.dropFirst().first == "all")
        case "o", "open", "log":
            self = name.map { .open($0) } ?? .unknown("Say which job: open 1, or open and the beginning of its id.")
        case "c", "close": self = .close
        case "m", "more":
            guard let count = words.count > 1 ? Int(words[1]) : 20, count > 0 else {
                self = .unknown("more takes a number of lines.")
                return
            }
            self = .more(count)
        case "s", "show": self = .show(name)
        case "cancel": self = .act(.cancel, name)
        case "pause": self = .act(.pause, name)
        case "resume": self = .act(.resume, name)
        case "restart": self = .act(.restart, name)
        case "y", "yes": self = .yes
        case "h", "help", "?": self = .help
        case "q", "quit", "exit": self = .quit
        default:
            self = .unknown("\(TerminalText.line(first)) is no command. Type help for the commands.")
        }
    }

    /// What can be typed, a line each.
    static let explanations = [
        "list: the active jobs, with numbers. list all: those that have ended too.",
        "open 1, or open and the beginning of an id: the end of that job's log, then its new lines as they come.",
        "more 50: that many lines before those that were read.",
        "show, or show 1: all that is known of the open job, or of that one.",
        "close: no more lines of the log.",
        "cancel, pause, resume, restart, with a job as above: after a question.",
        "help: this. quit: the end.",
    ]
}
