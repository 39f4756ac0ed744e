import Foundation

/// Any bytes as a log entry: where the scanner answers, it says what our parser and JSONDecoder say.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzEntry(_ data: UnsafePointer<UInt8>, _ size: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: data, count: size))
    let entry = LogEntry.decode(bytes[...])
    guard LogScanner.scan(bytes[...]) != nil else { return 0 }
    let parsed = LogEntry.parse(bytes[...])
    guard entry == parsed else { fatalError("scanned \(entry), parsed \(parsed)") }
    let theirs: Headline
    do {
        theirs = try JSONDecoder().decode(Headline.self, from: Data(bytes))
    } catch {
        // Half of a surrogate pair is text to JavaScript, whose workers write it, and to us, but not to JSONDecoder.
        if hasSurrogateEscape(bytes) { return 0 }
        fatalError("scanned \(entry), JSONDecoder: \(error)")
    }
    let ours = Headline(
        timestamp: entry.timestamp, type: entry.level.map(\.wire), message: entry.message, id: entry.id)
    guard ours.isLike(theirs) else { fatalError("scanned \(ours), JSONDecoder \(theirs)") }
    return 0
}

private func hasSurrogateEscape(_ bytes: [UInt8]) -> Bool {
    String(decoding: bytes, as: UTF8.self).lowercased().contains("\\ud")
}

/// What a line of a log shows of an entry.
private struct Headline: Decodable {
    let timestamp: Int64?
    let type: String?
    let message: String
    let id: String?

    /// Compares scalars: equal as Swift has it are also texts that are composed in another way.
    func isLike(_ other: Headline) -> Bool {
        timestamp == other.timestamp && type == other.type
            && Array(message.unicodeScalars) == Array(other.message.unicodeScalars)
            && id.map { Array($0.unicodeScalars) } == other.id.map { Array($0.unicodeScalars) }
    }
}
