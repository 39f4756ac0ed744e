import JobLogCore

/// One figure beside its baseline from the same run.
struct Measurement {
    /// What was measured.
    let name: String
    /// The unit of both values.
    let unit: String
    /// Ours: the median.
    let value: Double
    /// The same work in C: the median.
    let baseline: Double
    /// The ratio that is wanted; nil where the figure is for comparison only.
    let goal: Goal?

    /// A bound of the ratio `value / baseline`.
    enum Goal {
        /// The ratio is to be at least this: more is better.
        case atLeast(Double)
        /// The ratio is to be at most this: less is better.
        case atMost(Double)

        var number: Double {
            switch self {
            case .atLeast(let number), .atMost(let number): number
            }
        }

        var text: String {
            switch self {
            case .atLeast(let number): "≥ \(JavaScriptNumber.text(number))"
            case .atMost(let number): "≤ \(JavaScriptNumber.text(number))"
            }
        }
    }

    /// Ours by the baseline's.
    var ratio: Double { value / baseline }

    /// Whether the goal is met; nil where there is none.
    var isMet: Bool? {
        switch goal {
        case nil: nil
        case .atLeast(let least): ratio >= least
        case .atMost(let most): ratio <= most
        }
    }

    /// What follows the figures in the table.
    var verdict: String {
        guard let goal, let isMet else { return "" }
        return ", goal \(goal.text): \(isMet ? "met" : "MISSED")"
    }

    /// The measurement as `-o json` prints it.
    var json: JSONValue {
        [
            "name": .string(name), "unit": .string(unit), "value": JSONValue(Self.rounded(value)),
            "baseline": JSONValue(Self.rounded(baseline)), "ratio": JSONValue(Self.rounded(ratio)),
            "goal": goal.map { JSONValue($0.number) } ?? .null, "met": isMet.map { .bool($0) } ?? .null,
        ]
    }

    /// A number to three significant decimals, for people.
    static func rounded(_ value: Double) -> Double {
        value >= 1_000 ? value.rounded() : (value * 1_000).rounded() / 1_000
    }
}

extension [Double] {
    /// The middle value; of an empty array NaN.
    var median: Double {
        isEmpty ? .nan : sorted()[count / 2]
    }
}
