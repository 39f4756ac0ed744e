#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// A pattern as a shell has it: `*`, `?` and `[a-z]`; the text as a whole must match.
package struct Glob: Sendable, Hashable {
    private let pattern: String

    /// A pattern; every text is one.
    package init(_ pattern: String) { self.pattern = pattern }

    /// Whether all of an id matches.
    package func matches(_ id: JobID) -> Bool { matches(id.bytes) }

    /// Whether all of a text matches.
    package func matches(_ text: String) -> Bool { matches(Array(text.utf8)) }

    private func matches(_ bytes: [UInt8]) -> Bool {
        (bytes + [0]).withUnsafeBytes { bytes in
            guard let text = bytes.baseAddress?.assumingMemoryBound(to: CChar.self) else { return false }
            return fnmatch(pattern, text, 0) == 0
        }
    }
}
