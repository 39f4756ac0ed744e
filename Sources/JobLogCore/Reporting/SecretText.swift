/// Looks through a text for secrets, once from front to end, for ``SecretScrubber``.
struct SecretText {
    /// How far it looks on for the end of something that may not be there; keeps the whole linear.
    private static let lookahead = 512
    /// What is no value: `token=null`.
    private static let nothing: Set<String> = [
        "null", "nil", "none", "undefined", "true", "false", "yes", "no", "empty", "n/a", "[scrubbed]",
    ]
    /// Words that go on with a sentence: `password: must be longer`.
    private static let prose: Set<String> = [
        "must", "is", "are", "was", "were", "should", "required", "invalid", "missing", "incorrect", "wrong", "expired",
        "cannot", "not", "does", "has", "too", "the", "a", "an", "for", "of", "field", "value", "unknown", "failed",
    ]
    private static let schemes: Set<String> = [
        "bearer", "basic", "digest", "token", "negotiate", "apikey", "hmac", "signature",
    ]

    private let text: [UInt8]
    private let names: SecretNames
    private var output: [UInt8] = []
    private var copied = 0
    private var at = 0
    private(set) var reasons: [SecretScrubber.Reason] = []

    init(_ text: String, names: SecretNames) {
        self.text = Array(text.utf8)
        self.names = names
    }

    /// The scrubbed text.
    var result: String { String(decoding: output + text[copied...], as: UTF8.self) }

    /// Looks through the text; false when there is nothing to replace.
    mutating func run() -> Bool {
        while at < text.count {
            let byte = text[at]
            if ASCII.isAlphanumeric(byte) || byte == UInt8(ascii: "_") {
                word()
            } else if byte == UInt8(ascii: ":"), matches("://", at) {
                userInformation()
            } else if byte == UInt8(ascii: "-"), matches("-----BEGIN ", at) {
                privateKey()
            } else {
                at += 1
            }
        }
        return !reasons.isEmpty
    }

    // MARK: - Words

    /// Takes the word at `at`, and what it is the name of.
    private mutating func word() {
        let start = at
        var end = at
        while end < text.count, Self.isName(text[end]) { end += 1 }
        at = end
        while end > start, text[end - 1] == UInt8(ascii: ".") || text[end - 1] == UInt8(ascii: "-") { end -= 1 }
        if let token = webToken(start, end) {
            replace(token..<end, .jwt)
        } else if SecretServices.isKey(text[start..<end]) {
            replace(start..<end, .serviceKey)
        } else if !credential(after: start, end) {
            assignment(start, end)
        }
    }

    /// Where a JSON web token begins in a word; it goes on to the word's end.
    private func webToken(_ start: Int, _ end: Int) -> Int? {
        guard end - start >= 20 else { return nil }
        var begin = start
        while begin + 20 <= end {
            if text[begin] == UInt8(ascii: "e"), matches("eyJ", begin),
                begin == start || !ASCII.isAlphanumeric(text[begin - 1])
            {
                let parts = text[begin..<end].split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
                return parts.count >= 3 && parts[0].count >= 8 && parts[1].count >= 4 ? begin : nil
            }
            begin += 1
        }
        return nil
    }

    /// `Bearer …` and `Basic …`.
    private mutating func credential(after start: Int, _ end: Int) -> Bool {
        guard end - start <= 6, at == end else { return false }
        let scheme = lowercased(start, end)
        guard scheme == "bearer" || scheme == "basic" else { return false }
        let from = skipSpaces(end)
        guard from > end else { return false }
        var to = from
        while to < text.count, Self.isCredential(text[to]) { to += 1 }
        while to > from, text[to - 1] == UInt8(ascii: ".") { to -= 1 }
        let value = text[from..<to]
        let isSecret =
            scheme == "basic"
            ? value.count >= 4 && value.count <= 4096
                && Base64.decode(String(decoding: value, as: UTF8.self))?.contains(UInt8(ascii: ":")) == true
            : value.count >= 8 && value.contains(where: ASCII.isDigit) || value.count >= 24
        if isSecret { replace(from..<to, .authorization) }
        return isSecret
    }

    // MARK: - Names and values

