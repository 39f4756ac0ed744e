import JobLogCore
import TerminalUI

/// How the writers of a log's lines are told apart: by a letter, a short name and a colour.
struct LogLaneSheet: Sendable {
    /// What stands before a line.
    struct Tag: Sendable, Hashable {
        /// A letter a job, or a worker where there is one job; with a number for a job's worker where it has several.
        var glyph: String
        /// A short name; sanitised.
        var name: String
        var style: Style
    }

    /// The tags of the jobs, by source.
    private(set) var sources: [Tag] = []
    /// The tags of the writers, by lane.
    private(set) var lanes: [Tag] = []
    /// Whether lines are to be told apart at all.
    private(set) var isShown = false
    private let laneCount: Int
    private var glyphWidth = 0
    private var nameWidth = 0

    init() { laneCount = -1 }

    init(_ jobs: [JobID], _ all: LogLanes) {
        laneCount = all.all.count
        let names = ShortNames.of(jobs.map(\.display))
        let workers = Self.shortWorkers(all)
        sources = names.enumerated().map { Tag(glyph: Self.letter($0), name: $1, style: Theme.lane($0)) }
        lanes = all.all.indices.map { number in
            let lane = all.all[number]
            let own = all.lanes(of: lane.source)
            let place = own.firstIndex(of: UInt32(number)) ?? 0
            guard jobs.count > 1 else {
                return Tag(
                    glyph: lane.worker == nil ? "-" : Self.letter(place), name: workers[number] ?? "no worker",
                    style: lane.worker == nil ? Theme.faint : Theme.lane(place))
            }
            var tag = sources[lane.source]
            if own.count > 1 { tag.glyph += lane.worker == nil ? "-" : "\(place + 1)" }
            if let worker = workers[number] { tag.name += "/" + worker }
            return tag
        }
        isShown = jobs.count > 1 || all.all.count { $0.worker != nil } > 1
        let tags = jobs.count > 1 ? sources + lanes : lanes
        glyphWidth = tags.map { $0.glyph.count }.max() ?? 1
        nameWidth = tags.map { TextWidth.columns(of: $0.name) }.max() ?? 0
    }

    /// Whether it is of these writers.
    func isOf(_ all: LogLanes) -> Bool { all.all.count == laneCount }

    /// The tag of a line.
    func tag(of facts: LineFacts) -> Tag {
        facts.lane == LogLanes.none || Int(facts.lane) >= lanes.count
            ? sources.count > 1 ? sources[facts.source] : Tag(glyph: "", name: "", style: Theme.faint)
            : lanes[Int(facts.lane)]
    }

    /// The columns of letters and names on a screen of a width; 0 where lines are not told apart.
    func widths(on screen: Int) -> (glyph: Int, name: Int) {
        guard isShown else { return (0, 0) }
        let most =
            switch screen {
            case ..<60: 0
            case ..<100: 10
            case ..<160: 16
            default: 24
            }
        return (glyphWidth, min(nameWidth, most))
    }

    /// All columns that they take, with the space behind them.
    func width(on screen: Int) -> Int {
        let (glyph, name) = widths(on: screen)
        return glyph == 0 ? 0 : glyph + 1 + (name == 0 ? 0 : name + 1)
    }

    /// `A` to `Z`, `a` to `z`, then two letters.
    private static func letter(_ number: Int) -> String {
        let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")
        guard number >= letters.count else { return String(letters[number]) }
        return letter(number / letters.count - 1) + String(letters[number % letters.count])
    }

    /// The workers' short names by lane, unique within the document as far as the workers are.
    private static func shortWorkers(_ all: LogLanes) -> [Int: String] {
        let names = Set(all.all.compactMap(\.worker)).sorted()
        let short = Dictionary(
            uniqueKeysWithValues: zip(names, ShortNames.of(names.map { TerminalText.line($0) })))
        var workers: [Int: String] = [:]
        for (number, lane) in all.all.enumerated() {
            if let worker = lane.worker { workers[number] = short[worker] }
        }
        return workers
    }
}

extension Style {
    /// The same colour with less weight.
    var plainer: Style {
        var style = self
        style.attributes.remove(.bold)
        return style
    }
}
