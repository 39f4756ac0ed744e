/// A screenful of cells that a frame is drawn into.
///
/// Whatever is put in, no control character and nothing that reorders text gets into a cell: that is the last line of
/// defence before a terminal.
public struct CellBuffer: Sendable, Equatable {
    /// Columns and rows.
    public private(set) var size: Size
    /// The cells, row by row.
    public private(set) var cells: [Cell]
    /// Whether the terminal shows Unicode; where it does not, what is no ASCII becomes `?`.
    public var isUnicode = true

    /// An empty screen.
    public init(size: Size) {
        self.size = size
        cells = Array(repeating: .blank, count: size.width * size.height)
    }

    /// Columns.
    public var width: Int { size.width }
    /// Rows.
    public var height: Int { size.height }

    /// The cell in a column of a row, both within the screen.
    public subscript(x: Int, y: Int) -> Cell { cells[y * size.width + x] }

    /// Empties all cells, and takes a new size if one is given.
    public mutating func clear(size: Size? = nil) {
        if let size, size != self.size {
            self = CellBuffer(size: size)
        } else {
            cells.withUnsafeMutableBufferPointer { $0.update(repeating: .blank) }
        }
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
                change(&cells[y * width + x].style)
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
        var last = -1
        for scalar in text.unicodeScalars {
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

    /// Copies another screen's cells to a place; what lies outside is left out.
    public mutating func copy(_ other: CellBuffer, to place: Point) {
        for y in 0..<other.height where y + place.y >= 0 && y + place.y < height {
            for x in 0..<other.width where x + place.x >= 0 && x + place.x < width {
                let cell = other[x, y]
                let isCut = cell.isContinuation && x + place.x == 0
                let isHalved = x + place.x == width - 1 && x + 1 < other.width && other[x + 1, y].isContinuation
                set(isCut || isHalved ? Cell(0x20, style: cell.style) : cell, x + place.x, y + place.y)
            }
        }
    }

    private mutating func addMark(_ mark: UInt32, _ x: Int, _ y: Int) {
        let index = y * width + x
        if cells[index].marks.0 == 0 {
            cells[index].marks.0 = mark
        } else if cells[index].marks.1 == 0 {
            cells[index].marks.1 = mark
        }
    }

    /// Sets a cell; a wide character of which this takes one half loses the other half too.
    private mutating func set(_ cell: Cell, _ x: Int, _ y: Int) {
        let index = y * width + x
        if cells[index].isContinuation, x > 0 { cells[index - 1] = Cell(0x20, style: cells[index - 1].style) }
        if x + 1 < width, cells[index + 1].isContinuation {
            cells[index + 1] = Cell(0x20, style: cells[index + 1].style)
        }
        cells[index] = cell
    }

    private mutating func setContinuation(_ x: Int, _ y: Int, _ style: Style) {
        let index = y * width + x
        if x + 1 < width, cells[index + 1].isContinuation, !cells[index].isContinuation {
            cells[index + 1] = Cell(0x20, style: cells[index + 1].style)
        }
        cells[index] = Cell(0, style: style)
    }

    /// The rows as text, without the blanks at their ends.
    public func rows() -> [String] {
        (0..<height).map { y in
            var row = String.UnicodeScalarView()
            for cell in cells[(y * width)..<((y + 1) * width)] where !cell.isContinuation {
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
