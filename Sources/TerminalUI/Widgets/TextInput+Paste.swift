extension TextInput {
    /// Puts pasted text in at the cursor as one line: line ends and tabs become blanks, those at its end nothing, as do
    /// other controls.
    @discardableResult
    public mutating func paste(_ text: String) -> Outcome {
        var line = String.UnicodeScalarView()
        var isAfterReturn = false
        // What is pasted by mistake can be megabytes; far less is taken.
        for scalar in text.unicodeScalars.prefix(2 * Self.limit) {
            defer { isAfterReturn = scalar == "\r" }
            switch scalar.value {
            case 0x0A where isAfterReturn: break
            case 0x09, 0x0A, 0x0D, 0x2028, 0x2029: line.append(" ")
            case 0..<0x20, 0x7F..<0xA0: break
            default: line.append(scalar)
            }
        }
        while line.last == " " { line.removeLast() }
        return insert(String(line))
    }
}
