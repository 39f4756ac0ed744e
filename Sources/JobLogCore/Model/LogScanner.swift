/// Finds the known fields of a log entry without building values: what the screen, filters and merging need of the
/// thousands of entries of which it shows forty.
///
/// It answers only what it knows for certain. Escapes in names, fields that are there twice, unknown types, times that
/// are not plain digits, invalid UTF-8 and whatever else is unusual make it give up: ``LogEntry/decode(_:)`` then
/// parses the entry. Where it answers, it says what the parser would say.
public enum LogScanner {
    /// The fields of the entry, or nil when it must be parsed.
    public static func scan(_ bytes: ArraySlice<UInt8>) -> LogHead? {
        bytes.withUnsafeBufferPointer { scan($0) }
    }

    /// The fields of the entry, or nil when it must be parsed.
    public static func scan(_ buffer: UnsafeBufferPointer<UInt8>) -> LogHead? {
        var usual = Scan(cursor: JSONCursor(buffer))
        if usual.usualEntry() { return usual.head }
        var scan = Scan(cursor: JSONCursor(buffer))
        return scan.entry() && scan.seen & Scan.message != 0 ? scan.head : nil
    }

    private struct Scan {
        static let timestamp: UInt8 = 1
        static let type: UInt8 = 2
        static let message: UInt8 = 4
        static let metadata: UInt8 = 8
        static let id: UInt8 = 16

        var cursor: JSONCursor
        var head = LogHead()
        var seen: UInt8 = 0

        init(cursor: JSONCursor) { self.cursor = cursor }

