import CNcurses
import TerminalUI

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// Hands frames to ncurses: only the cells that differ from the last frame, in runs of one look.
struct NcursesPainter {
    private var colors: NcursesColors
    /// The frame on screen, as long as what is sent next can count on it.
    private var last: CellBuffer
    private var knowsLast = false
    private var lastCursor: Point?
    private var run: [jn_cell] = []

    /// A painter for the current screen, whose cursor is hidden.
    init(colors: NcursesColors) {
        self.colors = colors
        last = CellBuffer(size: Size(width: 0, height: 0))
    }

    /// Whether there are colours.
    var hasColors: Bool { colors.areThere }

    /// Shows named styles by another sheet from the next frame on, which sends everything.
    mutating func use(_ sheet: StyleSheet) {
        colors.use(sheet)
        forget()
    }

    /// Makes the next frame send everything.
    mutating func forget() {
        knowsLast = false
        clearok(jn_curscr(), true)
    }

    /// Shows a frame; what does not fit on the screen is left out. The frame before takes its place, so that neither is
    /// copied.
    mutating func paint(_ buffer: inout CellBuffer, cursor: Point?) {
        let isAnew = !knowsLast || last.size != buffer.size
        if isAnew {
            werase(jn_stdscr())
            last.clear(size: buffer.size)
        }
        let changed = put(buffer, over: last.cells)
        swap(&last, &buffer)
        knowsLast = true
        let cursor = visible(cursor)
        guard changed || isAnew || cursor != lastCursor else { return }
        place(cursor)
        wnoutrefresh(jn_stdscr())
        doupdate()
    }

    /// Puts the cells that differ; tells whether there were any.
    private mutating func put(_ buffer: CellBuffer, over old: [Cell]) -> Bool {
        let width = buffer.width
        let rows = min(buffer.height, Int(jn_lines()))
        let columns = min(width, Int(jn_columns()))
        var changed = false
        buffer.cells.withUnsafeBufferPointer { new in
            old.withUnsafeBufferPointer { old in
                guard let newBase = new.baseAddress, let oldBase = old.baseAddress else { return }
                for y in 0..<rows {
                    let newRow = newBase + y * width
                    let oldRow = oldBase + y * width
                    // Most rows of most frames are the same to the byte.
                    if memcmp(newRow, oldRow, columns * MemoryLayout<Cell>.stride) == 0 { continue }
                    if putRow(newRow, oldRow, y, columns) { changed = true }
                }
            }
        }
        return changed
    }

    private mutating func putRow(
        _ new: UnsafePointer<Cell>, _ old: UnsafePointer<Cell>, _ y: Int, _ columns: Int
    ) -> Bool {
        var x = 0
        var changed = false
        while x < columns {
            if new[x] == old[x] {
                x += 1
                continue
            }
            var start = x
            while start > 0, new[start].isContinuation { start -= 1 }
            let style = new[start].style
            x = start
            run.removeAll(keepingCapacity: true)
            // Both halves of a wide character go together, whatever the right one says about its look.
            repeat {
                let cell = new[x]
                run.append(jn_cell(base: cell.base, marks: cell.marks))
                x += 1
            } while x < columns && (new[x].isContinuation || (new[x].style == style && new[x] != old[x]))
            let look = colors.look(of: style)
            run.withUnsafeBufferPointer {
                jn_put(Int32(y), Int32(start), $0.baseAddress, Int32($0.count), look.attributes, look.pair)
            }
            changed = true
        }
        return changed
    }

    private func visible(_ cursor: Point?) -> Point? {
        guard let cursor, cursor.x >= 0, cursor.y >= 0 else { return nil }
        return cursor.x < Int(jn_columns()) && cursor.y < Int(jn_lines()) ? cursor : nil
    }

    private mutating func place(_ cursor: Point?) {
        if let cursor { wmove(jn_stdscr(), Int32(cursor.y), Int32(cursor.x)) }
        if (cursor == nil) != (lastCursor == nil) {
            curs_set(cursor == nil ? 0 : 1)
            // A hidden cursor may stay where the last change left it.
            leaveok(jn_stdscr(), cursor == nil)
        }
        lastCursor = cursor
    }
}
