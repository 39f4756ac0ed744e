import JobLogCore
import TerminalUI

/// The choice among what limits the lines of a log: filters, the range of times, the level.
struct FiltersDialog: Sendable, Hashable {
    /// Something that limits the lines.
    enum Row: Sendable, Hashable {
        /// A filter, by its place among them.
        case filter(Int)
        case range
        case level
    }

    private var cursor = ChoiceCursor()

    static func rows(of choice: LogChoice) -> [Row] {
        choice.filters.indices.map { .filter($0) } + (choice.range == nil ? [] : [.range])
            + (choice.least > .debug || choice.leastOff != nil ? [.level] : [])
    }

    mutating func move(by rows: Int, of choice: LogChoice) {
        cursor.move(by: rows, of: Self.rows(of: choice).count)
    }

    /// The row under the cursor; nil where there is none.
    func row(of choice: LogChoice) -> Row? {
        let rows = Self.rows(of: choice)
        return cursor.row(of: rows.count).map { rows[$0] }
    }

    mutating func go(to row: Int) { cursor.go(to: row) }

    /// The rows that a box on an area shows.
    func window(of choice: LogChoice, in area: Rect) -> Range<Int> {
        cursor.window(of: Self.rows(of: choice).count, in: area)
    }

    func draw(_ choice: LogChoice, into buffer: inout CellBuffer, in area: Rect) {
        box(choice, in: area, Glyphs(isUnicode: buffer.isUnicode)).draw(into: &buffer, in: area)
    }

    func box(_ choice: LogChoice, in area: Rect, _ glyphs: Glyphs) -> Dialog {
        let rows = Self.rows(of: choice)
        let current = cursor.row(of: rows.count)
        let lines = window(of: choice, in: area).map { index in
            let (text, isOn) = Self.describe(rows[index], choice)
            var line = Spans(index == current ? glyphs.pointer + " " : "  ", Theme.pointer)
            line.add(isOn ? "[x] " : "[ ] ")
            line.add(text, index == current ? .bold : .plain)
            return line
        }
        return Dialog("Filters", lines: lines, style: Theme.link)
    }

    private static func describe(_ row: Row, _ choice: LogChoice) -> (String, isOn: Bool) {
        switch row {
        case .filter(let index):
            let filter = choice.filters[index]
            return ("&" + TerminalText.line(filter.text) + (filter.isLiteral ? "  as text" : ""), !filter.isOff)
        case .range: return ("from \(TerminalText.line(choice.range?.text ?? ""))", choice.range?.isOff != true)
        case .level: return ("\((choice.leastOff ?? choice.least).badge) and above", choice.leastOff == nil)
        }
    }
}

/// One by one, what limits the lines is switched off and on, taken off, or changed.
extension LogPane {
    /// Shows what limits the lines; a sentence where nothing does.
    mutating func chooseFilters() -> KeySentence? {
        guard !FiltersDialog.rows(of: choice).isEmpty else { return "All lines are shown: [filter] begins a filter" }
        filtersDialog = FiltersDialog()
        return nil
    }

    /// Switches what is under the cursor off, or on again.
    mutating func toggleFilter() {
        switch filtersDialog?.row(of: choice) {
        case .filter(let index)?: choice.toggleFilter(at: index, from: anchor.cursor)
        case .range?: choice.range?.isOff.toggle()
        case .level?:
            (choice.least, choice.leastOff) =
                choice.leastOff.map { ($0, nil) } ?? (.debug, choice.least)
        case nil: break
        }
        filtersChanged()
    }

    /// Takes off what is under the cursor.
    mutating func removeFilter() {
        if let row = filtersDialog?.row(of: choice) { remove(row) }
    }

    /// Takes something off that limits the lines.
    mutating func remove(_ row: FiltersDialog.Row) {
        switch row {
        case .filter(let index): choice.removeFilter(at: index, from: anchor.cursor)
        case .range: choice.range = nil
        case .level: (choice.least, choice.leastOff) = (.debug, nil)
        }
        filtersChanged()
        if FiltersDialog.rows(of: choice).isEmpty { filtersDialog = nil }
    }

    /// Asks for what is to stand in the place of what is under the cursor; of the level, takes the next one.
    mutating func editFilter(_ memory: Memory) {
        switch filtersDialog?.row(of: choice) {
        case .filter(let index)?:
            let filter = choice.filters[index]
            let text = filter.term.isInverted ? String(filter.text.dropFirst()) : filter.text
            ask(.filter, text, history: memory.history(of: .filter))
            prompt?.isLiteral = filter.isLiteral
            prompt?.isInverted = filter.term.isInverted
            prompt?.replaced = index
            filtersDialog = nil
        case .range?:
            ask(.time, choice.range?.text ?? "", history: memory.history(of: .time))
            filtersDialog = nil
        case .level?:
            let level = choice.leastOff ?? choice.least
            (choice.least, choice.leastOff) = (LogLevel(rawValue: level.rawValue + 1) ?? .info, nil)
            filtersChanged()
        case nil: break
        }
    }

    private mutating func filtersChanged() {
        choice.invalidate()
        isRecentred = true
    }
}

extension JoblogProgram {
    /// Keys in the choice among the filters.
    func chooseFilters(_ action: Action, _ model: inout AppModel) -> [AppEffect] {
        guard let choice = model.log?.choice else { return [] }
        switch action {
        case .down: model.log?.filtersDialog?.move(by: 1, of: choice)
        case .up: model.log?.filtersDialog?.move(by: -1, of: choice)
        case .choose: model.log?.toggleFilter()
        case .removeFilter: model.log?.removeFilter()
        case .press: model.log?.editFilter(model.memory)
        case .back: model.log?.filtersDialog = nil
        default: break
        }
        return model.log?.exams() ?? []
    }
}
