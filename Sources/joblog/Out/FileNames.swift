import JobLogCore
import JobLogTUI

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// Names of files as people type them.
enum FileNames {
    /// The name with the home folder in the place of `~` at its beginning.
    static func expanded(_ path: String) -> String {
        guard path == "~" || path.hasPrefix("~/"), let home = Environment["HOME"] else { return path }
        return home + path.dropFirst()
    }

    /// Goes on with a name as far as the files that begin so agree.
    static func complete(_ text: String) -> OutReport {
        let slash = text.lastIndex(of: "/").map { text.index(after: $0) } ?? text.startIndex
        let (typedFolder, beginning) = (String(text[..<slash]), String(text[slash...]))
        let folder = typedFolder.isEmpty ? "." : expanded(typedFolder)
        var names: [String] = []
        if let directory = opendir(folder) {
            defer { closedir(directory) }
            while let entry = readdir(directory) {
                let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                    pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
                }
                // Hidden ones are meant only by those who say so.
                guard name.hasPrefix(beginning), name != ".", name != "..", !name.hasPrefix(".") || !beginning.isEmpty
                else { continue }
                var status = stat()
                let isFolder = stat("\(folder)/\(name)", &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
                names.append(isFolder ? name + "/" : name)
            }
        }
        names.sort()
        guard var common = names.first else { return .completed(text, to: text, choices: []) }
        for name in names.dropFirst() { common = common.commonPrefix(with: name) }
        return .completed(text, to: typedFolder + common, choices: names)
    }
}

extension String {
    fileprivate func commonPrefix(with other: String) -> String {
        String(zip(self, other).prefix { $0 == $1 }.map(\.0))
    }
}
