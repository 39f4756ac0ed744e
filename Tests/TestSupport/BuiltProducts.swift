import Foundation

/// Executables of this package, as the running test build has made them.
public enum BuiltProducts {
    /// The folder of the build, such as `.build/debug`.
    public static var folder: URL {
        #if os(macOS)
        let bundle = Bundle.allBundles.first { $0.bundlePath.hasSuffix(".xctest") } ?? Bundle.main
        return bundle.bundleURL.deletingLastPathComponent()
        #else
        return URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
        #endif
    }

    /// The path of a built executable.
    ///
    /// - Parameter product: `joblog`, for one.
    /// - Returns: an absolute path.
    /// - Throws: ``SubprocessError`` when it was not built: the test target must depend on it.
    public static func path(of product: String) throws -> String {
        let path = folder.appending(path: product).path()
        guard FileManager.default.isExecutableFile(atPath: path) else {
            throw SubprocessError("\(path) is missing: let the test target depend on \(product)")
        }
        return path
    }
}
