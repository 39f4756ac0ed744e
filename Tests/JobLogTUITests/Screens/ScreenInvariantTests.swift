import JobLogCore
import TerminalUI
import Testing

@testable import JobLogTUI

/// What holds on every screen, whatever stands in it and however large it is.
@Suite struct ScreenInvariantTests {
    /// A frame of a scene.
    private struct Frame {
        let model: AppModel
        let screen: CellBuffer

        init(_ driver: ScreenTests.Driver, isUnicode: Bool) {
            let size = driver.model.size
            // Larger than the screen, to see what is drawn beside it.
            var buffer = CellBuffer(
                size: Size(width: size.width + 20, height: (driver.model.tour?.terminal ?? size).height + 10))
            buffer.isUnicode = isUnicode
            _ = driver.program.view(driver.model, into: &buffer)
            (model, screen) = (driver.model, buffer)
        }

        var size: Size { model.size }
        /// The screen, and the strip of a tour below it.
        var terminal: Size { model.tour?.terminal ?? size }
        var body: Rect { ScreenLayout.body(of: size) }
        var glyphs: Glyphs { Glyphs(isUnicode: screen.isUnicode) }

        /// The text in a part of a row.
        func text(_ y: Int, _ columns: Range<Int>) -> String {
            var text = String.UnicodeScalarView()
            for x in columns {
                for value in [screen[x, y].base, screen[x, y].marks.0, screen[x, y].marks.1] where value != 0 {
                    if let scalar = Unicode.Scalar(value) { text.append(scalar) }
                }
            }
            return String(text)
        }

        func row(_ y: Int) -> String { text(y, 0..<size.width) }

        /// The box that lies over the screen.
        var dialog: Dialog? {
            switch model.context {
            case .question: model.question?.dialog(width: size.width, keys: model.settings.keys)
            case .preview: model.preview?.box(on: size, keys: model.settings.keys)
            case .alerts: model.alertsDialog?.box(isUTC: model.isUTC, in: body, glyphs)
            case .columns: model.columnsDialog?.box(model.jobs, in: body, glyphs)
            case .lanes: model.log.flatMap { $0.lanesDialog?.box($0, in: body, glyphs) }
            case .filters: model.log.flatMap { $0.filtersDialog?.box($0.choice, in: body, glyphs) }
            default: nil
            }
        }
    }

    @Test(arguments: Scene.all) func whateverStandsInItNothingIsShifted(_ scene: Scene) throws {
        for size in Scene.sizes {
            var plain: Frame?
            for text in SceneText.allCases {
                let driver = try scene.driver(text, size)
                // Where a terminal shows ASCII only, stand-ins take as many columns.
                for isUnicode in text == .hostile ? [true, false] : [true] {
                    let frame = Frame(driver, isUnicode: isUnicode)
                    var problems = cells(frame) + borders(frame) + columns(frame) + footer(frame)
                    if isUnicode, let plain { problems += panes(frame, plain) }
                    if isUnicode, text == .disguised, let plain { problems += moved(scene, frame, plain) }
                    if isUnicode, text == .plain { plain = frame }
                    let place = "\(text) \(size.width)×\(size.height)\(isUnicode ? "" : " ASCII")"
                    #expect(problems.isEmpty, "\(place): \(problems.prefix(4).joined(separator: "; "))")
                }
            }
        }
    }

    /// Each cell holds something that takes the columns it has, nothing is beside the screen, and each row is as wide.
    private func cells(_ frame: Frame) -> [String] {
        var problems: [String] = []
        for y in 0..<frame.screen.height {
            for x in 0..<frame.screen.width {
                let cell = frame.screen[x, y]
                if cell == .blank { continue }
                if x < frame.terminal.width, y < frame.terminal.height {
                    if let problem = problem(with: cell, frame, x, y) { problems.append("\(x),\(y) \(problem)") }
                } else {
                    problems.append("\(x),\(y) is beside the screen and not blank")
                }
            }
            if y < frame.size.height, TextWidth.columns(of: frame.row(y)) != frame.size.width {
                problems.append("row \(y) has \(TextWidth.columns(of: frame.row(y))) columns")
            }
        }
        return problems
    }

