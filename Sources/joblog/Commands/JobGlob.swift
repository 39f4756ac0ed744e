import JobLogCore

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// Patterns of job ids as a shell has them.
enum JobGlob {
    /// Whether all of an id matches.
    static func matches(_ id: JobID, _ glob: String) -> Bool {
        (id.bytes + [0]).withUnsafeBytes { bytes in
            guard let text = bytes.baseAddress?.assumingMemoryBound(to: CChar.self) else { return false }
            return fnmatch(glob, text, 0) == 0
        }
    }
}
