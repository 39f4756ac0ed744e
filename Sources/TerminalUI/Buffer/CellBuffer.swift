/// A screenful of cells that a frame is drawn into.
///
/// Whatever is put in, no control character and nothing that reorders text gets into a cell: that is the last line of
/// defence before a terminal.
public struct CellBuffer: Sendable, Equatable {
    /// Columns and rows: of the screen, or of the part that is drawn into.
    public private(set) var size: Size
    /// The cells of the whole screen, row by row.
    public private(set) var cells: [Cell]
    /// Whether the terminal shows Unicode; where it does not, what is no ASCII becomes `?`.
    public var isUnicode = true
    /// Where the part that is drawn into has its corner.
    private var origin = Point(x: 0, y: 0)
    /// The columns of the whole screen.
    private var stride: Int

    /// An empty screen.
    public init(size: Size) {
        self.size = size
        stride = size.width
        cells = Array(repeating: .blank, count: size.width * size.height)
    }

    /// Columns.
    public var width: Int { size.width }
    /// Rows.
    public var height: Int { size.height }

    /// The cell in a column of a row, both within the screen.
    public subscript(x: Int, y: Int) -> Cell { cells[index(x, y)] }

    private func index(_ x: Int, _ y: Int) -> Int { (y + origin.y) * stride + x + origin.x }

    /// Empties all cells, and takes a new size if one is given.
    public mutating func clear(size: Size? = nil) {
        if let size, size != self.size {
            let wasUnicode = isUnicode
            self = CellBuffer(size: size)
            isUnicode = wasUnicode
        } else {
            cells.withUnsafeMutableBufferPointer { $0.update(repeating: .blank) }
        }
    }

    /// Draws into a part of the screen as into one of its own: places count from the part's corner, and nothing is
    /// drawn outside of it.
    public mutating func within(_ part: Rect, _ draw: (inout CellBuffer) -> Void) {
        let whole = (size, origin)
        let x = min(max(0, part.x), width)
        let y = min(max(0, part.y), height)
        origin = Point(x: origin.x + x, y: origin.y + y)
        size = Size(width: min(width, part.maxX) - x, height: min(height, part.maxY) - y)
        draw(&self)
        (size, origin) = whole
    }

    /// Empties a part of the screen in a style.
    public mutating func fill(_ rect: Rect, style: Style = .plain) {
        for y in max(0, rect.y)..<max(max(0, rect.y), min(height, rect.maxY)) {
            for x in max(0, rect.x)..<max(max(0, rect.x), min(width, rect.maxX)) { set(Cell(0x20, style: style), x, y) }
        }
    }

    /// Changes how a part of the screen looks, and leaves its text.
    public mutating func restyle(_ rect: Rect, _ change: (inout Style) -> Void) {
        for y in max(0, rect.y)..<max(max(0, rect.y), min(height, rect.maxY)) {
            for x in max(0, rect.x)..<max(max(0, rect.x), min(width, rect.maxX)) {
                change(&cells[index(x, y)].style)
            }
        }
    }

    /// Writes text from a place to the right, as far as it fits; half of a wide character is never written.
    ///
    /// - Parameters:
    ///   - text: one line of text.
    ///   - x: the first column; text left of the screen is cut.
    ///   - y: the row; nothing happens outside the screen.
    ///   - style: how it looks.
    ///   - maxWidth: the most columns it may take; up to the right edge unless given.
    /// - Returns: how many columns the text takes.
    @discardableResult
    public mutating func put(_ text: String, x: Int, y: Int, style: Style = .plain, maxWidth: Int? = nil) -> Int {
        guard y >= 0, y < height else { return 0 }
        let end = min(width, maxWidth.map { x + max(0, $0) } ?? width)
        var column = x
        let plain = putPlain(text, at: &column, upTo: end, y, style)
        guard plain < text.utf8.count else { return column - x }
        var last = plain > 0 ? column - 1 : -1
        for scalar in text.unicodeScalars[text.utf8.index(text.startIndex, offsetBy: plain)...] {
            let shown = TextWidth.shown(scalar, isUnicode: isUnicode)
            guard let shown else { continue }
            // Layout counted the columns of what Unicode would show: a stand-in takes as many.
            let columns = isUnicode ? TextWidth.columns(of: shown) : TextWidth.unicodeColumns(of: scalar)
            if columns == 0 {
                if last >= 0 { addMark(shown.value, last, y) }
                continue
            }
            guard column + columns <= end else { break }
            if column >= 0 {
                set(Cell(shown.value, style: style), column, y)
                if columns == 2 {
                    if isUnicode {
                        setContinuation(column + 1, y, style)
                    } else {
                        set(Cell(shown.value, style: style), column + 1, y)
                    }
                }
                last = column
            }
            column += columns
        }
        return column - x
    }

