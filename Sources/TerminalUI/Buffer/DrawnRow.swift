/// A row of the screen that is mostly the same from frame to frame: it is drawn again only when what it shows has changed.
public final class DrawnRow<Facts: Equatable> {
    private var facts: Facts?
    private var isUnicode = true
    private var cells: [Cell] = []

    /// A row that has not been drawn yet.
    public init() {}

    /// Puts the row into an empty one.
    ///
    /// - Parameters:
    ///   - facts: all that it shows; a row of the same facts and width looks the same.
    ///   - buffer: the frame.
    ///   - y: the row, which is within the frame.
    ///   - draw: draws it, and nothing outside of it.
    public func put(_ facts: Facts, into buffer: inout CellBuffer, y: Int, _ draw: (inout CellBuffer) -> Void) {
        if facts == self.facts, isUnicode == buffer.isUnicode, cells.count == buffer.width {
            return buffer.put(row: cells, y: y)
        }
        draw(&buffer)
        (self.facts, isUnicode, cells) = (facts, buffer.isUnicode, buffer.row(y))
    }
}
