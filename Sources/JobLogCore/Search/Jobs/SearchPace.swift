/// How fast a search may read, so that a server that others work with does not feel it.
///
/// Pure: it is told what was read and how long that took, and tells how long to wait.
struct SearchPace: Sendable {
    /// Pauses below this are saved up: a timer costs more than they are worth.
    private static let leastPause = Duration.milliseconds(2)
    private static let longestPause = Duration.seconds(2)
    /// What takes less is never slow.
    private static let quick = Duration.milliseconds(5)
    /// How many times longer than usual is slow.
    private static let slow = 4.0
    private static let mostBrake = 32.0

    private let bytesPerSecond: Int?
    private let commandsPerSecond: Int?
    /// The least time that a piece of work was seen to take.
    private var usual: Double?
    /// How many times as long as the server took the search takes in all: 1 while the server is as quick as usual.
    private(set) var brake = 1.0
    private var owed = Duration.zero

    /// A pace; nil is for no limit.
    init(bytesPerSecond: Int?, commandsPerSecond: Int?) {
        self.bytesPerSecond = bytesPerSecond
        self.commandsPerSecond = commandsPerSecond
    }

    /// About how many bytes to ask for at once: what takes the server a moment.
    var pieceBytes: Int { min(262_144, max(16_384, (bytesPerSecond ?? .max) / 32)) }

    /// How many commands to send at once.
    var pieceCommands: Int { min(64, max(1, (commandsPerSecond ?? .max) / 64)) }

    /// How long to wait after so much was read in so long.
    mutating func pause(bytes: Int, commands: Int, took: Duration) -> Duration {
        let work = 64 + Double(commands) + Double(bytes) / 1_024
        let cost = took / .seconds(1) / work
        if took > Self.quick, let usual, cost > usual * Self.slow {
            brake = min(Self.mostBrake, brake * 2)
        } else {
            brake = max(1, brake / 2)
        }
        usual = min(usual ?? cost, cost)
        let seconds = max(
            bytesPerSecond.map { Double(bytes) / Double($0) } ?? 0,
            commandsPerSecond.map { Double(commands) / Double($0) } ?? 0)
        owed += max(.seconds(seconds) - took, took * (brake - 1), .zero)
        guard owed >= Self.leastPause else { return .zero }
        defer { owed = .zero }
        return min(owed, Self.longestPause)
    }
}
