import CYAML

/// Reads one YAML document as people write settings in it.
///
/// What a file of settings has no need of is refused by a sentence: several documents, aliases and anchors (by which a few lines
/// can stand for gigabytes), tags, and names that occur twice in one mapping. Nothing is decoded beyond text: what a word
/// means is for the one who asks ``YAMLNode``.
public struct YAMLReader: ~Copyable {
    /// The most bytes of a text.
    public static let largest = 1_000_000
    /// How deep mappings and lists may be nested.
    static let deepest = 16
    /// The most values of a text.
    static let mostNodes = 50_000

    private let parser: UnsafeMutablePointer<yaml_parser_t>
    private var nodes = 0

    /// The document in a text; nil where there is none, or where it is empty.
    public static func read(_ text: [UInt8]) throws(YAMLError) -> YAMLNode? {
        try check(text)
        var reader = YAMLReader()
        // Told what the encoding is, the parser does not pass over the mark of it.
        let start = text.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
        // The parser keeps no copy: the text must stay where it is.
        let result = text.withUnsafeBufferPointer { bytes in
            reader.result(UnsafeBufferPointer(rebasing: bytes[start...]))
        }
        return try result.get()
    }

    private init() {
        parser = .allocate(capacity: 1)
        // It fails only where no memory is left, as Swift's own allocations do by ending the process.
        guard yaml_parser_initialize(parser) == 1 else { fatalError("no memory for a YAML parser") }
        yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
    }

    deinit {
        yaml_parser_delete(parser)
        parser.deallocate()
    }

    private mutating func result(_ bytes: UnsafeBufferPointer<UInt8>) -> Result<YAMLNode?, YAMLError> {
        do throws(YAMLError) {
            guard let start = bytes.baseAddress else { return .success(nil) }
            yaml_parser_set_input_string(parser, start, bytes.count)
            return .success(try document())
        } catch {
            return .failure(error)
        }
    }

    // MARK: - Text

    /// What the parser must not be given: it would say less clearly what is wrong, or where.
    private static func check(_ text: [UInt8]) throws(YAMLError) {
        guard text.count <= largest else {
            throw YAMLError(
                mark: YAMLMark(line: 1, column: 1), message: "the file is too large: it may have \(largest) bytes")
        }
        if let at = text.firstIndex(of: 0) { throw error("there is a NUL byte", in: text, at: at) }
        guard String(validating: text, as: UTF8.self) == nil else { return }
        // Bisecting would cut characters; the file is small.
        var at = 0
        while at < text.count {
            let length = max(1, (~text[at]).leadingZeroBitCount)
            guard String(validating: text[at..<min(at + length, text.count)], as: UTF8.self) != nil else { break }
            at += length
        }
        throw error("this is no UTF-8", in: text, at: at)
    }

    private static func error(_ message: String, in text: [UInt8], at offset: Int) -> YAMLError {
        let before = text.prefix(offset)
        let start = before.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
        let line = before.reduce(1) { $0 + ($1 == UInt8(ascii: "\n") ? 1 : 0) }
        let column = before[start...].reduce(1) { $0 + ($1 & 0xC0 == 0x80 ? 0 : 1) }
        return YAMLError(mark: YAMLMark(line: line, column: column), message: message)
    }

    // MARK: - Events

    /// What the parser tells, as far as it matters here.
    private enum Event {
        case scalar(String, isPlain: Bool)
        case beginsSequence, beginsMapping
        case ends
        case beginsDocument, endsDocument
        case endsStream
        case other
    }

