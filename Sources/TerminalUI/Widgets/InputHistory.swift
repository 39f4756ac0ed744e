/// The lines that were typed into an input, the newest last; each is there once.
public struct InputHistory: Sendable, Hashable {
    /// The most lines that are kept.
    private static let limit = 100

    /// The lines, the newest last.
    public private(set) var lines: [String]

    /// A history of these lines.
    public init(_ lines: [String] = []) {
        self.lines = Array(lines.suffix(Self.limit))
    }

    /// Adds a line that was typed; an empty one is not worth keeping.
    public mutating func add(_ line: String) {
        guard !line.isEmpty else { return }
        lines.removeAll { $0 == line }
        lines.append(line)
        if lines.count > Self.limit { lines.removeFirst() }
    }

    /// The history with one more line.
    public func adding(_ line: String) -> InputHistory {
        var history = self
        history.add(line)
        return history
    }
}
