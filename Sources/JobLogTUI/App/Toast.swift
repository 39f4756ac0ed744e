/// A short message that goes by itself.
struct Toast: Sendable, Hashable {
    /// How long it stays, in ms.
    static let lifetime: Int64 = 4_000

    var text: String
    /// When it was first on screen, in Unix ms; nil while something that is typed lies over it.
    var shownAt: Int64?
    /// Whether it stays until a key is pressed: nobody may have been looking when it came.
    var isTrouble = false

    /// How long it has still to stay, in ms; nil when it is not on screen yet, or stays.
    func rest(at now: Int64) -> Int64? { isTrouble ? nil : shownAt.map { Self.lifetime - (now - $0) } }
}

extension AppModel {
    /// Whether the row of toasts shows what is typed.
    private var hidesToast: Bool { [.command, .searchPrompt, .prompt, .output].contains(context) }

    /// Whether a toast that nobody has asked for would be shown at once.
    var hasRoomForAlert: Bool { toast == nil && announcement == nil && !hidesToast }

    /// Begins to count how long a toast that has come on screen stays, and takes one away whose time is over.
    mutating func settleToast() {
        if let rest = toast?.rest(at: now), rest <= 0 { toast = nil }
        if toast == nil, let waiting = announcement {
            toast = Toast(text: waiting)
            announcement = nil
        }
        if toast?.shownAt == nil, !hidesToast { toast?.shownAt = now }
    }
}

extension JoblogProgram {
    /// Answers a key, in place of what was said before.
    func say(_ text: String, _ model: inout AppModel) {
        model.toast = Toast(text: text)
    }

    /// Says a sentence that names keys.
    func tell(_ sentence: KeySentence, _ model: inout AppModel) {
        say(sentence.text(model.settings.keys, in: model.place), &model)
    }

    /// Tells what nobody has asked for: after the answer to a key, if there is one.
    func announce(_ text: String, _ model: inout AppModel) {
        model.announcement = text
    }
}
