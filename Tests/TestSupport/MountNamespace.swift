import Foundation

/// Programs that see other files than the rest of the machine, in a mount namespace of Linux of their own.
public enum MountNamespace {
    /// What a test says that is skipped.
    public static let refusal = "no mount namespace can be made here (unshare -m): run it as root, or allow it to users"

    /// Whether one can be made here, which containers and systems may forbid.
    public static var isAllowed: Bool {
        get async {
            let command = command(["true"], binding: ["/etc/hosts": "/etc/hosts"])
            return (try? await run(command))?.status == .exited(0)
        }
    }

    /// The command that runs another one among mounts of its own.
    ///
    /// - Parameters:
    ///   - argv: the program and its arguments.
    ///   - files: what is there in the place of which files; their paths need no quoting.
    /// - Returns: the command, for ``run(_:environment:input:timeout:)`` or a terminal.
    public static func command(_ argv: [String], binding files: [String: String]) -> [String] {
        let mounts = files.map { "mount --bind \($1) \($0) && " }.joined()
        let user = getuid() == 0 ? [] : ["-r"]
        return ["unshare"] + user + ["-m", "sh", "-c", "\(mounts)exec \"$@\"", "sh"] + argv
    }
}
