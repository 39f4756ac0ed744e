import JobLogCore
import TerminalUI

/// The first row: the program, where it reads, how it is connected, and how many jobs there are.
struct HeaderView: Equatable {
    /// The columns that the name of a profile has.
    private static let longestProfile = 16

    private let access: Access
    private let connection: FeedConnection
    private let profile: String?
    private let sourceName: String
    private let totals: JobTotals
    /// How many jobs are watched.
    private let watched: Int
    /// How far the jobs have been looked through, while that is on screen.
    private let discovery: Double?
    private let width: Int
    private let isUTC: Bool

    init(model: AppModel) {
        access = model.access
        connection = model.connection
        profile = model.profile
        sourceName = model.sourceName
        totals = model.jobs.totals
        watched = model.alerts.watched.count
        // Jobs are looked for while the list is on screen.
        discovery = model.log == nil || model.isSplit ? model.jobs.discovery : nil
        width = model.size.width
        isUTC = model.isUTC
    }

    func draw(into buffer: inout CellBuffer) {
        let style = access.isProduction ? Theme.production : Theme.header
        buffer.fill(Rect(x: 0, y: 0, width: width, height: 1), style: style)
        let glyphs = Glyphs(isUnicode: buffer.isUnicode)
        var left = Spans(width < 60 && access.word != nil ? " " : " joblog  ", style.adding(.bold))
        if let word = access.word { left.add("\(word)  ", style.adding(.bold)) }
        // Whoever has several servers knows them by these names.
        if let profile {
            left.add(
                TextWidth.truncate(TerminalText.line(profile), to: Self.longestProfile) + "  ", style.adding(.bold))
        }
        let (pill, notice) = pill
        // How it is connected comes before how much there is: of the totals, as many as leave room for that.
        // Why it is not connected comes before where it is not.
        let forNotice = notice != nil && (isTroubled || width >= 60) ? 20 : 0
        let free = width - left.width - TextWidth.columns(of: pill) - 4 - forNotice
        let name = TerminalText.line(sourceName)
        let (detailed, usual) = counts(style)
        // The address as a whole is worth more than each state by itself and than the number of all; what failed is worth
        // more than the address's beginning.
        let whole = (detailed + usual.dropLast()).first { $0.width + TextWidth.columns(of: name) < free }
        let right = whole ?? usual.first { $0.width <= free } ?? Spans()
        let sign = isTroubled ? glyphs.circle : glyphs.dot
        let room = width - left.width - TextWidth.columns(of: pill) - 5 - right.width - forNotice
        // Connection comes before address: where there is room for one, the pill is it.
        if room > 10 {
            left.add(TextWidth.truncateStart(name, to: room) + "  ", style)
        }
        left.add("\(sign) \(pill)", style.adding(.bold))
        let most = max(0, width - right.width - 1)
        // Rather none of it than half of the pill.
        if let notice, left.width + 3 <= most { left.add("  " + TerminalText.line(notice), style) }
        left.draw(into: &buffer, x: 0, y: 0, maxWidth: most)
        right.draw(into: &buffer, endingAt: width, y: 0, maxWidth: width)
    }

    /// The totals: each state by itself where the screen is wide, and from all that is usually said of them to the least.
    private func counts(_ style: Style) -> (detailed: [Spans], usual: [Spans]) {
        guard totals.all > 0 else { return ([], []) }
        let states: [JobState] = [.running, .paused, .created, .failed, .completed, .cancelled]
        // Few screens watch any: whoever does wants to see it.
        let watching = watched > 0 ? [("watching", watched)] : []
        let active = watching + [("active", totals.active)]
        let failed = totals[.failed] > 0 ? [("failed", totals[.failed])] : []
        let all = [("all", totals.all)]
        let each = states.map { ($0.rawValue, totals[$0]) }.filter { $0.1 > 0 }
        let spans = { (counts: [(String, Int)]) in
            let text = counts.map { "\($0.0) \(Count.text($0.1))" }.joined(separator: "  ")
            return Spans(text + (discovery.map { " (\(Int($0 * 100))%)" } ?? "") + " ", style)
        }
        return (
            width >= 110 ? [spans(watching + each + all)] : [],
            [active + failed + all, active + failed, active].map(spans)
        )
    }

    private var isTroubled: Bool {
        if case .saved = connection { false } else { !connection.isOnline }
    }

    private var pill: (text: String, notice: String?) {
        switch connection {
        case .connecting: ("Connecting", nil)
        case .online(let notice, _, let cutOff): ("Online", notice.map { dated($0, cutOff?.inTouchAt) })
        case .reconnecting(let attempt, let reason, let heardAt): ("Reconnecting (\(attempt))", dated(reason, heardAt))
        case .saved(let what): (what, nil)
        case .disconnected(let reason, let heardAt): ("Disconnected", dated(reason, heardAt))
        }
    }

    /// A reason, and before it how old what is on screen is.
    private func dated(_ reason: String, _ heardAt: Int64?) -> String {
        heardAt.map { "as of \(ClockTime.time($0, utc: isUTC)): \(reason)" } ?? reason
    }
}

extension FeedConnection {
    /// Whether it is there.
    var isOnline: Bool {
        if case .online = self { true } else { false }
    }
}
