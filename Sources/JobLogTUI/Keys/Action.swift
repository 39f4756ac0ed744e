/// What a key can ask for.
public enum Action: String, Sendable, Hashable, CaseIterable {
    case down, up, halfPageDown, halfPageUp, pageDown, pageUp, first, last, left, right
    case open, back, quit
    case scope, sort, reverse, errorsFirst, columns, mark, markAll, filter, clear
    case merge, lanes, solo, ownLog, compare, nextDifference, previousDifference
    case nextPane, previousPane, split, nextTab, previousTab, older, newer
    case cancelJob, pause, resume, deleteLogs, clearCheckpoint, unlock, watch, alerts
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
    case help, refresh, redraw, suspend, mouse, cost

    /// Whether it edits a line that is typed; its keys are the line's own.
    var isOfTheLine: Bool { self == .edit || self == .recall }

    /// The rows by which it moves what is read from top to bottom, in pages of so many: beyond any end for the first and the
    /// last. Nil for what does not move.
    func rows(page: Int) -> Int? {
        switch self {
        case .down: 1
        case .up: -1
        case .halfPageDown: page / 2
        case .halfPageUp: -page / 2
        case .pageDown: page
        case .pageUp: -page
        case .first: -Int(Int32.max)
        case .last: Int(Int32.max)
        default: nil
        }
    }

    /// Whether it moves what is seen, and changes nothing else.
    var isMovement: Bool { rows(page: 1) != nil || self == .left || self == .right }
}
