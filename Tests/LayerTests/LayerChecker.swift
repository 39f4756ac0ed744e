/// Says which imports a table of layers does not allow.
struct LayerChecker {
    /// A source file: its path from the top of the repository, `Sources/Module/…` or `Tests/Module/…`, and its text.
    struct File {
        var path: String
        var text: String
    }

    var table: LayerTable

    /// One sentence a violation, `path:line: what is wrong`; in the order of the files.
    func violations(in files: [File]) -> [String] {
        var found: [String] = []
        var wrappers: [String: String] = [:]
        for file in files {
            for line in imports(of: file) {
                let place = "\(file.path):\(line.line)"
                if let reason = objection(to: line, in: file) {
                    found.append("\(place): \(reason)")
                }
                guard file.isSwift, table.oneFileOnly.contains(line.module) else { continue }
                if let wrapper = wrappers[line.module], wrapper != file.path {
                    found.append("\(place): \(line.module) is imported by \(wrapper) already, and by one file only")
                } else {
                    wrappers[line.module] = file.path
                }
            }
        }
        return found
    }

    /// The same for the targets and dependencies that Package.swift declares.
    func violations(in manifest: Manifest) -> [String] {
        manifest.targets.flatMap { target in
            guard let layer = table.layer(of: target.name.moduleName) else {
                return ["Package.swift:\(target.line): \(target.name) is not in the table of layers"]
            }
            return target.dependencies
                .filter { !layer.ours.union(layer.packages).contains($0.module.moduleName) }
                .map { "Package.swift:\($0.line): \(target.name) may not depend on \($0.module)" }
        }
    }

    private func imports(of file: File) -> [ImportLine] {
        file.isSwift ? SourceScanner.swiftImports(in: file.text) : SourceScanner.includes(in: file.text)
    }

    private func objection(to line: ImportLine, in file: File) -> String? {
        guard let layer = table.layer(of: file.module) else {
            return "\(file.module) is not in the table of layers"
        }
        if line.isExported {
            return "\(file.module) may not export \(line.module) to its importers"
        }
        // The module that wraps a C library is that library's header.
        if !file.isSwift, line.module == file.module {
            return nil
        }
        let system = file.isTest ? table.system.union(table.systemOfTests) : table.system
        let allowed = layer.ours.union(layer.packages).union(system)
        return allowed.contains(line.module) ? nil : "\(file.module) may not import \(line.module)"
    }
}

extension LayerChecker.File {
    var isSwift: Bool { path.hasSuffix(".swift") }
    var isTest: Bool { path.hasPrefix("Tests/") }
    var module: String { path.split(separator: "/").dropFirst().first.map { String($0).moduleName } ?? "" }
}

extension String {
    /// A target's name as an import line spells it.
    var moduleName: String { String(map { $0 == "-" ? "_" : $0 }) }
}
