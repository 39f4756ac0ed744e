/// What a key can ask for.
public enum Action: String, Sendable, Hashable, CaseIterable {
    case down, up, halfPageDown, halfPageUp, pageDown, pageUp, first, last, left, right
    case open, back, quit
    case scope, sort, reverse, errorsFirst, columns, mark, markAll, filter, clear
    case merge, lanes, solo, ownLog, compare, nextDifference, previousDifference
    case nextPane, previousPane, split, nextTab, previousTab, older, newer
    case cancelJob, pause, resume, deleteLogs, clearCheckpoint, unlock
    case yes, no, choose, press
    case follow, wrap, time, utc, unfold
    case search, nextHit, previousHit, removeFilter, dim
    case searchAll, nextJob, previousJob
    case filters
    case goToTime, timeline, earlier, later, nextMark
    case confirm, cancel, literal, recall, edit, command, completeBefore
    case debug, info, warn, error
    case nextError, previousError, nextWarning, previousWarning
    case copy, copyJSON, markDown, markRange, save, pipe, complete
    case help, refresh, redraw, suspend, mouse

    /// Whether it edits a line that is typed; its keys are the line's own.
    var isOfTheLine: Bool { self == .edit || self == .recall }

    /// Whether it moves what is seen, and changes nothing else.
    var isMovement: Bool {
        switch self {
        case .down, .up, .halfPageDown, .halfPageUp, .pageDown, .pageUp, .first, .last, .left, .right: true
        default: false
        }
    }
}