    /// `name=value`, `name: value`, `"name": "value"`, `--name value`.
    private mutating func assignment(_ start: Int, _ end: Int) {
        guard end - start <= 256, at < text.count else { return }
        let isOption = start >= 2 && matches("--", start - 2)
        var next = at
        let quoted = skipQuote(next)
        next = quoted ?? next
        if quoted == nil, next < text.count, text[next] == UInt8(ascii: "]") { next += 1 }
        let afterName = next
        next = skipSpaces(next, atMost: 4)
        guard next < text.count else { return }
        let byte = text[next]
        let isColon: Bool
        if byte == UInt8(ascii: "=") || byte == UInt8(ascii: ":") {
            // A URL's colon, and C++'s.
            guard !matches("://", next), !matches("::", next) else { return }
            isColon = byte == UInt8(ascii: ":") && !matches(":=", next)
            next += 1
            while next < text.count, text[next] == UInt8(ascii: "=") || text[next] == UInt8(ascii: ">") { next += 1 }
        } else {
            guard isOption, next > afterName, byte != UInt8(ascii: "-") else { return }
            isColon = false
        }
        let from = skipSpaces(next, atMost: 8)
        guard from < text.count else { return }
        let name = String(decoding: text[start..<end], as: UTF8.self)
        // Most names are none; looking for the value's end comes after. What is just called key may turn out as one.
        let isNamed = names.isSecret(name, value: nil)
        guard isNamed || name.utf8.count == 3 && name.lowercased() == "key" else { return }
        let opener = start > 0 && quoted == nil ? text[start - 1] : 0
        let limit = isNamed ? text.count : min(text.count, from + Self.lookahead + 8)
        let value = self.value(from, of: name, opener: opener, limit: limit)
        guard !value.isEmpty, isNamed || value.count <= Self.lookahead else { return }
        let sample = String(decoding: text[value.prefix(256)], as: UTF8.self)
        guard names.isSecret(name, value: sample), !Self.nothing.contains(sample.lowercased()) else { return }
        if isColon, skipQuote(from) == nil, !isHeaderValue(from, of: name), !looksSecret(value, of: name) { return }
        replace(value, .name)
    }

    /// The range of the value that begins at `from`, without its quotes; looked for up to `limit`.
    private func value(_ from: Int, of name: String, opener: UInt8, limit: Int) -> Range<Int> {
        if let inside = skipQuote(from) { return inside..<max(inside, closing(of: from..<inside, limit: limit)) }
        var end = from
        if isHeaderValue(from, of: name) {
            while end < text.count, text[end] != 0x0A, text[end] != 0x0D, !Self.isQuote(opener) || text[end] != opener {
                end += 1
            }
            return from..<end
        }
        // A structure is not a value: what is in it has names of its own.
        if text[from] == UInt8(ascii: "{") || text[from] == UInt8(ascii: "[") { return from..<from }
        while end < limit, !endsValue(end) { end += 1 }
        return from..<end
    }

    /// Where the quote that `opening` holds, perhaps behind backslashes, is closed.
    private func closing(of opening: Range<Int>, limit: Int) -> Int {
        guard opening.upperBound < limit else { return limit }
        let quote = text[opening.upperBound - 1]
        let depth = opening.count - 1
        var slashes = 0
        for index in opening.upperBound..<limit {
            if text[index] == UInt8(ascii: "\\") {
                slashes += 1
                continue
            }
            if text[index] == quote, slashes == depth || depth == 0 && slashes.isMultiple(of: 2) {
                return index - slashes
            }
            slashes = 0
        }
        return limit
    }

