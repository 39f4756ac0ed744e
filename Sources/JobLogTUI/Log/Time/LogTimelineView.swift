import JobLogCore
import TerminalUI

/// The timeline above a log: a column for each stretch of time, as high as it has lines, in the colour of the worst of
/// them; what is on screen is reversed.
struct LogTimelineView {
    let pane: LogPane
    let now: Int64

    private static let bars = Array(" ▁▂▃▄▅▆▇█")
    private static let plainBars = Array(" .:-=+*#@")

    /// The columns of the screen that stand for stretches of time, between the times of the ends.
    static func columns(in area: Rect) -> Range<Int> {
        let start = area.x + 11
        return start..<max(start, area.maxX - 11)
    }

    func draw(into buffer: inout CellBuffer, _ area: Rect) {
        let places = Self.columns(in: area)
        let (x, width) = (places.lowerBound, places.count)
        let span = pane.timeline.span
        let utc = pane.times.isUTC
        buffer.put(ClockTime.time(span.lowerBound, utc: utc), x: area.x + 2, y: area.y, style: Theme.faint)
        buffer.put(
            ClockTime.time(span.upperBound, utc: utc), x: x + width + 1, y: area.y, style: Theme.faint)
        let columns = pane.timeline.columns(width)
        let most = columns.map(\.count).max() ?? 0
        let bars = buffer.isUnicode ? Self.bars : Self.plainBars
        for (index, bin) in columns.enumerated() where bin.count > 0 && most > 0 {
            // One line among thousands is still to be seen.
            let height = max(1, bin.count * (bars.count - 1) / most)
            buffer.put(String(bars[height]), x: x + index, y: area.y, style: Theme.bar(bin.worst))
        }
        if let stretch = pane.stretch {
            let rect = Rect(x: x + stretch.columns.lowerBound, y: area.y, width: stretch.columns.count, height: 1)
            return buffer.restyle(rect) { $0 = $0.adding([.reverse, .bold]) }
        }
        guard let first = pane.visible.first, let last = pane.visible.last else { return }
        let start = pane.timeline.column(of: pane[first.line].time, in: width)
        let end = pane.timeline.column(of: pane[last.line].time, in: width)
        let marked = Rect(x: x + start, y: area.y, width: max(1, end - start + 1), height: 1)
        buffer.restyle(marked) { $0 = $0.adding(.reverse) }
    }
}
