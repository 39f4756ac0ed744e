import JobLogCore
import TerminalUI

/// The timeline above a log: a column for each stretch of time, as high as it has lines, in the colour of the worst of
/// them; what is on screen is reversed.
struct LogTimelineView: Equatable {
    private let timeline: LogTimeline
    private let isUTC: Bool
    private let area: Rect
    /// The columns that stand for what is on screen, or that are being chosen, counted from the first one for times.
    private let marked: Range<Int>
    private let isChoosing: Bool

    private static let bars = " ▁▂▃▄▅▆▇█".map(String.init)
    private static let plainBars = " .:-=+*#@".map(String.init)

    /// The columns of the screen that stand for stretches of time, between the times of the ends.
    static func columns(in area: Rect) -> Range<Int> {
        let start = area.x + 11
        return start..<max(start, area.maxX - 11)
    }

    init(pane: LogPane, in area: Rect) {
        timeline = pane.timeline
        isUTC = pane.times.isUTC
        self.area = area
        let width = Self.columns(in: area).count
        isChoosing = pane.stretch != nil
        if let stretch = pane.stretch {
            marked = Range(stretch.columns)
        } else if let first = pane.visible.first, let last = pane.visible.last {
            let start = timeline.column(of: pane[first.line].time, in: width)
            let end = timeline.column(of: pane[last.line].time, in: width)
            marked = start..<(max(start, end) + 1)
        } else {
            marked = 0..<0
        }
    }

    func draw(into buffer: inout CellBuffer) {
        let places = Self.columns(in: area)
        let (x, width) = (places.lowerBound, places.count)
        let span = timeline.span
        buffer.put(ClockTime.time(span.lowerBound, utc: isUTC), x: area.x + 2, y: area.y, style: Theme.faint)
        buffer.put(ClockTime.time(span.upperBound, utc: isUTC), x: x + width + 1, y: area.y, style: Theme.faint)
        let columns = timeline.columns(width)
        let most = columns.map(\.count).max() ?? 0
        let bars = buffer.isUnicode ? Self.bars : Self.plainBars
        for (index, bin) in columns.enumerated() where bin.count > 0 && most > 0 {
            // One line among thousands is still to be seen.
            let height = max(1, bin.count * (bars.count - 1) / most)
            buffer.put(bars[height], x: x + index, y: area.y, style: Theme.bar(bin.worst))
        }
        buffer.restyle(Rect(x: x + marked.lowerBound, y: area.y, width: marked.count, height: 1)) {
            $0 = $0.adding(isChoosing ? [.reverse, .bold] : .reverse)
        }
    }
}
