/// The lines that publishers log by themselves: `Searching sources (5/5) (50%)` and `Job completed in 2331ms`.
public struct StepLine: Sendable, Hashable {
    /// The step's name.
    public let step: String
    /// Percent, 0 to 100.
    public let progress: Double

    /// A step at a percentage.
    public init(step: String, progress: Double) {
        self.step = step
        self.progress = progress
    }

    /// The step and percentage of a message that ends with ` (P%)`; nil for any other.
    public static func parse(_ message: String) -> StepLine? {
        guard message.utf8.last == UInt8(ascii: ")"), message.hasSuffix("%)"),
            let opening = message.utf8.lastIndex(of: UInt8(ascii: "(")), opening > message.startIndex
        else { return nil }
        let space = message.utf8.index(before: opening)
        let number = message[message.utf8.index(after: opening)...].dropLast(2)
        guard message.utf8[space] == UInt8(ascii: " "), let percent = JSONNumber(text: String(number))?.double,
            let progress = Percent.clamp(percent)
        else { return nil }
        return StepLine(step: String(message[..<space]), progress: progress)
    }

    /// The line for the log.
    public var text: String { "\(step) (\(JavaScriptNumber.text(progress))%)" }

    /// How long the job took in ms, by a line that says that it was completed; nil for any other line.
    public static func completion(_ message: String) -> Double? {
        guard message.hasPrefix(completionPrefix), message.hasSuffix("ms") else { return nil }
        return JSONNumber(text: String(message.dropFirst(completionPrefix.count).dropLast(2)))?.double
    }

    /// The line that says that a job was completed.
    public static func completionText(duration: Double) -> String {
        "\(completionPrefix)\(JavaScriptNumber.text(duration))ms"
    }

    private static let completionPrefix = "Job completed in "
}