    private func endsValue(_ index: Int) -> Bool {
        switch text[index] {
        case UInt8(ascii: "&"), UInt8(ascii: ";"), UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "`"),
            UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "}"), UInt8(ascii: ")"), UInt8(ascii: "]"):
            return true
        case UInt8(ascii: ","):
            // A comma may be part of a password: it ends the value where another name follows.
            var next = index + 1
            while next < text.count, next - index <= 64, Self.isName(text[next]) { next += 1 }
            return next == text.count || text[next] == UInt8(ascii: "=") || text[next] == UInt8(ascii: ":")
                || next == index + 1
        case let byte: return ASCII.isSpace(byte)
        }
    }

    /// Whether the value of a header begins as one does, and not as a sentence.
    private func isHeaderValue(_ from: Int, of name: String) -> Bool {
        guard SecretNames.isHeader(name) else { return false }
        var end = from
        while end < text.count, Self.isName(text[end]) { end += 1 }
        guard end > from, end < text.count else { return false }
        if text[end] == UInt8(ascii: "=") { return true }
        let word = lowercased(from, end)
        return text[end] == 0x20 && (Self.schemes.contains(word) || word.hasPrefix("aws4-"))
    }

    /// Whether what follows `name:` without quotes is a value, and not the rest of a sentence (`Unexpected token: of`).
    private func looksSecret(_ value: Range<Int>, of name: String) -> Bool {
        let bytes = text[value]
        let word = lowercased(value.lowerBound, min(value.upperBound, value.lowerBound + 32))
        if Self.prose.contains(word) { return false }
        if SecretNames.isPassword(name) || bytes.count >= 24 { return true }
        guard bytes.count >= 6 else { return false }
        let (first, rest) = (bytes.first ?? 0, bytes.dropFirst())
        return bytes.contains(where: ASCII.isDigit) || rest.contains(where: ASCII.isUpper) && ASCII.isLower(first)
    }

    // MARK: - URLs and keys

    /// `scheme://user:password@host`.
    private mutating func userInformation() {
        let start = at + 3
        guard at > 0, ASCII.isAlphanumeric(text[at - 1]), start < text.count else {
            at += 1
            return
        }
        at = start
        var (colon, mark): (Int?, Int?)
        var end = start
        var isBeyond = false
        while end < text.count, end - start <= Self.lookahead, !Self.endsURL(text[end]) {
            let byte = text[end]
            if byte == UInt8(ascii: "/") || byte == UInt8(ascii: "?") || byte == UInt8(ascii: "#"), !isBeyond {
                // Passwords hold them unencoded; the port of a host is a number, and an IPv6 address stands in [ ].
                guard mark == nil, let colon, colon + 1 < end, !ASCII.isDigit(text[colon + 1]),
                    text[start] != UInt8(ascii: "[")
                else { break }
                isBeyond = true
            }
            if byte == UInt8(ascii: ":"), colon == nil { colon = end }
            if byte == UInt8(ascii: "@") { mark = end }
            if byte == UInt8(ascii: "@"), isBeyond { break }
            end += 1
        }
        guard let mark else { return }
        let user = start..<min(colon ?? mark, mark)
        if user.count >= 16, text[user].contains(where: ASCII.isDigit) { replace(user, .url) }
        if let colon, colon + 1 < mark { replace((colon + 1)..<mark, .url) }
        at = mark
    }

    /// `-----BEGIN … PRIVATE KEY-----` to its end, or to that of the text.
    private mutating func privateKey() {
        let start = at
        at += "-----BEGIN ".utf8.count
        let label = at
        while at < text.count, at - label < 64, text[at] != UInt8(ascii: "-") { at += 1 }
        guard String(decoding: text[label..<at], as: UTF8.self).hasSuffix("PRIVATE KEY") else { return }
        while at < text.count, !matches("-----END ", at) { at += 1 }
        if at < text.count {
            at += "-----END ".utf8.count
            while at < text.count, text[at] != UInt8(ascii: "-") { at += 1 }
            while at < text.count, text[at] == UInt8(ascii: "-") { at += 1 }
        }
        replace(start..<at, .privateKey)
    }

    // MARK: - Bytes

    private mutating func replace(_ range: Range<Int>, _ reason: SecretScrubber.Reason) {
        output += text[copied..<range.lowerBound]
        output += SecretScrubber.replacement.utf8
        copied = range.upperBound
        at = range.upperBound
        reasons.append(reason)
    }

    private func matches(_ literal: StaticString, _ index: Int) -> Bool {
        let count = literal.utf8CodeUnitCount
        guard index + count <= text.count else { return false }
        return literal.withUTF8Buffer { buffer in (0..<count).allSatisfy { text[index + $0] == buffer[$0] } }
    }

    /// Behind the quote at `index`, which backslashes may precede; nil when there is none.
    private func skipQuote(_ index: Int) -> Int? {
        var next = index
        while next < text.count, next - index < 8, text[next] == UInt8(ascii: "\\") { next += 1 }
        return next < text.count && Self.isQuote(text[next]) ? next + 1 : nil
    }

    private func skipSpaces(_ index: Int, atMost limit: Int = 16) -> Int {
        var next = index
        while next < text.count, next - index < limit, text[next] == 0x20 || text[next] == 0x09 { next += 1 }
        return next
    }

    private func lowercased(_ start: Int, _ end: Int) -> String {
        String(decoding: text[start..<end], as: UTF8.self).lowercased()
    }

    private static func isName(_ byte: UInt8) -> Bool {
        ASCII.isAlphanumeric(byte) || byte == UInt8(ascii: "_") || byte == UInt8(ascii: ".")
            || byte == UInt8(ascii: "-")
    }

    private static func isCredential(_ byte: UInt8) -> Bool {
        isName(byte) || byte == UInt8(ascii: "~") || byte == UInt8(ascii: "+") || byte == UInt8(ascii: "/")
            || byte == UInt8(ascii: "=")
    }

    private static func isQuote(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'")
    }

    private static func endsURL(_ byte: UInt8) -> Bool {
        ASCII.isSpace(byte) || isQuote(byte) || byte == UInt8(ascii: "`") || byte == UInt8(ascii: "<")
            || byte == UInt8(ascii: ">")
    }
}
