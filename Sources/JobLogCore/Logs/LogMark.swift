extension LogDocument {
    /// Something that the viewer says between the lines.
    public enum Mark: Sendable, Hashable {
        /// So many lines were fetched after the connection had been lost.
        case recovered(Int)
        /// Lines may have been trimmed before they could be read; so many where the entries' ids tell it.
        case missing(Int?)
        /// The list was deleted; what stands above is no longer in Redis.
        case cleared
        /// The job saved a checkpoint here: its number, its step and its progress, 0–100, as far as they are known.
        case checkpoint(sequence: Int?, step: String?, progress: Double?)

        /// The words that stand in the pane.
        public var text: String {
            switch self {
            case .recovered(let count): "\(count) \(count == 1 ? "line" : "lines") recovered after reconnect"
            case .missing(let count?) where count > 0: "\(count) \(count == 1 ? "line is" : "lines are") missing here"
            case .missing: "lines may be missing here"
            case .cleared: "log was cleared"
            case .checkpoint(let sequence, let step, let progress):
                (["checkpoint"] + (sequence.map { ["\($0)"] } ?? []) + (step.map { [TerminalText.line($0)] } ?? [])
                    + (progress.map { [Percent.text($0)] } ?? [])).joined(separator: " ")
            }
        }
    }
}
