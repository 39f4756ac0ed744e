/// The keys of the screen as sections of a page, from what `joblog keys -o markdown` prints.
enum KeySections {
    static func source(markdown: String) -> String {
        var page = Mdoc()
        var isInList = false
        func endList(_ page: inout Mdoc) {
            if isInList { page.macro("El") }
            isInList = false
        }
        for line in markdown.split(separator: "\n") {
            if let title = line.wholeMatch(of: /## (.*)/)?.1 {
                endList(&page)
                page.macro("Ss", String(title))
            } else if let row = line.wholeMatch(of: /\| (`.*`) \| (.*) \|/) {
                if !isInList { page.macro("Bl", source: "-tag -width Ds") }
                isInList = true
                let keys = row.1.matches(of: /`([^`]+|`)`/).map { String($0.1).replacing("\\|", with: "|") }
                page.macro("It", source: keys.map { "Ic \(Mdoc.argument($0))" }.joined(separator: " , "))
                page.text(String(row.2).replacing("\\|", with: "|"))
            }
        }
        endList(&page)
        return page.source
    }
}
