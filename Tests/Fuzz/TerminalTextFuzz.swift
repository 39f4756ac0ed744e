/// Any bytes as text for a terminal: nothing that it would obey, and nothing that hides or reorders text.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzTerminalText(_ data: UnsafePointer<UInt8>, _ size: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: data, count: size))
    let line = TerminalText.line(bytes[...])
    check(line)
    let again = TerminalText.line(line)
    guard Array(again.utf8) == Array(line.utf8) else { fatalError("\(Array(line.utf8)) becomes \(Array(again.utf8))") }
    for line in TerminalText.lines(bytes[...]) { check(line) }
    return 0
}

private func check(_ line: String) {
    for scalar in line.unicodeScalars {
        switch scalar.value {
        case 0..<0x20, 0x7F..<0xA0, 0x61C, 0x200E, 0x200F, 0x2028...0x202E, 0x2066...0x2069, 0xE0000...0xE007F:
            fatalError("U+\(String(scalar.value, radix: 16)) is left in \(Array(line.utf8))")
        default: continue
        }
    }
}