    private func problem(with cell: Cell, _ frame: Frame, _ x: Int, _ y: Int) -> String? {
        if cell.isContinuation {
            let before = x > 0 ? Unicode.Scalar(frame.screen[x - 1, y].base) : nil
            return before.map { TextWidth.columns(of: $0) } == 2 ? nil : "is half a character"
        }
        guard let scalar = Unicode.Scalar(cell.base) else { return "is no scalar" }
        let columns = TextWidth.columns(of: scalar)
        let isCut = columns == 2 && (x + 1 >= frame.size.width || !frame.screen[x + 1, y].isContinuation)
        if columns == 0 || isCut { return "is cut or has no width" }
        let marks = [cell.marks.0, cell.marks.1].filter { $0 != 0 }.compactMap { Unicode.Scalar($0) }
        if marks.contains(where: { TextWidth.columns(of: $0) != 0 }) { return "has a mark with a width" }
        for scalar in [scalar] + marks {
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate:
                return "holds U+\(String(scalar.value, radix: 16))"
            default: break
            }
            if !frame.screen.isUnicode, !scalar.isASCII { return "is no ASCII" }
        }
        return nil
    }

    /// The box over the screen is closed, and the divider between list and log has no gap.
    private func borders(_ frame: Frame) -> [String] {
        let bar = frame.glyphs.bar
        guard let dialog = frame.dialog else {
            let divider = frame.model.layout.divider
            guard !divider.isEmpty, frame.model.help == nil, frame.model.context != .command else { return [] }
            return (divider.y..<divider.maxY).filter { frame.text($0, divider.x..<divider.x + 1) != bar }
                .map { "no divider in row \($0)" }
        }
        var problems: [String] = []
        let box = dialog.layout(in: frame.body).box
        let corners = frame.glyphs.isUnicode ? ["┌", "┐", "└", "┘"] : ["+", "+", "+", "+"]
        let found = [box.y, box.maxY - 1].flatMap { y in
            [box.x, box.maxX - 1].map { frame.text(y, $0..<$0 + 1) }
        }
        if found != corners { problems.append("corners \(found)") }
        for y in box.y + 1..<box.maxY - 1 {
            for x in [box.x, box.maxX - 1] where frame.text(y, x..<x + 1) != bar {
                problems.append("no border at \(x),\(y)")
            }
        }
        let rule = String(repeating: frame.glyphs.rule, count: box.width - 2)
        if frame.text(box.maxY - 1, box.x + 1..<box.maxX - 1) != rule { problems.append("the lower border is broken") }
        return problems
    }

    /// Titles stand above their columns, and each column has a gap before it.
    private func columns(_ frame: Frame) -> [String] {
        let (model, area) = (frame.model, frame.model.layout.list)
        guard !area.isEmpty, [.jobs, .panel, .log, .filter].contains(model.context) else { return [] }
        let columns = JobColumn.fitting(model.jobs.columns, in: area.width, idWidth: model.jobs.idWidth)
        let table = JobColumn.table(columns, in: area.width, idWidth: model.jobs.idWidth)
        let (titles, rows) = JobsView.parts(of: area)
        var problems: [String] = []
        for (column, place) in zip(table.columns, table.places(x: area.x, width: area.width)) where !place.isEmpty {
            let blank = String(repeating: " ", count: max(0, place.count - column.title.utf8.count))
            let title = column.isTrailing ? blank + column.title : column.title + blank
            if JobsView(model: model).showsTitles, frame.text(titles.y, place) != title {
                problems.append("the title \(column.title) is \(frame.text(titles.y, place))")
            }
            // A sentence that does not fit into the footer may lie over the last rows.
            let last = min(rows.maxY, rows.y + model.jobs.visible.count, frame.size.height - 5)
            for y in rows.y..<max(rows.y, last) where place.lowerBound > area.x {
                let gap = frame.text(y, place.lowerBound - 1..<place.lowerBound)
                if gap != " " { problems.append("\(gap) stands before \(column.title) in row \(y)") }
            }
        }
        return problems
    }

    /// The keys that the footer tells are whole, and the way out is among them wherever nothing is typed.
    private func footer(_ frame: Frame) -> [String] {
        let y = frame.size.height - 1
        let hints = FooterView(model: frame.model).hints
        guard frame.model.context != .command else { return [] }
        if hints.isEmpty, !frame.model.context.isTyped { return ["no key is told: \(frame.row(y))"] }
        return hints.compactMap { hint, columns in
            guard columns.upperBound <= frame.size.width else { return "\(hint.label) is outside" }
            let shown = frame.text(y, columns)
            return !frame.screen.isUnicode || shown == "\(hint.key) \(hint.label)" ? nil : "\(hint.label) is \(shown)"
        }
    }

    /// The parts of the screen stand where they stand with plain text.
    private func panes(_ frame: Frame, _ plain: Frame) -> [String] {
        if frame.model.context != plain.model.context { return ["\(frame.model.context) has the keys"] }
        if frame.model.layout != plain.model.layout { return ["the parts are elsewhere"] }
        let model = plain.model
        guard !model.layout.list.isEmpty, plain.dialog == nil, model.help == nil, model.context != .command else {
            return []
        }
        return [model.layout.panel, model.layout.log].filter { !$0.isEmpty && $0.y < plain.size.height - 6 }.compactMap
        { area in
            let start = frame.text(area.y, area.x..<area.x + 2)
            return start == plain.text(area.y, area.x..<area.x + 2) ? nil : "\(start) begins the title in row \(area.y)"
        }
    }

    /// What is written otherwise, and is as wide, stands where the other stood: to the cell.
    private func moved(_ scene: Scene, _ frame: Frame, _ plain: Frame) -> [String] {
        // A file's name holds of an id only what no shell minds; bytes and characters are as many as there are.
        guard !["prompt-save", "preview", "prompt-filter-wrong"].contains(scene.name) else { return [] }
        return (0..<frame.size.height).compactMap { y in
            let row = SceneText.undisguised(frame.row(y))
            return row == plain.row(y) ? nil : "row \(y)\n  plain     \(plain.row(y))\n  disguised \(row)\n"
        }
    }
}