        /// An entry as the workers write it: known fields in their order, no space between them, a message of plain ASCII.
        /// Nine of ten are; what is not is left to ``entry()``.
        @inline(__always)
        mutating func usualEntry() -> Bool {
            guard cursor.take(literal: #"{"timestamp":"#), timestamp(), cursor.take(literal: #","type":""#) else {
                return false
            }
            switch cursor.byte {
            case UInt8(ascii: "i") where cursor.take(literal: #"info","message":""#): head.level = .info
            case UInt8(ascii: "d") where cursor.take(literal: #"debug","message":""#): head.level = .debug
            case UInt8(ascii: "w") where cursor.take(literal: #"warn","message":""#): head.level = .warn
            case UInt8(ascii: "e") where cursor.take(literal: #"error","message":""#): head.level = .error
            default: return false
            }
            guard let message = cursor.plainString() else { return false }
            head.message = message
            if cursor.take(literal: #","metadata":"#) {
                let start = cursor.at
                guard cursor.skipValue() else { return false }
                head.metadata = start..<cursor.at
            }
            if cursor.take(literal: #","id":""#) {
                guard let id = cursor.plainString() else { return false }
                head.id = id
            }
            return cursor.take(UInt8(ascii: "}")) && cursor.isAtEnd
        }

        @inline(__always)
        mutating func entry() -> Bool {
            cursor.skipSpace()
            guard cursor.take(UInt8(ascii: "{")) else { return false }
            repeat {
                cursor.skipSpace()
                guard let key = cursor.string(), !key.hasEscapes, key.isValid else { return false }
                cursor.skipSpace()
                guard cursor.take(UInt8(ascii: ":")) else { return false }
                cursor.skipSpace()
                guard field(key.range) else { return false }
                cursor.skipSpace()
            } while cursor.take(UInt8(ascii: ","))
            guard cursor.take(UInt8(ascii: "}")) else { return false }
            cursor.skipSpace()
            return cursor.isAtEnd
        }

        /// Reads the value of the field whose name is at `key`.
        @inline(__always)
        private mutating func field(_ key: Range<Int>) -> Bool {
            switch key.count {
            case 7 where cursor.matches("message", at: key.lowerBound):
                guard isFirst(Scan.message), let text = cursor.string(), text.isValid else { return false }
                head.message = text.range
                head.messageHasEscapes = text.hasEscapes
                return true
            case 9 where cursor.matches("timestamp", at: key.lowerBound):
                return isFirst(Scan.timestamp) && timestamp()
            case 4 where cursor.matches("type", at: key.lowerBound):
                return isFirst(Scan.type) && type()
            case 8 where cursor.matches("metadata", at: key.lowerBound):
                let start = cursor.at
                guard isFirst(Scan.metadata), cursor.skipValue() else { return false }
                head.metadata = start..<cursor.at
                return true
            case 2 where cursor.matches("id", at: key.lowerBound):
                guard isFirst(Scan.id), let text = cursor.string(), text.isValid, !text.hasEscapes else { return false }
                head.id = text.range
                return true
            default:
                return cursor.skipValue()
            }
        }

        @inline(__always)
        private mutating func isFirst(_ field: UInt8) -> Bool {
            guard seen & field == 0 else { return false }
            seen |= field
            return true
        }

        /// Up to 15 digits, so that nothing overflows and nothing is clamped.
        @inline(__always)
        private mutating func timestamp() -> Bool {
            let start = cursor.at
            var value: Int64 = 0
            while case UInt8(ascii: "0")...UInt8(ascii: "9") = cursor.byte, cursor.at - start < 16 {
                value = value &* 10 &+ Int64(cursor.byte - UInt8(ascii: "0"))
                cursor.at += 1
            }
            let count = cursor.at - start
            guard 1...15 ~= count, count == 1 || value >= 1 && !cursor.matches("0", at: start) else { return false }
            switch cursor.byte {
            case UInt8(ascii: ","), UInt8(ascii: "}"), 0x20, 0x0A, 0x0D, 0x09: break
            default: return false
            }
            head.timestamp = value
            return true
        }

        @inline(__always)
        private mutating func type() -> Bool {
            guard let text = cursor.string() else { return false }
            let start = text.range.lowerBound
            switch text.range.count {
            case 4 where cursor.matches("info", at: start): head.level = .info
            case 4 where cursor.matches("warn", at: start): head.level = .warn
            case 5 where cursor.matches("error", at: start): head.level = .error
            case 5 where cursor.matches("debug", at: start): head.level = .debug
            default: return false
            }
            return true
        }
    }
}

extension JSONCursor {
    /// Moves over one value of any kind, checking it; false where the parser would object, for invalid UTF-8 and for
    /// more than 64 levels.
    mutating func skipValue() -> Bool {
        // One bit a level that is open, the innermost lowest: 1 is an object.
        var kinds: UInt64 = 0
        var depth = 0
        while true {
            skipSpace()
            switch byte {
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                let isObject = byte == UInt8(ascii: "{")
                at += 1
                skipSpace()
                if take(isObject ? UInt8(ascii: "}") : UInt8(ascii: "]")) { break }
                guard depth < 64 else { return false }
                depth += 1
                kinds = kinds << 1 | (isObject ? 1 : 0)
                if isObject, !skipKey() { return false }
                continue
            case UInt8(ascii: "\""):
                guard let text = string(), text.isValid else { return false }
            case UInt8(ascii: "t"):
                guard take(word: "true") else { return false }
            case UInt8(ascii: "f"):
                guard take(word: "false") else { return false }
            case UInt8(ascii: "n"):
                guard take(word: "null") else { return false }
            default:
                guard number() != nil else { return false }
            }
            var closing = true
            while closing {
                if depth == 0 { return true }
                skipSpace()
                let isObject = kinds & 1 == 1
                if take(UInt8(ascii: ",")) {
                    if isObject, !skipKey() { return false }
                    closing = false
                } else {
                    guard take(isObject ? UInt8(ascii: "}") : UInt8(ascii: "]")) else { return false }
                    depth -= 1
                    kinds >>= 1
                }
            }
        }
    }

    private mutating func skipKey() -> Bool {
        skipSpace()
        guard let key = string(), key.isValid else { return false }
        skipSpace()
        return take(UInt8(ascii: ":"))
    }
}
