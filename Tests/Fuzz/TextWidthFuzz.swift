/// Any text that was made fit for a terminal, cut, wrapped and drawn: never wider than it may be, and nothing of it lost between rows. The first byte is the
/// width.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzTextWidth(_ data: UnsafePointer<UInt8>, _ size: Int) -> CInt {
    guard size > 0 else { return 0 }
    let width = Int(data[0] % 40)
    let text = TerminalText.line(Array(UnsafeBufferPointer(start: data + 1, count: size - 1))[...])
    let columns = TextWidth.columns(of: text)
    let cuts = [
        TextWidth.truncate(text, to: width), TextWidth.truncateStart(text, to: width),
        TextWidth.prefix(of: text, columns: width).text, TextWidth.window(text, from: width / 2, to: width),
    ]
    for cut in cuts where TextWidth.columns(of: cut) > width { fatalError("\(cut) is wider than \(width)") }
    guard TextWidth.columns(of: TextWidth.pad(text, to: width)) == max(columns, width) else {
        fatalError("padded to another width than \(width)")
    }

    let rows = TextWrap.rows(of: text, width: width)
    // A blank at a row's end may be left out, and a wide character does not fit into one column.
    guard rows.map(letters).joined().elementsEqual(letters(text[...])) else { fatalError("wrapping has lost text") }
    for row in rows where TextWidth.columns(of: String(row.trimmingBlanks)) > max(2, width) {
        fatalError("a row of \(TextWidth.columns(of: String(row))) columns at a width of \(width)")
    }

    for isUnicode in [true, false] {
        var buffer = CellBuffer(size: Size(width: width, height: 3))
        buffer.isUnicode = isUnicode
        let drawn = buffer.put(text, x: 0, y: 1)
        guard drawn <= width else { fatalError("drawn over the edge: \(drawn) of \(width)") }
        guard buffer.put(text, x: width / 2 - 5, y: 1) <= width + 5 else { fatalError("drawn over the edge") }
        let rows = buffer.rows()
        guard rows[0].isEmpty, rows[2].isEmpty, TextWidth.columns(of: rows[1]) <= width else {
            fatalError("drawn elsewhere: \(rows)")
        }
    }
    return 0
}

private func letters(_ text: Substring) -> [UInt8] { text.utf8.filter { $0 != 0x20 } }

extension Substring {
    fileprivate var trimmingBlanks: Substring {
        var rest = self
        while rest.last == " " { rest.removeLast() }
        return rest
    }
}
