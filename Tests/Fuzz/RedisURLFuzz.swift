/// Any text as a URL: it has a target that can be connected to, or a sentence without a control character.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzRedisURL(_ data: UnsafePointer<UInt8>, _ size: Int) -> CInt {
    let text = String(decoding: UnsafeBufferPointer(start: data, count: size), as: UTF8.self)
    do throws(RedisError) {
        let url = try RedisURL(parsing: text)
        guard url.database >= 0 else { fatalError("database \(url.database)") }
        switch url.target {
        case .tcp(let host, let port): check(RedisEndpoint(host: host, port: port))
        case .unix(let path): guard path.hasPrefix("/"), !path.utf8.contains(0) else { fatalError("path \(path)") }
        case .sentinel(let sentinels, let primary):
            guard !primary.isEmpty, !sentinels.isEmpty else { fatalError("Sentinels of nothing") }
            sentinels.forEach(check)
        case .cluster(let nodes):
            guard !nodes.isEmpty else { fatalError("a cluster of nothing") }
            nodes.forEach(check)
        }
        checkText(url.description)
    } catch {
        guard error.code == .badURL else { fatalError("\(error.code)") }
        checkText(error.message)
    }
    return 0
}

private func check(_ endpoint: RedisEndpoint) {
    guard !endpoint.host.isEmpty, (1...65535).contains(endpoint.port) else { fatalError("\(endpoint)") }
}

private func checkText(_ text: String) {
    for scalar in text.unicodeScalars where scalar.value < 0x20 || (0x7F..<0xA0).contains(scalar.value) {
        fatalError("U+\(String(scalar.value, radix: 16)) in \(Array(text.utf8))")
    }
}