    private mutating func next() throws(YAMLError) -> (event: Event, mark: YAMLMark) {
        var event = yaml_event_t()
        guard yaml_parser_parse(parser, &event) == 1 else { throw problem }
        defer { yaml_event_delete(&event) }
        let mark = Self.mark(event.start_mark)
        switch event.type {
        case YAML_STREAM_END_EVENT: return (.endsStream, mark)
        case YAML_DOCUMENT_START_EVENT: return (.beginsDocument, mark)
        case YAML_DOCUMENT_END_EVENT: return (.endsDocument, mark)
        case YAML_SEQUENCE_END_EVENT, YAML_MAPPING_END_EVENT: return (.ends, mark)
        case YAML_ALIAS_EVENT:
            throw YAMLError(mark: mark, message: "aliases (*name) are not understood here: write the value out")
        case YAML_SEQUENCE_START_EVENT:
            let data = event.data.sequence_start
            try refuse(anchor: data.anchor, tag: data.tag, at: mark)
            return (.beginsSequence, mark)
        case YAML_MAPPING_START_EVENT:
            let data = event.data.mapping_start
            try refuse(anchor: data.anchor, tag: data.tag, at: mark)
            return (.beginsMapping, mark)
        case YAML_SCALAR_EVENT:
            let data = event.data.scalar
            try refuse(anchor: data.anchor, tag: data.tag, at: mark)
            let text = String(decoding: UnsafeBufferPointer(start: data.value, count: data.length), as: UTF8.self)
            // Escapes can write one: no path, no address and no password has it.
            guard !text.utf8.contains(0) else { throw YAMLError(mark: mark, message: "there is a NUL in this text") }
            return (.scalar(text, isPlain: data.style == YAML_PLAIN_SCALAR_STYLE), mark)
        default: return (.other, mark)
        }
    }

    private func refuse(
        anchor: UnsafeMutablePointer<UInt8>?, tag: UnsafeMutablePointer<UInt8>?, at mark: YAMLMark
    ) throws(YAMLError) {
        if anchor != nil {
            throw YAMLError(
                mark: mark, message: "anchors (&name) are not understood here; in quotes an & is a character")
        }
        if tag != nil {
            throw YAMLError(mark: mark, message: "tags (!name) are not understood here; in quotes a ! is a character")
        }
    }

    private static func mark(_ mark: yaml_mark_t) -> YAMLMark {
        YAMLMark(line: Int(mark.line) + 1, column: Int(mark.column) + 1)
    }

    /// Why the parser gave up.
    private var problem: YAMLError {
        let state = parser.pointee
        let reason = state.problem.map { String(cString: $0) } ?? "it cannot be read"
        let context = state.context.map { String(cString: $0) + ", " } ?? ""
        let hint = reason.hasPrefix("found character that cannot start") ? " (tabs cannot indent)" : ""
        // Of what cannot be read at all it knows only the byte.
        return YAMLError(mark: Self.mark(state.problem_mark), message: "this is no YAML: \(context)\(reason)\(hint)")
    }

    // MARK: - Values

    private mutating func document() throws(YAMLError) -> YAMLNode? {
        var root: YAMLNode?
        var count = 0
        while true {
            let (event, mark) = try next()
            switch event {
            case .endsStream: return root?.isNull == true ? nil : root
            case .beginsDocument:
                count += 1
                if count > 1 {
                    throw YAMLError(mark: mark, message: "a second document begins here: one file has one")
                }
            case .endsDocument, .other: continue
            default: root = try node(event, mark, depth: 0)
            }
        }
    }

    private mutating func node(_ event: Event, _ mark: YAMLMark, depth: Int) throws(YAMLError) -> YAMLNode {
        nodes += 1
        guard nodes <= Self.mostNodes else { throw YAMLError(mark: mark, message: "there are too many values") }
        guard depth < Self.deepest else { throw YAMLError(mark: mark, message: "this is nested too deep") }
        switch event {
        case .beginsSequence:
            var items: [YAMLNode] = []
            while true {
                let (event, place) = try next()
                if case .ends = event { return YAMLNode(mark: mark, content: .sequence(items)) }
                items.append(try node(event, place, depth: depth + 1))
            }
        case .beginsMapping:
            var members: [YAMLNode.Member] = []
            var known: [String: YAMLMark] = [:]
            while true {
                let (event, place) = try next()
                if case .ends = event { return YAMLNode(mark: mark, content: .mapping(members)) }
                guard case .scalar(let key, _) = event else {
                    throw YAMLError(mark: place, message: "a name is text, no list and no mapping")
                }
                if let first = known.updateValue(place, forKey: key) {
                    throw YAMLError(
                        mark: place, message: "\(key) is here a second time; it is in line \(first.line) already")
                }
                let (value, at) = try next()
                members.append(
                    YAMLNode.Member(key: key, mark: place, value: try node(value, at, depth: depth + 1)))
            }
        case .scalar(let text, let isPlain):
            return YAMLNode(mark: mark, content: .scalar(text, isPlain: isPlain))
        default:
            throw YAMLError(mark: mark, message: "this is no YAML: a value was expected")
        }
    }
}
