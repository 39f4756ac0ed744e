import TestSupport

extension Pty {
    /// Starts the probe in a mode.
    static func probe(
        _ mode: String, width: Int = 120, height: Int = 40, environment: [String: String] = [:]
    ) throws -> Pty {
        try Pty(
            [BuiltProducts.path(of: "TerminalProbe"), mode], width: width, height: height, environment: environment)
    }
}
