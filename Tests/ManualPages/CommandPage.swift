/// The page of one command.
struct CommandPage {
    /// What is the same on all pages of a program.
    struct Edition {
        /// As mdoc has it: `November 29, 2026`.
        var date: String
        var version: String
        /// What people have written of a page, by its name: sections in mdoc that stand behind the generated ones.
        var parts: [String: String]
    }

    let command: CommandDump
    /// The words by which the command is called: `joblog`, `publish`, `progress`.
    let words: [String]
    let edition: Edition

    /// The page's name: `joblog-publish-progress`.
    var name: String { words.joined(separator: "-") }

    /// This page and those of the subcommands.
    var withSubcommands: [CommandPage] {
        [self]
            + command.shown.flatMap {
                CommandPage(command: $0, words: words + [$0.commandName], edition: edition).withSubcommands
            }
    }

    /// The page's source.
    var source: String {
        var page = Mdoc()
        page.macro("Dd", source: edition.date)
        page.macro("Dt", source: "\(Mdoc.argument(name.uppercased())) 1")
        page.macro("Os", words[0], edition.version)
        page.macro("Sh", "NAME")
        page.macro("Nm", name)
        page.macro("Nd", command.abstract?.asDescription ?? name)
        addSynopsis(to: &page)
        page.macro("Sh", "DESCRIPTION")
        page.text([command.abstract, command.discussion].compactMap(\.self).joined(separator: "\n\n"))
        addCommands(to: &page)
        addArguments(to: &page)
        if let part = edition.parts[name] {
            page.add(part)
        } else if words.count > 1 {
            page.macro("Sh", "EXIT STATUS")
            page.text("As of all commands:")
            page.macro("Xr", source: "\(words[0]) 1")
            page.text("names them.")
        }
        addSeeAlso(to: &page)
        return page.source
    }

    /// The arguments that are shown.
    private var arguments: [ArgumentDump] { (command.arguments ?? []).filter { $0.shouldDisplay != false } }

    private var positionals: [ArgumentDump] { arguments.filter { $0.kind == .positional } }

    private func addSynopsis(to page: inout Mdoc) {
        page.macro("Sh", "SYNOPSIS")
        page.macro("Nm", words[0])
        for word in words.dropFirst() { page.macro("Cm", word) }
        page.macro("Op", source: "Ar options")
        if !command.shown.isEmpty {
            page.add(command.defaultSubcommand == nil ? ".Ar command" : ".Op Ar command")
        }
        for argument in positionals {
            let name = "Ar \(Mdoc.argument(argument.valueName ?? "value"))\(argument.isRepeating ? " ..." : "")"
            if argument.isOptional {
                page.macro("Op", source: name)
            } else {
                page.add(".\(name)")
            }
        }
    }

    private func addCommands(to page: inout Mdoc) {
        guard !command.shown.isEmpty else { return }
        page.macro("Sh", "COMMANDS")
        if let name = command.defaultSubcommand {
            page.text("Without one it is")
            page.macro("Cm", source: "\(Mdoc.argument(name)) .")
        }
        page.macro("Bl", source: "-tag -width Ds")
        for subcommand in command.shown {
            page.macro("It", source: "Xr \(Mdoc.argument("\(name)-\(subcommand.commandName)")) 1")
            page.text(subcommand.abstract ?? "")
        }
        page.macro("El")
    }

    private func addArguments(to page: inout Mdoc) {
        if !positionals.isEmpty {
            page.macro("Sh", "ARGUMENTS")
            addList(of: positionals, to: &page)
        }
        let options = arguments.filter { $0.kind != .positional }
        page.macro("Sh", "OPTIONS")
        addList(of: options.filter { $0.sectionTitle == nil }, to: &page)
        var titles: [String] = []
        for title in options.compactMap(\.sectionTitle) where !titles.contains(title) { titles.append(title) }
        for title in titles {
            page.macro("Ss", title)
            addList(of: options.filter { $0.sectionTitle == title }, to: &page)
        }
    }

    private func addList(of arguments: [ArgumentDump], to page: inout Mdoc) {
        page.macro("Bl", source: "-tag -width Ds")
        for argument in arguments where !arguments.contains(where: { argument.isInversion(of: $0) }) {
            let names = arguments.filter { $0.isInversion(of: argument) }
                .reduce(argument.names ?? []) { $0 + ($1.names ?? []) }
            var item = names.map { "Fl \(Mdoc.argument($0.behindHyphen))" }.joined(separator: " , ")
            if argument.kind != .flag {
                item += "\(item.isEmpty ? "" : " ")Ar \(Mdoc.argument(argument.valueName ?? "value"))"
            }
            page.macro("It", source: item)
            page.text([argument.abstract, argument.discussion].compactMap(\.self).joined(separator: " "))
        }
        page.macro("El")
    }

    private func addSeeAlso(to page: inout Mdoc) {
        var others = [(words.dropLast().joined(separator: "-"), "1")].filter { !$0.0.isEmpty }
        others += command.shown.map { ("\(name)-\($0.commandName)", "1") }
        if !others.contains(where: { $0.0 == "joblog" }), name != "joblog" { others.append(("joblog", "1")) }
        others.append(("joblog", "7"))
        if words == ["joblog"] { others.append(("joblog-server", "1")) }
        page.macro("Sh", "SEE ALSO")
        others.sort { ($0.1, $0.0) < ($1.1, $1.0) }
        for (index, other) in others.enumerated() {
            let comma = index + 1 < others.count ? " ," : ""
            page.macro("Xr", source: "\(Mdoc.argument(other.0)) \(other.1)\(comma)")
        }
    }
}

extension String {
    /// A sentence as the line of NAME has it: no capital at its beginning, no full stop.
    fileprivate var asDescription: String {
        let words = hasSuffix(".") ? String(dropLast()) : self
        let second = words.dropFirst().first
        return second?.isUppercase == true ? words : words.prefix(1).lowercased() + words.dropFirst()
    }
}
