import JobLogCore
import TerminalUI

/// The content of `state.json`: an object in which what is as usual is left out.
extension Remembered {
    /// Why a file's content cannot be used.
    package enum Refusal: Error, Sendable, Hashable {
        /// It is no JSON object.
        case damaged
        /// A newer joblog wrote it.
        case newer
    }

    /// The version of what is written.
    private static let version = 1
    /// The most lines of a history that are kept.
    private static let mostLines = 50
    /// The longest line of a history that is kept, in characters of Unicode.
    private static let longestLine = 1_000
    private static let searchAll = "searchAll"
    private static let commands = "command"

    /// Reads a file's content, which says what is otherwise than is usual. A member that is unknown, or is not what it
    /// should be, is left out.
    package init(parsing bytes: ArraySlice<UInt8>, over usual: Remembered = Remembered()) throws(Refusal) {
        self = usual
        let value = try? JSONValue(parsing: bytes, maximumDepth: 16)
        guard let object = value?.object else { throw .damaged }
        if let version = object["version"]?.int, version > Self.version { throw .newer }
        if let names = object["columns"]?.array {
            let chosen = names.compactMap { $0.string.flatMap(JobColumn.init(rawValue:)) }
            list.columns = Set(chosen).union(JobColumn.allCases.filter { !$0.isOptional })
        }
        list.order = object["sort"]?.string.flatMap(JobOrder.init(rawValue:)) ?? list.order
        list.isReversed = object["reversed"]?.bool ?? list.isReversed
        list.putsErrorsFirst = object["errorsFirst"]?.bool ?? list.putsErrorsFirst
        list.showsAll = object["scope"]?.string.map { $0 == Scope.all } ?? list.showsAll
        if let name = object["split"]?.string { split = Split(rawValue: name) }
        log.times.mode = object["times"]?.string.flatMap(LogTimes.Mode.init(name:)) ?? log.times.mode
        log.times.isUTC = object["utc"]?.bool ?? log.times.isUTC
        log.wraps = object["wrap"]?.bool ?? log.wraps
        log.wantsTimeline = object["timeline"]?.bool ?? log.wantsTimeline
        log.least = object["level"]?.string.flatMap(LogLevel.init(wire:)) ?? log.least
        mouse = object["mouse"]?.bool ?? mouse
        theme = object["theme"]?.string.flatMap { Self.isWorthKeeping($0) ? $0 : nil } ?? theme
        for kind in LogPrompt.Kind.allCases {
            logHistories[kind] = Self.history(object["history"]?[kind.rawValue])
        }
        searchHistory = Self.history(object["history"]?[Self.searchAll]) ?? searchHistory
        commandHistory = Self.history(object["history"]?[Self.commands]) ?? commandHistory
    }

    /// The content of the file: what is otherwise than is usual.
    package func encode(over usual: Remembered = Remembered()) -> [UInt8] {
        var object = JSONObject()
        /// Appends what is not as usual.
        func append<Value: Equatable>(_ key: String, _ what: KeyPath<Remembered, Value>, _ json: (Value) -> JSONValue?)
        {
            let value = self[keyPath: what]
            if value != usual[keyPath: what] { object.append(key, json(value)) }
        }
        object.append("version", JSONValue(Self.version))
        append("columns", \.list.columns) { columns in
            .array(JobColumn.allCases.filter(columns.contains).map { .string($0.rawValue) })
        }
        append("sort", \.list.order) { .string($0.rawValue) }
        append("reversed", \.list.isReversed) { .bool($0) }
        append("errorsFirst", \.list.putsErrorsFirst) { .bool($0) }
        append("scope", \.list.showsAll) { .string($0 ? Scope.all : Scope.active) }
        append("split", \.split) { .string($0?.rawValue ?? "none") }
        append("times", \.log.times.mode) { .string($0.name) }
        append("utc", \.log.times.isUTC) { .bool($0) }
        append("wrap", \.log.wraps) { .bool($0) }
        append("timeline", \.log.wantsTimeline) { $0.map { .bool($0) } }
        append("mouse", \.mouse) { .bool($0) }
        append("theme", \.theme) { $0.map { .string($0) } }
        var histories = JSONObject()
        for kind in LogPrompt.Kind.allCases { histories.append(kind.rawValue, Self.json(logHistories[kind])) }
        histories.append(Self.searchAll, Self.json(searchHistory))
        histories.append(Self.commands, Self.json(commandHistory))
        if !histories.members.isEmpty { object.append("history", .object(histories)) }
        return object.encode(escapeTerminal: true) + [UInt8(ascii: "\n")]
    }

    private enum Scope {
        static let all = "all"
        static let active = "active"
    }

    // MARK: - Histories

    private static func json(_ history: InputHistory?) -> JSONValue? {
        let lines = worthKeeping(history?.lines ?? [])
        return lines.isEmpty ? nil : .array(lines.map { .string($0) })
    }

    private static func history(_ value: JSONValue?) -> InputHistory? {
        let lines = worthKeeping(value?.array?.compactMap(\.string) ?? [])
        guard !lines.isEmpty else { return nil }
        var history = InputHistory()
        for line in lines { history.add(line) }
        return history
    }

    private static func worthKeeping(_ lines: [String]) -> [String] {
        lines.filter(isWorthKeeping).suffix(mostLines)
    }

    private static func isWorthKeeping(_ text: String) -> Bool {
        !text.isEmpty && text.unicodeScalars.count <= longestLine && TextInput.canHold(text)
    }
}
