/// Which part of a list is on screen: it moves no more than it must to keep a line in sight.
public struct Viewport: Sendable, Hashable {
    /// The first line on screen.
    public private(set) var top = 0

    /// A viewport at the list's beginning.
    public init() {}

    /// Brings a line into sight, in a list of `count` lines of which `height` fit.
    public mutating func show(_ line: Int, count: Int, height: Int) {
        let height = max(1, height)
        if line < top { top = line }
        if line >= top + height { top = line - height + 1 }
        top = max(0, min(top, count - height))
    }

    /// Moves by some lines, as far as there are any.
    public mutating func scroll(by lines: Int, count: Int, height: Int) {
        top = max(0, min(top + lines, count - max(1, height)))
    }

    /// The lines on screen.
    public func range(count: Int, height: Int) -> Range<Int> {
        let start = min(top, count)
        return start..<max(start, min(count, start + max(0, height)))
    }
}
