/// Numbers for people.
enum Count {
    /// `1,204`.
    static func text(_ count: Int) -> String {
        var text = ""
        for (place, digit) in String(max(0, count)).reversed().enumerated() {
            if place > 0, place.isMultiple(of: 3) { text.append(",") }
            text.append(digit)
        }
        return String(text.reversed())
    }
}
