import JobLogCore

/// One figure, beside that of the same work done otherwise in the same run.
struct Measurement {
    /// What was measured.
    let name: String
    /// The unit of both values.
    let unit: Unit
    /// Ours: the median.
    let value: Double
    /// By what the same work was done that stands beside it, and its median; nil where there is none.
    let baseline: (name: String, value: Double)?
    /// What is wanted; nil where the figure is for comparison only.
    let goal: Goal?

    /// Medians in seconds, or whatever the measurement's unit is made from.
    typealias Figures = (ours: Double, theirs: Double)

    /// What a value is told in.
    enum Unit: String {
        case nanoseconds = "ns"
        case microseconds = "µs"
        case milliseconds = "ms"
        case entriesPerSecond = "entries/s"
        case megabytes = "MB"

        /// How many of it a second, an entry in a second, or a byte is.
        var factor: Double {
            switch self {
            case .nanoseconds: 1e9
            case .microseconds: 1e6
            case .milliseconds: 1e3
            case .entriesPerSecond: 1
            case .megabytes: 1e-6
            }
        }
    }

    /// What is wanted.
    enum Goal {
        /// The ratio is to be at least this: more is better.
        case atLeast(Double)
        /// The ratio is to be at most this: less is better.
        case atMost(Double)
        /// The value itself, in the measurement's unit, is to be at most this.
        case value(atMost: Double)

        var text: String {
            switch self {
            case .atLeast(let number): "≥ \(Measurement.text(number)) ×"
            case .atMost(let number): "≤ \(Measurement.text(number)) ×"
            case .value(let number): "≤ \(Measurement.text(number))"
            }
        }
    }

    /// A measurement beside another one.
    init(_ name: String, _ unit: Unit, _ figures: Figures, beside other: String, goal: Goal? = nil) {
        self.init(name, unit, figures.ours, (other, figures.theirs), goal)
    }

    /// A measurement by itself.
    init(_ name: String, _ unit: Unit, _ value: Double, goal: Goal? = nil) {
        self.init(name, unit, value, nil, goal)
    }

    private init(_ name: String, _ unit: Unit, _ value: Double, _ baseline: (String, Double)?, _ goal: Goal?) {
        self.name = name
        self.unit = unit
        self.value = value * unit.factor
        self.baseline = baseline.map { ($0.0, $0.1 * unit.factor) }
        self.goal = goal
    }

    /// Ours by the baseline's.
    var ratio: Double? { baseline.map { value / $0.value } }

    /// Whether the goal is met; nil where there is none.
    var isMet: Bool? {
        switch goal {
        case nil: nil
        case .atLeast(let least): ratio.map { $0 >= least }
        case .atMost(let most): ratio.map { $0 <= most }
        case .value(let most): value <= most
        }
    }

    /// The measurement as `-o json` prints it.
    var json: JSONValue {
        [
            "name": .string(name), "unit": .string(unit.rawValue), "value": JSONValue(Self.rounded(value)),
            "beside": baseline.map { .string($0.name) } ?? .null,
            "baseline": baseline.map { JSONValue(Self.rounded($0.value)) } ?? .null,
            "ratio": ratio.map { JSONValue(Self.rounded($0)) } ?? .null,
            "goal": goal.map { .string($0.text) } ?? .null, "met": isMet.map { .bool($0) } ?? .null,
        ]
    }

    /// The cells of the measurement's row in a table for people.
    var cells: [String] {
        [
            name, "\(Self.text(value)) \(unit.rawValue)", baseline.map { Self.text($0.value) } ?? "",
            baseline?.name ?? "",
            ratio.map { "\(Self.text($0)) ×" } ?? "", goal?.text ?? "", isMet.map { $0 ? "met" : "MISSED" } ?? "",
        ]
    }

    /// A table with aligned columns, a line a measurement.
    static func table(_ measurements: [Measurement]) -> [String] {
        let rows = [["", "joblog", "beside", "", "ratio", "goal", ""]] + measurements.map(\.cells)
        let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
        let numbers: Set = [1, 2, 4]
        return rows.map { row in
            let cells = row.enumerated().map { column, cell in
                let padding = String(repeating: " ", count: widths[column] - cell.count)
                return numbers.contains(column) ? padding + cell : cell + padding
            }
            let line = cells.joined(separator: "  ")
            return String(line.reversed().drop { $0 == " " }.reversed())
        }
    }

    /// A number for people: three digits that count, and thousands set apart.
    static func text(_ value: Double) -> String {
        guard value.isFinite else { return "–" }
        let rounded = rounded(value)
        guard rounded >= 1_000 else { return JavaScriptNumber.text(rounded) }
        let digits = Array(String(Int(rounded)))
        return digits.enumerated().map { place, digit in
            place > 0 && (digits.count - place).isMultiple(of: 3) ? ",\(digit)" : "\(digit)"
        }.joined()
    }

    private static func rounded(_ value: Double) -> Double {
        let factor: Double =
            switch value {
            case ..<1: 1_000
            case ..<10: 100
            case ..<100: 10
            default: 1
            }
        return (value * factor).rounded() / factor
    }

    /// The medians of two works that are done by turns, now one of them first, now the other: what else the machine does
    /// is as hard on both.
    static func alternating(
        _ runs: Int, ours: () async throws -> Double, theirs: () async throws -> Double
    ) async throws -> Figures {
        var values: [Double] = []
        var baselines: [Double] = []
        for run in 0..<runs {
            if run.isMultiple(of: 2) { values.append(try await ours()) }
            baselines.append(try await theirs())
            if !run.isMultiple(of: 2) { values.append(try await ours()) }
        }
        return (values.median, baselines.median)
    }
}

extension [Double] {
    /// The middle value; of an empty array NaN.
    var median: Double {
        isEmpty ? .nan : sorted()[count / 2]
    }
}

/// The seconds that something takes.
func seconds(_ body: () async throws -> Void) async rethrows -> Double {
    try await ContinuousClock().measure(body) / .seconds(1)
}

/// What a call of the C baseline gave, in seconds. Throws where it could not measure.
func checked(_ result: Double) throws -> Double {
    guard result >= 0 else { throw BaselineError(code: Int(result)) }
    return result
}

/// The C baseline could not measure.
struct BaselineError: Error, CustomStringConvertible {
    let code: Int
    var description: String { "The C baseline could not measure (\(code)): see CBaseline.h." }
}
