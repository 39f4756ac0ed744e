import RedisClient

/// What a viewer costs its server, over all its connections: means over the last seconds.
public struct ServerCost: Sendable, Hashable {
    /// Commands a second.
    public var commands: Double
    /// Bytes a second that the server is sent.
    public var bytesOut: Double
    /// Bytes a second that the server sends.
    public var bytesIn: Double
    /// How many commands a second may be sent; nil where there is no ceiling.
    public var limit: Int?
    /// Whether something had to wait for the ceiling.
    public var isHeldBack: Bool

    /// A cost of these parts.
    package init(
        commands: Double, bytesOut: Double, bytesIn: Double, limit: Int? = nil, isHeldBack: Bool = false
    ) {
        self.commands = commands
        self.bytesOut = bytesOut
        self.bytesIn = bytesIn
        self.limit = limit
        self.isHeldBack = isHeldBack
    }

    /// What goes over connections now.
    init(_ traffic: RedisTraffic) {
        let now = ContinuousClock.now
        let rates = traffic.rates(at: now)
        self.init(
            commands: rates.commands, bytesOut: rates.bytesOut, bytesIn: rates.bytesIn, limit: traffic.limit,
            isHeldBack: traffic.isHeldBack(at: now))
    }

    /// The figures for people: `12 commands/s, limit 200, 1.2 KB/s out, 30 KB/s in`.
    public var text: String {
        let limit = limit.map { isHeldBack ? ", at the limit of \($0)" : ", limit \($0)" } ?? ""
        return "\(Self.number(commands)) commands/s\(limit), \(Self.size(bytesOut))/s out, "
            + "\(Self.size(bytesIn))/s in"
    }

    /// The least that says something, for where there is little room: `12 of 200 commands/s`.
    public var brief: String { "\(Self.number(commands))\(limit.map { " of \($0)" } ?? "") commands/s" }

    private static func size(_ bytes: Double) -> String {
        switch bytes {
        case ..<1_000: "\(number(bytes)) B"
        case ..<1_000_000: "\(number(bytes / 1_000)) KB"
        default: "\(number(bytes / 1_000_000)) MB"
        }
    }

    /// Two digits that count below ten, whole numbers above.
    private static func number(_ value: Double) -> String {
        value < 9.95 ? JavaScriptNumber.text((value * 10).rounded() / 10) : "\(Int(value.rounded()))"
    }
}
