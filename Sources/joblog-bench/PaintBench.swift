import ArgumentParser
import CBaseline
import NcursesBackend
import TerminalUI

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// Painting a frame of 200×60, beside ncurses in C with the same cells.
struct PaintBench {
    let server: BenchServer
    let sizes: BenchSizes

    static let size: TerminalProgram.Size = (200, 60)

    func measure() async throws -> [Measurement] {
        var measurements: [Measurement] = []
        for scene in PaintScene.allCases {
            let figures = try await Measurement.alternating(sizes.runs) {
                try paint(scene, "ours")
            } theirs: {
                try paint(scene, "theirs")
            }
            measurements.append(
                Measurement(
                    "frame of 200x60, \(scene.text)", .microseconds, figures, beside: "ncurses in C",
                    goal: .atMost(1.5)))
        }
        return measurements
    }

    /// Each side paints in a process of its own, whose terminal this one reads.
    private func paint(_ scene: PaintScene, _ side: String) throws -> Double {
        let file = server.folder + "/frame"
        defer { unlink(file) }
        let program = try TerminalProgram(
            [
                try Spawn.sibling("joblog-bench"), PaintCommand.name, scene.rawValue, side, String(sizes.rounds), file,
            ], size: Self.size)
        guard try program.finish() == 0, let time = Double(try Spawn.text(of: file)) else {
            throw ValidationError("No frame was painted.")
        }
        return time
    }
}

/// What frames show.
enum PaintScene: String, CaseIterable, ExpressibleByArgument {
    /// Pages of a log by turns: nearly every cell differs.
    case page
    /// A page, of which one line differs.
    case line

    var text: String {
        switch self {
        case .page: "another page of a log"
        case .line: "one line of it"
        }
    }

    /// A part of a line in one look.
    struct Span {
        let x: Int
        let text: String
        /// A colour of the palette; nil for the terminal's own.
        let color: UInt8?
        var isBold = false
    }

    /// Two pages, by their lines.
    var pages: [[[Span]]] {
        (0..<2).map { page in
            (0..<PaintBench.size.rows).map { row in
                self == .page ? Self.line(page * 71 + row) : Self.line(row == 30 ? 100 + page : row)
            }
        }
    }

    /// A line of a log: time, level and a message that fills the row but for its end.
    private static func line(_ number: Int) -> [Span] {
        let words = "upload retry shard bucket token worker queue latency cache index commit stage parse render fetch"
            .split(separator: " ")
        let message = (0..<40).map { words[(number * 7 + $0 * (number % 5 + 1)) % words.count] }.joined(separator: " ")
        let (level, color): (String, UInt8) =
            number % 10 == 3 ? ("WARN ", 3) : number % 29 == 7 ? ("ERROR", 1) : ("INFO ", 6)
        return [
            Span(x: 0, text: "14:\(10 + number % 50):\(10 + number * 7 % 50)", color: 4),
            Span(x: 9, text: level, color: color, isBold: true),
            Span(x: 15, text: String("#\(number) \(message)".prefix(PaintBench.size.columns - 20)), color: nil),
        ]
    }
}

/// Paints on the terminal that it is run on, and writes how long a frame took to a file.
struct PaintCommand: ParsableCommand {
    static let name = "paint-frames"
    static let configuration = CommandConfiguration(commandName: name, shouldDisplay: false)

    @Argument var scene: PaintScene
    @Argument var side: String
    @Argument var frames: Int
    @Argument var file: String

    func run() throws {
        let time = try side == "ours" ? Self.paint(scene.pages, frames: frames) : Self.baseline(scene.pages, frames)
        guard let out = fopen(file, "w") else { throw ValidationError("\(file) cannot be written.") }
        defer { fclose(out) }
        fputs("\(time)", out)
    }

    /// The median seconds of drawing and painting a frame as joblog does.
    private static func paint(_ pages: [[[PaintScene.Span]]], frames: Int) throws -> Double {
        let backend = try NcursesBackend()
        defer { backend.restore() }
        let looks = pages.map { page in
            page.map { line in
                line.map { span in
                    let color = span.color.map { Color(palette: $0) } ?? .default
                    return (span, Style(color, span.isBold ? .bold : []))
                }
            }
        }
        var buffer = CellBuffer(size: backend.size)
        var times: [Double] = []
        for frame in 0...frames {
            let elapsed = ContinuousClock().measure {
                buffer.clear()
                for (y, line) in looks[frame % looks.count].enumerated() {
                    for (span, style) in line { buffer.put(span.text, x: span.x, y: y, style: style) }
                }
                backend.paint(&buffer, cursor: nil)
            }
            // The first one clears the screen.
            if frame > 0 { times.append(elapsed / .seconds(1)) }
        }
        return times.median
    }

    private static func baseline(_ pages: [[[PaintScene.Span]]], _ frames: Int) throws -> Double {
        var spans: [baseline_span] = []
        var counts: [Int32] = []
        defer { for span in spans { free(UnsafeMutablePointer(mutating: span.text)) } }
        for page in pages {
            counts.append(Int32(page.reduce(0) { $0 + $1.count }))
            for (y, line) in page.enumerated() {
                for span in line {
                    spans.append(
                        baseline_span(
                            y: Int32(y), x: Int32(span.x), text: strdup(span.text),
                            color: span.color.map { Int32($0) } ?? -1, is_bold: span.isBold ? 1 : 0))
                }
            }
        }
        return try checked(baseline_paint(spans, counts, Int32(counts.count), Int32(frames)))
    }
}
