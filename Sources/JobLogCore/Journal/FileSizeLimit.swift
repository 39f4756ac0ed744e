#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// How large a file of this process may become: `RLIMIT_FSIZE`.
enum FileSizeLimit {
    /// Whether a file may have so many bytes. Asked before writing: the kernel would answer with a signal that ends the
    /// process.
    static func allows(_ bytes: Int) -> Bool {
        var limit = rlimit()
        #if canImport(Glibc)
        let result = getrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit)
        #else
        let result = getrlimit(RLIMIT_FSIZE, &limit)
        #endif
        return result != 0 || UInt64(limit.rlim_cur) >= UInt64(bytes)
    }
}
