import TerminalUI

/// What shares the screen with the list of jobs when a log is open beside it.
enum Split: String, Sendable, CaseIterable {
    /// List and log side by side.
    case beside
    /// The list above the log.
    case above

    /// Whether a screen has room for both.
    func fits(_ size: Size) -> Bool {
        switch self {
        case .beside: size.width >= 90
        case .above: size.height >= 18
        }
    }
}

/// Which part of the screen has the keys.
enum Focus: Sendable, Hashable {
    case list, panel, log
}

/// Where list, activity panel and log are on screen; what is not shown is empty.
struct ScreenLayout: Sendable, Hashable {
    var list: Rect
    var panel: Rect
    var log: Rect
    /// The line between list and log.
    var divider: Rect

    /// What is left of a screen between header and footer.
    static func body(of size: Size) -> Rect { Rect(size).splitTop(1).rest.splitBottom(1).rest }

    init(_ size: Size, split: Split?, hasLog: Bool, focus: Focus) {
        let body = Self.body(of: size)
        let none = Rect(x: 0, y: body.y, width: 0, height: 0)
        (list, panel, log, divider) = (none, none, none, none)
        guard hasLog else {
            (list, panel) = body.splitBottom(Self.panelHeight(body, isFocused: focus == .panel))
            return
        }
        switch split.flatMap({ $0.fits(size) ? $0 : nil }) {
        case .beside:
            let width = max(40, body.width * 2 / 5)
            let left = Rect(x: 0, y: body.y, width: width, height: body.height)
            divider = Rect(x: width, y: body.y, width: 1, height: body.height)
            log = Rect(x: width + 1, y: body.y, width: body.width - width - 1, height: body.height)
            (list, panel) = left.splitBottom(Self.panelHeight(body, isFocused: focus == .panel))
        case .above:
            let rows = max(5, body.height / 3)
            (list, log) = body.splitTop(rows)
            if focus == .panel { (list, panel) = (none, list) }
        case nil:
            log = body
        }
    }

    /// The rows that the panel takes; more while it has the keys, all where there is little room.
    private static func panelHeight(_ body: Rect, isFocused: Bool) -> Int {
        let usual =
            switch body.height {
            case ..<12: 0
            case ..<18: 5
            case ..<28: 8
            default: (body.height + 2) * 2 / 5
            }
        guard isFocused else { return usual }
        return body.height < 18 ? body.height : max(usual, body.height * 3 / 5)
    }
}
