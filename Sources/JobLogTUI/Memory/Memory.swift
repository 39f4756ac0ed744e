import TerminalUI

/// What is remembered, and whether that was handed out to be kept.
struct Memory: Sendable {
    /// How long nothing must have changed before it is handed out, in ms: a user who goes through the sort orders wants
    /// the last one.
    static let rest: Int64 = 2_000

    private(set) var value: Remembered
    private var kept: Remembered
    private var changedAt: Int64 = 0

    /// What was kept by an earlier run.
    init(_ value: Remembered) {
        (self.value, kept) = (value, value)
    }

    /// What was typed into a prompt before.
    func history(of kind: LogPrompt.Kind) -> InputHistory { value.logHistories[kind] ?? InputHistory() }

    /// Remembers something, at `now` in Unix ms.
    mutating func learn<Value: Equatable>(_ what: WritableKeyPath<Remembered, Value>, _ value: Value, at now: Int64) {
        guard self.value[keyPath: what] != value else { return }
        self.value[keyPath: what] = value
        changedAt = now
    }

    /// What has changed since it was last handed out; nil where nothing has.
    var unsaved: Remembered? { value == kept ? nil : value }

    /// How long until it is to be handed out, in ms; nil where there is nothing to keep.
    func wait(at now: Int64) -> Int64? {
        // Where the clock was set back it is due as well.
        unsaved.map { _ in min(Self.rest, max(0, changedAt + Self.rest - now)) }
    }

    /// Hands out what is to be kept, once the user rests.
    mutating func due(at now: Int64) -> Remembered? {
        guard wait(at: now) == 0 else { return nil }
        kept = value
        return value
    }
}

extension AppModel {
    /// What the user has chosen or typed and no effect has handed out yet; for when the screen is left.
    package var unsaved: Remembered? {
        // There may have been no frame since the last key.
        var model = self
        model.rememberList()
        return model.memory.unsaved
    }

    /// Remembers how the user looks at the list, however it came to be looked at so: by keys, by a command, by the mouse.
    mutating func rememberList() { remember(\.list, jobs.looks) }

    /// How a log that is opened is looked at.
    var logLooks: LogLooks {
        var looks = memory.value.log
        looks.times.isUTC = isUTC
        return looks
    }

    /// Remembers what the user has typed.
    mutating func remember(_ text: String, typedInto kind: LogPrompt.Kind) {
        remember(\.logHistories[kind], memory.history(of: kind).adding(text))
    }

    /// Remembers what the user has chosen.
    mutating func remember<Value: Equatable>(_ what: WritableKeyPath<Remembered, Value>, _ value: Value) {
        memory.learn(what, value, at: now)
    }
}
