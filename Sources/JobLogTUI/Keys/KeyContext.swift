/// Where keys are pressed.
public enum KeyContext: String, Sendable, Hashable, CaseIterable {
    /// The list of jobs.
    case jobs = "Jobs"
    /// The log of a job.
    case log = "Log"
    /// The activity panel below the list.
    case panel = "Activity panel"
    /// The filter of the list, while it is typed.
    case filter = "Filter of jobs"
    /// The choice of columns.
    case columns = "Columns"
    /// The jobs of which was told.
    case alerts = "Alerts"
    /// The choice of jobs and workers whose lines are shown.
    case lanes = "Jobs and workers of a log"
    /// A question before something is done.
    case question = "Question"
    /// A line that is typed below a log.
    case prompt = "Prompt of a log"
    /// What a bundle will hold, before it is written.
    case preview = "Preview of a bundle"
    /// A file's name or a command that is typed below a log.
    case output = "Prompt for a file or a command"
    /// What a search through all logs found.
    case results = "Search results"
    /// The pattern of such a search, while it is typed.
    case searchPrompt = "Prompt of a search through all logs"
    /// A command that is typed by its name.
    case command = "Command prompt"
    /// The choice among the filters of a log.
    case filters = "Filters of a log"
    /// The help screen.
    case help = "Help"
    /// The filter of the help, while it is typed.
    case helpFilter = "Filter of the help"

    /// The name that files of keys call it by.
    public var name: String { String(describing: self) }

    /// Whether letters are typed there, so that they cannot ask for anything.
    var isTyped: Bool { [.filter, .prompt, .output, .searchPrompt, .command, .helpFilter].contains(self) }
}
