import TerminalUI

/// What is under the pointer.
enum MouseTarget: Sendable, Hashable {
    /// A row of the list of jobs, by its place among those on screen.
    case job(Int)
    /// The title of a column of that list.
    case title(JobColumn)
    /// The filter in the place of those titles.
    case listFilter
    /// The list elsewhere.
    case list
    /// The name of a page of the activity panel.
    case tab(PanelTab)
    case panel
    /// A row of the log, by its place among those on screen.
    case logRow(Int)
    /// A column of the log's timeline, counted from its first one.
    case timeline(Int)
    case chip(LogTitleView.Chip)
    /// The log elsewhere.
    case log
    /// A row of the results of a search.
    case result(Int)
    case results
    /// A button of a box, from left to right.
    case button(Int)
    /// A row of a box to choose from.
    case choice(Int)
    /// A box elsewhere.
    case box
    case help
    /// A key in the last row.
    case hint(Key)
    case nothing
}