    /// The cells of a row.
    func row(_ y: Int) -> [Cell] { Array(cells[index(0, y)..<index(width, y)]) }

    /// Puts a row's cells into an empty one as wide.
    mutating func put(row: [Cell], y: Int) {
        let start = index(0, y)
        cells.withUnsafeMutableBufferPointer { _ = $0[start..<start + row.count].update(fromContentsOf: row) }
    }

    /// Writes the printable ASCII that a text begins with, which is nearly all that logs hold.
    ///
    /// - Returns: how many bytes of the text were taken.
    private mutating func putPlain(_ text: String, at column: inout Int, upTo end: Int, _ y: Int, _ style: Style) -> Int
    {
        let (first, row, stride) = (column, index(0, y), stride)
        let left = row - origin.x
        let taken = text.utf8.withContiguousStorageIfAvailable { bytes in
            cells.withUnsafeMutableBufferPointer { cells in
                var taken = 0
                let most = min(bytes.count, max(0, end - first))
                while taken < most, bytes[taken] >= 0x20, bytes[taken] < 0x7F { taken += 1 }
                let shown = min(taken, max(0, -first))..<taken
                guard let start = shown.first else { return taken }
                let (from, to) = (row + first + start, row + first + taken)
                // Who loses a half of a wide character loses all of it.
                if cells[from].isContinuation, from > left {
                    cells[from - 1] = Cell(0x20, style: cells[from - 1].style)
                }
                if to < left + stride, cells[to].isContinuation { cells[to] = Cell(0x20, style: cells[to].style) }
                for byte in shown { cells[row + first + byte] = Cell(UInt32(bytes[byte]), style: style) }
                return taken
            }
        }
        column += taken ?? 0
        return taken ?? 0
    }

    private mutating func addMark(_ mark: UInt32, _ x: Int, _ y: Int) {
        let index = index(x, y)
        if cells[index].marks.0 == 0 {
            cells[index].marks.0 = mark
        } else if cells[index].marks.1 == 0 {
            cells[index].marks.1 = mark
        }
    }

    /// Sets a cell; a wide character of which this takes one half loses the other half too.
    private mutating func set(_ cell: Cell, _ x: Int, _ y: Int) {
        let index = index(x, y)
        if cells[index].isContinuation, x + origin.x > 0 {
            cells[index - 1] = Cell(0x20, style: cells[index - 1].style)
        }
        if x + origin.x + 1 < stride, cells[index + 1].isContinuation {
            cells[index + 1] = Cell(0x20, style: cells[index + 1].style)
        }
        cells[index] = cell
    }

    private mutating func setContinuation(_ x: Int, _ y: Int, _ style: Style) {
        let index = index(x, y)
        if x + origin.x + 1 < stride, cells[index + 1].isContinuation, !cells[index].isContinuation {
            cells[index + 1] = Cell(0x20, style: cells[index + 1].style)
        }
        cells[index] = Cell(0, style: style)
    }

    /// The rows as text, without the blanks at their ends.
    public func rows() -> [String] {
        (0..<height).map { y in
            var row = String.UnicodeScalarView()
            for cell in cells[index(0, y)..<index(width, y)] where !cell.isContinuation {
                for value in [cell.base, cell.marks.0, cell.marks.1] where value != 0 {
                    if let scalar = Unicode.Scalar(value) { row.append(scalar) }
                }
            }
            while row.last == " " { row.removeLast() }
            return String(row)
        }
    }

    /// The rows as one text, for tests.
    public func text() -> String { rows().joined(separator: "\n") }
}
