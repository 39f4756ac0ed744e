import JobLogCore
import JobLogTUI

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// The folder of a user's settings: `$XDG_CONFIG_HOME/joblog`, else `~/.config/joblog`.
enum SettingsFolder {
    /// The most bytes that a file of settings has.
    private static let limit = 1_000_000

    /// The folder; nil where neither variable is set.
    static var path: String? {
        Environment.folder("XDG_CONFIG_HOME", belowHome: ".config").map { $0 + "/joblog" }
    }

    /// A file's text; nil where there is none.
    static func text(of file: String) throws(SettingsError) -> [UInt8]? {
        do throws(InputFile.Trouble) {
            return try InputFile.read(file, limit: limit, what: "a file of settings")
        } catch {
            switch error {
            case .missing: return nil
            case .failed(let sentence): throw SettingsError(file: file, message: sentence)
            }
        }
    }

    /// Makes a folder, and what of those around it is missing.
    static func make(_ folder: String) throws(Failure) {
        for folder in prefixes(of: folder) where mkdir(folder, 0o700) != 0 {
            let number = errno
            var status = stat()
            // Where it is there, systems have several reasons not to make it.
            guard stat(folder, &status) == 0 else {
                throw Failure(
                    .error, "\(TerminalText.line(folder)) cannot be made: \(String(cString: strerror(number))).")
            }
            guard status.st_mode & S_IFMT == S_IFDIR else {
                throw Failure(.error, "\(TerminalText.line(folder)) is no folder.")
            }
        }
    }

    /// Makes the folder in which a file is to stand.
    static func make(around file: String) throws(Failure) {
        guard let slash = file.lastIndex(of: "/"), slash > file.startIndex else { return }
        try make(String(file[..<slash]))
    }

    /// The folders on the way to a path from the root on, and the path itself.
    static func prefixes(of path: String) -> [String] {
        path.indices.dropFirst().filter { path[$0] == "/" }.map { String(path[..<$0]) } + [path]
    }

    /// The names of the files in one of its folders that end in `.json`, without that, in their order.
    static func names(in folder: String) -> [String] {
        guard let path, let directory = opendir("\(path)/\(folder)") else { return [] }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name.hasSuffix(".json"), !name.hasPrefix(".") { names.append(String(name.dropLast(5))) }
        }
        return names.sorted()
    }
}

/// The themes that there are: a user's own, and those that come with joblog.
enum ThemeFolder {
    /// The names of all, the user's own first.
    static var names: [String] {
        let own = SettingsFolder.names(in: "themes")
        return own + Theme.names.filter { !own.contains($0) }
    }

    /// The theme of a name, or of a file: what has a slash in it, or ends in `.json`. A user's own go before those that come
    /// with joblog.
    static func theme(_ name: String) throws(SettingsError) -> Theme {
        let (text, file) = try find(name)
        return try Theme(parsing: text, name: name, file: file)
    }

    /// The text of such a theme.
    static func text(of name: String) throws(SettingsError) -> [UInt8] { try find(name).text }

    private static func find(_ name: String) throws(SettingsError) -> (text: [UInt8], file: String) {
        if name.contains("/") || name.hasSuffix(".json") {
            guard let text = try SettingsFolder.text(of: name) else {
                throw SettingsError(file: name, message: "there is no such file")
            }
            return (text, name)
        }
        if let folder = SettingsFolder.path {
            let file = "\(folder)/themes/\(name).json"
            if let text = try SettingsFolder.text(of: file) { return (text, file) }
        }
        if let text = Theme.text(of: name) { return (Array(text.utf8), "theme \(name)") }
        let nearest = NearestName.of(name, in: names).map { "; did you mean \($0)?" }
        throw SettingsError(
            file: "theme \(name)",
            message: "there is none of that name" + (nearest ?? "; there are \(names.joined(separator: ", "))"))
    }
}
