/// Looks for a pattern in many entries, one after the other.
public struct LogMatcher: Sendable {
    /// The most bytes in which matches are told one by one, and the most matches.
    private static let spanBytes = 8_192
    private static let mostSpans = 200

    /// Finds nothing; keeps a place.
    public static let none = LogMatcher(text: "", kind: .literal(ByteSearch([], ignoresCase: false)))

    private let text: String
    private let kind: LogPattern.Kind
    private var matcher: PatternMatcher?
    private var anchored: PatternMatcher?

    init(text: String, kind: LogPattern.Kind) {
        self.text = text
        self.kind = kind
        if case .program(let program) = kind { matcher = PatternMatcher(program, isAnchored: false) }
    }

    /// Whether the pattern occurs in a text.
    public mutating func occurs(in text: String) throws(LogPattern.TooSlow) -> Bool {
        try decided(contains(text))
    }

    /// Whether the pattern occurs in an entry's message or metadata: in their text, however the JSON writes it.
    public mutating func occurs(in record: LogRecord) throws(LogPattern.TooSlow) -> Bool {
        try decided(record.bytes.withUnsafeBufferPointer { contains(record, $0) })
    }

    private func decided(_ verdict: Bool?) throws(LogPattern.TooSlow) -> Bool {
        guard let verdict else {
            let shown = TerminalText.line(text)
            throw LogPattern.TooSlow(
                description: "The search for '\(shown)' takes too long, and was stopped: make it simpler.")
        }
        return verdict
    }

    // Nil is for what takes too long: closures of the standard library do not say what they throw.

    private mutating func contains(_ text: String) -> Bool? {
        var text = text
        return text.withUTF8 { contains($0) }
    }

    private mutating func contains(_ text: UnsafeBufferPointer<UInt8>) -> Bool? {
        if case .literal(let search) = kind { return search.first(in: text, from: 0) != nil }
        do {
            return try matcher?.occurs(in: text) ?? false
        } catch {
            return nil
        }
    }

    private mutating func contains(_ record: LogRecord, _ bytes: UnsafeBufferPointer<UInt8>) -> Bool? {
        let hasEscapes = ByteSearch.occurs(UInt8(ascii: "\\"), in: bytes)
        // What is nowhere in the bytes is in no part of them either: of most entries nothing else is looked at.
        if !hasEscapes, case .literal(let search) = kind, search.first(in: bytes, from: 0) == nil { return false }
        if !hasEscapes, let head = LogScanner.scan(bytes) {
            let verdict = contains(UnsafeBufferPointer(rebasing: bytes[head.message]))
            guard verdict == false, let metadata = head.metadata else { return verdict }
            return contains(UnsafeBufferPointer(rebasing: bytes[metadata]))
        }
        let headline = record.headline
        var verdict = contains(headline.message)
        guard verdict == false, let metadata = headline.metadata else { return verdict }
        verdict = metadata.withUnsafeBufferPointer { contains($0) }
        guard verdict == false, metadata.contains(UInt8(ascii: "\\")),
            let value = try? JSONValue(parsing: metadata)
        else { return verdict }
        return contains(value.text())
    }

    /// Where the pattern occurs in a text, as ranges of its UTF-8, from left to right: what is to be highlighted.
    /// Empty matches are none; far into a long text matches are not told.
    public mutating func spans(in text: String) -> [Range<Int>] {
        var text = text
        return text.withUTF8 { spans(in: UnsafeBufferPointer(rebasing: $0.prefix(Self.spanBytes))) }
    }

    private mutating func spans(in text: UnsafeBufferPointer<UInt8>) -> [Range<Int>] {
        switch kind {
        case .literal(let search): return literalSpans(search, in: text)
        case .program(let program):
            guard (try? matcher?.occurs(in: text)) == true else { return [] }
            var anchored = self.anchored ?? PatternMatcher(program, isAnchored: true)
            defer { self.anchored = anchored }
            return Self.spans(&anchored, in: text)
        }
    }

    private static func spans(_ matcher: inout PatternMatcher, in text: UnsafeBufferPointer<UInt8>) -> [Range<Int>] {
        var spans: [Range<Int>] = []
        // Each place is tried; what all of them may cost is bounded.
        var left = 1_000_000
        var at = 0
        while at < text.count, spans.count < mostSpans, left > 0 {
            guard let end = try? matcher.end(in: text, from: at, isLongest: true), end > at else {
                left -= 16 + (text.count - at) / 16
                at += 1
                continue
            }
            spans.append(at..<end)
            left -= end - at
            at = end
        }
        return spans
    }

    private func literalSpans(_ search: ByteSearch, in text: UnsafeBufferPointer<UInt8>) -> [Range<Int>] {
        guard search.count > 0 else { return [] }
        var spans: [Range<Int>] = []
        var at = 0
        while spans.count < Self.mostSpans, let place = search.first(in: text, from: at) {
            spans.append(place..<place + search.count)
            at = place + search.count
        }
        return spans
    }
}
