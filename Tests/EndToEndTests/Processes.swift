import Foundation

/// What /proc tells of processes.
enum Processes {
    /// All processes that a process has started, directly or not, by their numbers, with their command lines.
    static func descendants(of pid: Int32) -> [Int32: String] {
        var found: [Int32: String] = [:]
        for child in children(of: pid) {
            found[child] = commandLine(of: child)
            found.merge(descendants(of: child)) { $1 }
        }
        return found
    }

    /// Whether a process still runs; one that has ended and is not reaped does not.
    static func isRunning(_ pid: Int32) -> Bool {
        guard let stat = try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8) else { return false }
        // The name stands in brackets and can hold anything.
        return stat.split(separator: ")").last?.split(separator: " ").first.map { !"ZX".contains($0) } ?? false
    }

    private static func children(of pid: Int32) -> [Int32] {
        let tasks = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(pid)/task")) ?? []
        return tasks.flatMap { task in
            let text = (try? String(contentsOfFile: "/proc/\(pid)/task/\(task)/children", encoding: .utf8)) ?? ""
            return text.split(separator: " ").compactMap { Int32($0.trimmingCharacters(in: .whitespaces)) }
        }
    }

    private static func commandLine(of pid: Int32) -> String {
        let bytes = FileManager.default.contents(atPath: "/proc/\(pid)/cmdline") ?? Data()
        return bytes.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }.joined(separator: " ")
    }
}
