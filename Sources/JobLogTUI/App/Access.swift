/// Whether the screen may write to the server.
public enum Access: Sendable, Hashable {
    /// It may, after a question.
    case writable
    /// It may not: `--read-only`.
    case readOnly
    /// There is none: what is shown was saved.
    case saved
    /// It may not until the user unlocks it: a server of production.
    case locked
    /// A server of production that the user has unlocked.
    case unlocked

    /// Whether it is a server of production.
    var isProduction: Bool { self == .locked || self == .unlocked }

    /// Whether it may write.
    var allowsWriting: Bool { self == .writable || self == .unlocked }

    /// Why not, and what to do; nil where it may.
    var refusal: KeySentence? {
        switch self {
        case .writable, .unlocked: nil
        case .readOnly: "Nothing is written: joblog was started with --read-only."
        case .saved: "This is a saved bundle: nothing can be done to its job."
        case .locked: "Nothing is written to a production server until [unlock] unlocks it."
        }
    }

    /// The word for the header; nil where there is nothing to say.
    var word: String? {
        switch self {
        case .writable, .saved: nil
        case .readOnly: "read-only"
        case .locked: "PRODUCTION locked"
        case .unlocked: "PRODUCTION UNLOCKED"
        }
    }
}
