import JobLogCore
import JobLogTUI

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

extension ConfigurationFile {
    /// The word that stands for no file.
    static let none = "none"

    /// The user's own, which need not be there; nil where neither variable is set.
    static var ownPath: String? { SettingsFolder.path.map { $0 + "/config.yaml" } }

    /// The file that an option or `JOBLOG_CONFIG` names, else the user's own; nil for none.
    static func path(option: String?) -> String? {
        let name = option ?? Environment["JOBLOG_CONFIG"] ?? ownPath
        return name == none ? nil : name
    }

    /// Reads the file that an option or `JOBLOG_CONFIG` names, else the user's own; nil where there is none.
    static func read(option: String?) throws(SettingsError) -> ConfigurationFile? {
        guard let path = path(option: option) else { return nil }
        if let file = try read(path) { return file }
        guard option == nil, Environment["JOBLOG_CONFIG"] == nil else {
            throw SettingsError(file: path, message: "there is no such file")
        }
        return nil
    }

    /// Reads a file; nil where there is none.
    static func read(_ path: String) throws(SettingsError) -> ConfigurationFile? {
        guard let text = try SettingsFolder.text(of: path) else { return nil }
        var status = stat()
        let isPrivate = stat(path, &status) == 0 && status.st_mode & 0o077 == 0
        return ConfigurationFile(text, path: path, isPrivate: isPrivate)
    }
}
