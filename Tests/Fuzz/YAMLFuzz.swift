/// Any bytes as a file of settings: a value whose parts stand in the text in their order, or a sentence with a place in it.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzYAML(_ data: UnsafePointer<UInt8>, _ size: Int) -> CInt {
    do throws(YAMLError) {
        if let root = try YAMLReader.read(Array(UnsafeBufferPointer(start: data, count: size))) { check(root) }
    } catch {
        guard error.mark.line >= 1, error.mark.column >= 1 else { fatalError("\(error)") }
    }
    return 0
}

private func check(_ node: YAMLNode) {
    guard node.mark.line >= 1, node.mark.column >= 1 else { fatalError("\(node.mark)") }
    node.items?.forEach(check)
    guard let members = node.members else { return }
    guard Set(members.map(\.key)).count == members.count else { fatalError("a name twice") }
    for member in members {
        guard (member.mark.line, member.mark.column) <= (member.value.mark.line, member.value.mark.column) else {
            fatalError("\(member.mark) after \(member.value.mark)")
        }
        check(member.value)
    }
}
