/// Who asks, as the token says.
struct Caller: Sendable, Hashable {
    /// The user; nil for an operator without a name.
    let user: String?
    /// Whether every job may be seen.
    let isOperator: Bool

    /// Whether a job of this owner may be seen: one's own, and by an operator any.
    func maySee(jobOf owner: String?) -> Bool { isOperator || owner != nil && owner == user }

    /// By what the caller's requests are counted.
    var name: String { user ?? "operator" }
}
