/// Any bytes as a stream of server-sent events: in whatever pieces they come, the events are those of the whole, and none is
/// larger than is held.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzEventStream(_ data: UnsafePointer<UInt8>, _ size: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: data, count: size))
    let limit = 256
    let whole = read([bytes[...]], limit)
    let pieces = read(stride(from: 0, to: size, by: 3).map { bytes[$0..<min($0 + 3, size)] }, limit)
    guard whole.isCut || pieces.isCut || whole.events == pieces.events && whole.lastID == pieces.lastID else {
        fatalError("\(whole) is \(pieces) in pieces")
    }
    for event in whole.events {
        var parser = ServerSentEventParser(lastID: "before")
        let again = try? parser.take(Array(event.text.utf8))
        guard again?.count == 1, again?[0].data == event.data else { fatalError("\(event) becomes \(again ?? [])") }
    }
    return 0
}

private func read(
    _ pieces: [ArraySlice<UInt8>], _ limit: Int
) -> (events: [ServerSentEvent], lastID: String, isCut: Bool) {
    var parser = ServerSentEventParser(limit: limit)
    var events: [ServerSentEvent] = []
    for piece in pieces {
        guard let more = try? parser.take(piece) else { return (events, parser.lastID, true) }
        events += more
    }
    return (events, parser.lastID, false)
}
