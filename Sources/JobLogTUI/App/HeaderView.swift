import JobLogCore
import TerminalUI

/// The first row: the program, where it reads, how it is connected, and how many jobs there are.
struct HeaderView {
    let model: AppModel

    func draw(into buffer: inout CellBuffer, width: Int) {
        buffer.fill(Rect(x: 0, y: 0, width: width, height: 1), style: Theme.header)
        let glyphs = Glyphs(isUnicode: buffer.isUnicode)
        var right = Spans()
        let totals = model.jobs.totals
        if width >= 60 || !isTroubled, totals.all > 0 {
            right.add("active \(Count.text(totals.active))  ", Theme.header)
            if totals.failed > 0 { right.add("failed \(Count.text(totals.failed))  ", Theme.header) }
            right.add("all \(Count.text(totals.all))", Theme.header)
            if let listing = model.jobs.listing { right.add(" (\(Int(listing * 100))%)", Theme.header) }
            right.add(" ", Theme.header)
        }
        var left = Spans(" joblog  ", Theme.header.adding(.bold))
        let (pill, notice) = pill
        let sign = isTroubled ? glyphs.circle : glyphs.dot
        let room = width - 9 - TextWidth.columns(of: pill) - 5 - right.width
        // Connection comes before address: where there is room for one, the pill is it.
        if room > 10 {
            left.add(TextWidth.truncateStart(TerminalText.line(model.sourceName), to: room) + "  ", Theme.header)
        }
        left.add("\(sign) \(pill)", Theme.header.adding(.bold))
        if let notice { left.add("  " + TerminalText.line(notice), Theme.header) }
        left.draw(into: &buffer, x: 0, y: 0, maxWidth: max(0, width - right.width - 1))
        right.draw(into: &buffer, endingAt: width, y: 0, maxWidth: width)
    }

    private var isTroubled: Bool { !model.connection.isOnline }

    private var pill: (text: String, notice: String?) {
        switch model.connection {
        case .connecting: ("Connecting", nil)
        case .online(let notice): ("Online", notice)
        case .reconnecting(let attempt, let reason): ("Reconnecting (\(attempt))", reason)
        case .disconnected(let reason): ("Disconnected", reason)
        }
    }
}

extension FeedConnection {
    /// Whether it is there.
    var isOnline: Bool {
        if case .online = self { true } else { false }
    }
}
